import type { CompiledPolicy } from '../engine/index.ts';
import type { AdmissionAnswer, ClientRequest } from '../model/admission.ts';
import type { Clock, RandomSource } from '../model/environment.ts';
import type { JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { ClusterSettings } from '../model/settings.ts';

/** A cluster, frozen: requests do not see each other's effects. */
export interface World {
  readonly policies: readonly Policy[];
  /** Every object that exists beside those of a fresh cluster (its five namespaces, default RBAC …). */
  readonly objects: readonly JsonObject[];
  readonly settings: ClusterSettings;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** How policies are compiled; given to share compiled policies among worlds. */
  readonly compile?: (policy: Policy) => CompiledPolicy;
  /** Errors of expressions also say where in the policy they arose (`RuleResponse.source`). */
  readonly explain?: boolean;
}

/** What the chain said, and the object that the validating webhooks were asked about. */
export interface AdmissionResult {
  readonly answer: AdmissionAnswer;
  /** The object after decoding, defaulting and built-in admission; absent when the API server refused before that. */
  readonly judged?: JsonObject;
  /** Advice that no API server gives, e.g. which CustomResourceDefinition is missing. */
  readonly hint?: string;
  /** Why there is no answer (`allowed` is `null`): the request is faulty, or something is not supported. */
  readonly problem?: 'input' | 'unsupported' | 'internal';
}

/** Answers requests. Never throws for what a request holds: then `allowed` is `null` and `error` says why. */
export type Admission = (request: ClientRequest) => AdmissionResult;
