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
}
