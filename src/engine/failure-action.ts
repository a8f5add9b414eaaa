import { wildcardMatch } from '../language/wildcard.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../model/json.ts';
import { computeRules } from './autogen/index.ts';
import { isEnforce } from './enforce.ts';
import { compileSelector, type StringMap } from './match/index.ts';
import type { CompiledPolicy } from './policy.ts';

/** What a failed validate rule does to the request. */
export type FailureAction = 'Enforce' | 'Audit';

/** Labels of a namespace; `undefined` when the request has no namespace or it does not exist. */
type NamespaceLabels = StringMap | undefined;

/**
 * Before evaluation: the action of each declared rule for requests in `namespace` (`""`: cluster-scoped), in order.
 * `undefined` for rules without `validate`. Enforce and Audit rules are evaluated as two reduced policies, see `selectRules`.
 * Upstream: `checkValidationFailureActionOverrides` in `pkg/policycache/cache.go`.
 */
export function splitActions(
  { policy }: CompiledPolicy,
  namespace: string,
  labels: NamespaceLabels,
): readonly (FailureAction | undefined)[] {
  return policy.rules.map((rule) => {
    const validate = asObject(rule['validate']);
    if (validate === undefined || Object.keys(validate).length === 0) return undefined;
    const own = overrides(validate['failureActionOverrides']);
    const list = own.length > 0 ? own : overrides(policy.spec['validationFailureActionOverrides']);
    const override = list.find((entry) => splitsHere(entry, namespace, labels));
    if (override !== undefined) return actionOf(override['action']);
    return actionOf(validate['failureAction'] ?? policy.spec['validationFailureAction']);
  });
}

function overrides(list: Json | undefined): readonly JsonObject[] {
  return (asArray(list) ?? []).map((entry) => asObject(entry) ?? {});
}

function actionOf(action: Json | undefined): FailureAction {
  return isEnforce(action) ? 'Enforce' : 'Audit';
}

function namespacesOf(override: JsonObject): readonly string[] {
  return (asArray(override['namespaces']) ?? []).map((name) => asString(name) ?? '');
}

/** Namespaces or selector: either is enough. Here the selector has no wildcards. */
function splitsHere(override: JsonObject, namespace: string, labels: NamespaceLabels): boolean {
  const namespaces = namespacesOf(override);
  const selector = asObject(override['namespaceSelector']);
  if (namespaces.length === 0 && selector === undefined) return true;
  if (namespace === '' || labels === undefined) return false;
  return (
    namespaces.some((pattern) => wildcardMatch(pattern, namespace)) ||
    (selector !== undefined && compileSelector(selector, false)(labels) === true)
  );
}

/**
 * After evaluation: does a failure of `rule` (computed name) block? `kind` is the kind of the new object, `""` on DELETE.
 * Upstream: `failureActionForRule` in `pkg/engine/api/engineresponse.go`.
 */
export function failureActionOf(
  { policy }: CompiledPolicy,
  rule: string,
  kind: string,
  namespace: string,
  labels: NamespaceLabels,
): FailureAction {
  const ownAction = (candidate: JsonObject) => ruleAction(candidate, namespace, labels);
  const found = computeRules(policy, kind).find((candidate) => candidate['name'] === rule);
  const own =
    found === undefined ? policy.rules.map(ownAction).find((action) => action !== undefined) : ownAction(found);
  if (own !== undefined) return actionOf(own);
  const override = matchingOverride(policy.spec['validationFailureActionOverrides'], namespace, labels);
  return actionOf(override?.['action'] ?? policy.spec['validationFailureAction']);
}

function ruleAction(rule: JsonObject, namespace: string, labels: NamespaceLabels): Json | undefined {
  const validate = asObject(rule['validate']);
  if (validate !== undefined) {
    const override = matchingOverride(validate['failureActionOverrides'], namespace, labels);
    return override?.['action'] ?? validate['failureAction'] ?? undefined;
  }
  const actions = overrides(rule['verifyImages']).map((verifier) => verifier['failureAction'] ?? undefined);
  return actions.find(isEnforce) ?? actions.find((action) => action !== undefined);
}

const ACTIONS: ReadonlySet<Json | undefined> = new Set(['Enforce', 'Audit', 'enforce', 'audit']);

/** The first override that applies; namespaces and selector must both hold. */
function matchingOverride(list: Json | undefined, namespace: string, labels: NamespaceLabels): JsonObject | undefined {
  return overrides(list).find((override) => {
    const selector = asObject(override['namespaceSelector']);
    const named =
      asArray(override['namespaces']) === undefined ||
      namespacesOf(override).some((pattern) => wildcardMatch(pattern, namespace));
    const selected = selector === undefined || compileSelector(selector)(labels ?? {}) === true;
    return ACTIONS.has(override['action']) && named && selected;
  });
}

/**
 * True when Kyverno looks up the labels of a request's namespace for this policy. When no policy of a request needs
 * them, selectors of spec-level overrides are tested against no labels.
 * Upstream: `GetNamespaceSelectorsFromNamespaceLister` in `pkg/utils/engine/labels.go`.
 */
export function needsNamespaceLabels({ policy }: CompiledPolicy): boolean {
  return policy.rules.some((rule) => {
    const blocks = [asObject(rule['match']), asObject(rule['exclude'])].filter((block) => block !== undefined);
    const filters = blocks.flatMap((block) => [block, ...overrides(block['any']), ...overrides(block['all'])]);
    const inFilters = filters.some(
      (filter) => asObject(asObject(filter['resources'])?.['namespaceSelector']) !== undefined,
    );
    const inOverrides = overrides(asObject(rule['validate'])?.['failureActionOverrides']);
    return inFilters || inOverrides.some((override) => asObject(override['namespaceSelector']) !== undefined);
  });
}
