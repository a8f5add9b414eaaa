/**
 * The library: judge requests, apply policies, and the single operations of Kyverno's engine.
 *
 * Numbers: a JavaScript `number` is a Go float64, a `bigint` a Go int64, which Kyverno tells apart in few places.
 * Objects from `JSON.parse` are fine. Unless it says so, nothing here throws.
 */

import { type Admission, createAdmission } from './admission/index.ts';
import { evaluateOperator } from './engine/condition/index.ts';
import { compilePattern, matchScalar as matchScalarExactly } from './engine/pattern/index.ts';
import { compileQuery, searchQuery } from './language/jmespath/index.ts';
import { wildcardMatch as matchWildcard } from './language/wildcard.ts';
import type { AdmissionAnswer, ClientRequest } from './model/admission.ts';
import type { Clock, RandomSource } from './model/environment.ts';
import { EvaluationError } from './model/failure.ts';
import type { Json, JsonObject } from './model/json.ts';
import type { Policy } from './model/policy.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from './model/settings.ts';
import { parsePolicies as parsePolicyFile } from './policy/index.ts';
import { type ApplyInput, type ApplyOutcome, applyAll } from './testrunner/apply/apply.ts';

export type { AdmissionAnswer, ClientRequest, Denial, RuleAnswer } from './model/admission.ts';
export type { Clock, RandomSource } from './model/environment.ts';
export {
  EvaluationError,
  type Failure,
  formatFailure,
  InputError,
  NotSupportedError,
  type Place,
} from './model/failure.ts';
export { type Json, type JsonArray, type JsonObject, parseJson } from './model/json.ts';
export type { Policy } from './model/policy.ts';
export type { Operation, UserInfo } from './model/request.ts';
export type { PolicyIdentity, RuleResponse, RuleStatus, RuleType } from './model/response.ts';
export {
  type ClusterSettings,
  DEFAULT_SETTINGS,
  type KubernetesSettings,
  type KyvernoSettings,
  VERSIONS,
} from './model/settings.ts';
export type { AppliedResponse, ApplyOutcome } from './testrunner/apply/apply.ts';
export type { UserInfoSpec, ValuesSpec } from './testrunner/test-document.ts';

const NOW: Clock = { now: () => Date.now() };
const RANDOM: RandomSource = { next: () => Math.random() };

/**
 * The policies of a YAML or JSON text, with the defaults of Kyverno's schema. `file` is named in errors.
 * Throws `InputError` with every mistake the API server's schema would find, each with its place.
 */
export function parsePolicies(text: string, file = 'policies.yaml'): readonly Policy[] {
  return parsePolicyFile(text, file);
}

/** A cluster, frozen: what is left out is as in a fresh cluster with Kyverno's Helm chart. */
export interface World {
  readonly policies: readonly Policy[];
  /** Objects that exist beside those of a fresh cluster; PolicyExceptions count. */
  readonly objects?: readonly JsonObject[];
  readonly settings?: ClusterSettings;
  /** Default: the time of the day. */
  readonly clock?: Clock;
  /** Default: `Math.random`. */
  readonly random?: RandomSource;
}

const admissions = new WeakMap<World, Admission>();

/**
 * What the API server with Kyverno answers to one request. The policies of a world are compiled once: give the same
 * object again. `allowed` is `null` when there is no answer; `error` then says why, e.g. what is not supported yet.
 * Throws `InputError` for policies that Kyverno would refuse at installation.
 */
export function admit(world: World, request: ClientRequest): AdmissionAnswer {
  let admission = admissions.get(world);
  if (admission === undefined) {
    const { policies, objects = [], settings = DEFAULT_SETTINGS, clock = NOW, random = RANDOM } = world;
    admission = createAdmission({ policies, objects, settings, clock, random });
    admissions.set(world, admission);
  }
  return admission(request).answer;
}

/** What `applyPolicies` may be told beside policies and resources. */
export type ApplyOptions = Partial<Omit<ApplyInput, 'policies' | 'resources'>>;

/**
 * Policies on resources as `kyverno apply` does without a cluster: every answer, resource by resource, and the policies
 * that Kyverno refuses. Resources are taken as they are: give namespaced ones their namespace.
 * Throws `InputError` for bad options, `NotSupportedError` for rules that are not built yet.
 */
export function applyPolicies(
  policies: readonly Policy[],
  resources: readonly JsonObject[],
  options: ApplyOptions = {},
): ApplyOutcome {
  return applyAll({ clock: NOW, random: RANDOM, ...options, policies, resources });
}

/** Does a value match a scalar pattern such as `?*`, `>1Gi`, `!x`, `1-5` or `a | b`? */
export function matchScalar(pattern: Json, value: Json): boolean {
  return orWhenTooDeep(() => matchScalarExactly(pattern, value), false);
}

/** What a resource is to a pattern. */
export interface MatchResult {
  readonly result: 'pass' | 'fail' | 'skip' | 'error';
  /** Where it fails, with a slash at its end, e.g. `/spec/containers/0/image/`; else `''`. */
  readonly path: string;
  /** Why; `''` for `pass`. */
  readonly message: string;
}

/** Checks a resource against the pattern of a validate rule, with its anchors; variables must be replaced before. */
export function matchPattern(pattern: Json, resource: Json): MatchResult {
  return orWhenTooDeep<MatchResult>(() => ({ path: '', message: '', ...compilePattern(pattern)(resource) }), {
    result: 'error',
    path: '',
    message: TOO_DEEP,
  });
}

/** A condition with its variables replaced. */
export interface Condition {
  readonly key: Json;
  /** E.g. `Equals`, `AnyNotIn`, `GreaterThan`, `DurationLessThan`. */
  readonly operator: string;
  readonly value: Json;
}

/** Does a condition hold? Throws `EvaluationError` where Kyverno ends in an error. */
export function evaluateCondition({ key, operator, value }: Condition): boolean {
  return evaluating(() => evaluateOperator(key, operator, value));
}

/** Does the whole text match a wildcard pattern (`*` any run, `?` one character)? */
export function wildcardMatch(pattern: string, text: string): boolean {
  return matchWildcard(pattern, text);
}

/** Where `time_now()` and `random()` of a query get their values. */
export interface QueryOptions {
  /** Default: the time of the day. */
  readonly clock?: Clock;
  /** Default: `Math.random`. */
  readonly random?: RandomSource;
}

/**
 * The value of a query in Kyverno's JMESPath dialect. Throws `EvaluationError` with Kyverno's text: for a query that
 * cannot be read, a key that is missing, a function that refuses its arguments.
 */
export function jmespath(query: string, data: Json, { clock = NOW, random = RANDOM }: QueryOptions = {}): Json {
  return evaluating(() => searchQuery(compileQuery(query), data, { clock, random }));
}

const TOO_DEEP = 'the data nests too deeply';

/** Data can be nested deeper than the stack reaches. */
function orWhenTooDeep<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return otherwise;
    throw error;
  }
}

function evaluating<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new EvaluationError(TOO_DEEP);
    throw error;
  }
}
