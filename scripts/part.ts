/** What a part of the tests came to. */
export interface Part {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** Names, with the reason. */
  readonly skipped: readonly string[];
  /** What a person needs to see when something failed. */
  readonly output: string;
}
