import type { JsonObject } from './json.ts';

/** An object that is deleted. */
export interface CleanedUp {
  readonly object: JsonObject;
  /** Name of the cleanup policy, or `time to live`. */
  readonly by: string;
  /** `Foreground`, `Background` or `Orphan`, where it is said. */
  readonly propagation?: string;
}

/** What cleaning up did at one time. */
export interface CleanupReport {
  /** Names of the cleanup policies that were due. */
  readonly ran: readonly string[];
  readonly deleted: readonly CleanedUp[];
  /** What could not be found out: such objects are kept. */
  readonly errors: readonly { readonly by: string; readonly object?: JsonObject; readonly error: string }[];
}
