import { parseGoInt } from '../../language/go-text-numbers.ts';
import { asArray, asObject, asString, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { labelsOf, nameOf, namespaceOf } from '../../model/resource.ts';
import type { RuleResponse } from '../../model/response.ts';

/** A PolicyException of `policies.kyverno.io` as it bears on one policy. */
export interface CelException {
  /** `namespace/name`, or the name alone. */
  readonly key: string;
  readonly spec: JsonObject;
  readonly images: readonly string[];
  readonly allowedValues: readonly string[];
  /** It frees from the whole policy, and not only some images or values. */
  readonly isFull: boolean;
  readonly reportsPass: boolean;
  readonly priority: number;
}

const PRIORITY = 'polex.kyverno.io/priority';

/**
 * Of `exceptions` those that name the policy; one that names it twice is there twice. Other kinds of objects name no
 * policy. Time is not looked at: leave out what has expired where that counts (`isExpiredException`).
 * Upstream: `NewProvider` in `pkg/cel/policies/vpol/engine/provider.go`.
 */
export function exceptionsFor(policy: Policy, exceptions: readonly JsonObject[]): readonly CelException[] {
  return exceptions.filter(isCelException).flatMap((exception) => {
    const spec = asObject(exception['spec']) ?? {};
    const references = (asArray(spec['policyRefs']) ?? []).filter((one) => {
      const reference = asObject(one);
      return reference?.['name'] === policy.name && reference['kind'] === policy.kind;
    });
    return references.map(() => readException(exception, spec));
  });
}

/** Is this a PolicyException for policies of `policies.kyverno.io`? */
export function isCelException(object: JsonObject): boolean {
  return (
    object['kind'] === 'PolicyException' && (asString(object['apiVersion']) ?? '').startsWith('policies.kyverno.io/')
  );
}

/** Has the exception expired? A cluster then ignores it, the command line does not. `now` in milliseconds since 1970. */
export function isExpiredException(exception: JsonObject, now: number): boolean {
  const at = asString(asObject(exception['spec'])?.['expiresAt']);
  const end = at === undefined ? Number.NaN : Date.parse(at);
  return !Number.isNaN(end) && now > end;
}

function readException(exception: JsonObject, spec: JsonObject): CelException {
  const namespace = namespaceOf(exception);
  const images = texts(spec['images']);
  const allowedValues = texts(spec['allowedValues']);
  const priority = parseGoInt(labelsOf(exception)[PRIORITY] ?? '') ?? 0n;
  return {
    key: namespace === '' ? nameOf(exception) : `${namespace}/${nameOf(exception)}`,
    spec,
    images,
    allowedValues,
    isFull: images.length === 0 && allowedValues.length === 0,
    reportsPass: spec['reportResult'] === 'pass',
    priority: Number(priority),
  };
}

function texts(list: JsonObject[string] | undefined): readonly string[] {
  return (asArray(list) ?? []).filter((item) => typeof item === 'string');
}

/**
 * The answer of a policy from which exceptions free altogether: that with the highest priority says whether it is a
 * pass or a skip. Upstream: `handlePolicy` in `pkg/cel/policies/vpol/engine/engine.go`.
 */
export function exemptionAnswer(matched: readonly CelException[]): RuleResponse {
  let [decisive] = matched;
  let highest = 0;
  for (const one of matched) if (one.priority > highest) [decisive, highest] = [one, one.priority];
  const keys = matched.map(({ key }) => key);
  const passes = decisive?.reportsPass === true;
  return {
    name: 'exception',
    type: 'Validation',
    status: passes ? 'pass' : 'skip',
    message: `rule is ${passes ? 'passed' : 'skipped'} due to policy exception: ${keys.join(', ')}`,
    exceptions: keys,
  };
}
