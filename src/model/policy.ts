import type { Place } from './failure.ts';
import type { JsonObject } from './json.ts';
import type { PolicyIdentity } from './response.ts';

/**
 * A policy document as it was read, after schema defaults. Rules stay raw JSON: autogen rewrites them as text,
 * and the engine compiles them once. Numbers inside are `bigint` for whole literals.
 */
export interface Policy extends PolicyIdentity {
  /** `kyverno.io/v1`, `policies.kyverno.io/v1`, … */
  readonly apiVersion: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** The whole object. */
  readonly document: JsonObject;
  /** `spec`, or `{}`. */
  readonly spec: JsonObject;
  /** The declared rules, in order (kyverno.io kinds). */
  readonly rules: readonly JsonObject[];
  readonly place?: Place;
  /** Finds parts of it in the file it was read from. */
  readonly locate?: Locator;
}

/**
 * Where the value at a path from the root of a document stands; with an index, where that character of a text does.
 */
export type Locator = (path: readonly (string | number)[], index?: number) => Located;

/** A place in a file and the line there. */
export interface Located {
  readonly place: Place;
  readonly lineText: string;
}
