import { parseKindSelector } from '../../engine/match/kind.ts';
import { compareBytes } from '../../language/go-text.ts';
import { asArray, asObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { MUTATION } from '../schema/change-shapes.ts';
import { VALIDATION_V1 } from '../schema/validate-shapes.ts';
import { conditionsIn, quotedList } from './conditions.ts';
import { printGo } from './print.ts';
import { allKindsOf, hasText, imagesOf, kindsOf, mutationOf, objectsIn, text, validationOf } from './rule.ts';

const ACTION = 'Validation failure actions enforce/audit are deprecated, use Enforce/Audit instead.';

/** Failure actions in lower case: once for the policy, once for each such rule with an action of its own. */
export function failureActionWarnings({ spec, rules }: Policy): readonly string[] {
  const isOld = (action: string) => action === 'enforce' || action === 'audit';
  const check = (action: string, overrides: Json | undefined) =>
    isOld(action) || objectsIn(overrides).some((one) => isOld(text(one, 'action'))) ? [ACTION] : [];
  return [
    ...check(text(spec, 'validationFailureAction'), spec['validationFailureActionOverrides']),
    ...rules.flatMap((rule) => {
      const validate = validationOf(rule);
      const action = text(validate, 'failureAction');
      return action === '' ? [] : check(action, validate?.['failureActionOverrides']);
    }),
  ];
}

/** A JSON patch on Pods, which controllers would undo. */
export function podPatchWarning(rule: JsonObject): readonly string[] {
  const patches = text(mutationOf(rule), 'patchesJson6902') !== '';
  if (!patches || !kindsOf(asObject(rule['match']) ?? {}).includes('Pod')) return [];
  return [
    'Pods managed by workload controllers should not be directly mutated using policies. Use the autogen feature or write policies that match Pod controllers.',
  ];
}

/** A rule for Pods alone in a policy whose autogen leaves controllers out. */
export function autogenWarning(rule: JsonObject, policy: Policy): readonly string[] {
  const controllers = policy.annotations['pod-policies.kyverno.io/autogen-controllers'];
  if (controllers === undefined || controllers === 'none') return [];
  const names = new Set(allKindsOf(asObject(rule['match'])).map((kind) => parseKindSelector(kind).kind));
  const listed = controllers.toLowerCase().split(',').sort(compareBytes).join(',');
  if (names.size !== 1 || !names.has('Pod') || listed === 'cronjob,daemonset,deployment,job,statefulset') return [];
  return [
    'Policies that match Pods apply to all Pods including those created and managed by controllers excluded from autogen. Use preconditions to exclude the Pods managed by controllers which are excluded from autogen. Refer to https://kyverno.io/docs/policy-types/cluster-policy/autogen/ for details.',
  ];
}

/** Rules that speak of replicas or status but match no subresource of that name. */
export function subresourceWarnings(rule: JsonObject): readonly string[] {
  const kinds = [...allKindsOf(asObject(rule['match'])), ...allKindsOf(asObject(rule['exclude']))];
  const speaks = (block: JsonObject) => hasText(block, (one) => one.includes('replicas') || one.includes('status'));
  const validate = validationOf(rule);
  const warnings =
    validate === undefined || !speaks(validate)
      ? []
      : [...mentions(printGo(withoutDeny(validate), VALIDATION_V1), kinds)];
  const mutate = mutationOf(rule);
  if (mutate !== undefined && speaks(mutate)) {
    kinds.push(...objectsIn(mutate['targets']).map((target) => text(target, 'kind')));
    warnings.push(...mentions(printGo(mutate, MUTATION), kinds));
  }
  return warnings;
}

function withoutDeny(validate: JsonObject): JsonObject {
  return asObject(validate['deny']) === undefined ? validate : { ...validate, deny: {} };
}

function mentions(printed: string, kinds: readonly string[]): readonly string[] {
  const matched = (word: string) => kinds.some((kind) => kind.toLowerCase().includes(word));
  const warn = (what: string, subresource: string) =>
    `You are matching on ${what} but not including the ${subresource} subresource in the policy.`;
  const scale = printed.includes('replicas') && !matched('scale');
  const status = (printed.includes('.status') || printed.includes('"status":')) && !matched('status');
  return [...(scale ? [warn('replicas', 'scale')] : []), ...(status ? [warn('status', 'status')] : [])];
}

/** Deprecated fields and the same mentions in image rules. */
export function imageWarnings(rule: JsonObject): readonly string[] {
  const images = imagesOf(rule);
  if (images === undefined) return [];
  const types = images
    .flatMap((image) => objectsIn(image['attestations']))
    .map((attestation) => text(attestation, 'predicateType'))
    .filter((type) => type !== '');
  return types.map(
    (type) => `predicateType has been deprecated use 'type: ${type}' instead of 'predicateType: ${type}'`,
  );
}

const REPLACEMENTS: Readonly<Record<string, readonly string[]>> = {
  In: ['AllIn', 'AnyIn'],
  NotIn: ['AllNotIn', 'AnyNotIn'],
};

/** Deprecated operators in deny blocks, foreach and attestations; rule preconditions are not looked at. */
export function operatorWarnings(rule: JsonObject): readonly string[] {
  const validate = asObject(rule['validate']);
  const deny = (block: JsonObject | undefined) => asObject(block?.['deny'])?.['conditions'];
  const blocks: (Json | undefined)[] = [
    deny(validate),
    ...objectsIn(validate?.['foreach']).flatMap((loop) => [loop['preconditions'], deny(loop)]),
    ...objectsIn(rule['verifyImages']).flatMap((image) =>
      objectsIn(image['attestations']).flatMap((attestation) => [...(asArray(attestation['conditions']) ?? [])]),
    ),
  ];
  return blocks
    .flatMap((block) => conditionsIn(block, ''))
    .flatMap(({ condition }) => {
      const operator = text(condition, 'operator');
      const instead = Object.hasOwn(REPLACEMENTS, operator) ? REPLACEMENTS[operator] : undefined;
      if (instead === undefined) return [];
      return [
        `Operator ${operator} has been deprecated and will be removed soon. Use these instead: ${quotedList(instead)}`,
      ];
    });
}

const SUCCESSORS: Readonly<Record<string, string>> = {
  ClusterPolicy: 'ValidatingPolicy, MutatingPolicy, GeneratingPolicy or ImageValidatingPolicy',
  Policy:
    'NamespacedValidatingPolicy, NamespacedMutatingPolicy, NamespacedGeneratingPolicy or NamespacedImageValidatingPolicy',
  PolicyException: 'PolicyException',
};

/** What a cluster says about every policy of the old kinds, refused or not. Upstream: pkg/deprecations. */
export function deprecationWarning(kind: string): string | undefined {
  const successor = Object.hasOwn(SUCCESSORS, kind) ? SUCCESSORS[kind] : undefined;
  if (successor === undefined) return undefined;
  return `${kind} (kyverno.io) is deprecated and will be removed in a future release; migrate to ${successor} (policies.kyverno.io), see https://kyverno.io/docs/guides/migration-to-cel/`;
}
