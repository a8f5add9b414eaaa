/** Keys and indexes from the policy's root to a value. */
export type Path = readonly (string | number)[];

/** Something suspicious in a policy that Kyverno accepts. */
export interface Trap {
  readonly code: string;
  readonly path: Path;
  /** Which character of the text at `path`, when it is about one. */
  readonly index?: number;
  readonly message: string;
  readonly hint: string;
}
