import { compileSelector, type SelectorTest } from '../../language/label-selector.ts';
import type { Lookup } from '../../model/environment.ts';
import { asArray, asObject, asString, getPath, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { AdmissionRequest } from '../../model/request.ts';
import { type GroupVersionKind, type GroupVersionResource, stringMapOf } from '../../model/resource.ts';

/**
 * What of a request is matched. `namespace` of a Namespace object is its own name, but not when it is created. An object
 * that is `null` has no labels and is never selected; Kyverno gives `{}` for one that is not there.
 */
export type MatchRequest = Pick<
  AdmissionRequest,
  'kind' | 'resource' | 'subResource' | 'operation' | 'name' | 'namespace' | 'object' | 'oldObject'
>;

/** A resource with the kind of its objects. */
export interface ResourceKind {
  readonly resource: GroupVersionResource;
  readonly kind: GroupVersionKind;
}

/** What matching asks beside the request. */
export interface MatchSurroundings {
  /** Labels of a namespace, or why there are none. */
  readonly namespaceLabels: (namespace: string) => Lookup<Readonly<Record<string, string>>>;
  /** The other versions and groups under which the resource is served; they count unless `matchPolicy` is `Exact`. */
  readonly equivalents?: (request: MatchRequest) => readonly ResourceKind[];
  /**
   * As Kyverno has it: an object without a name matches `resourceNames` by how its `generateName` begins, and the
   * options of exec and the like have labels, none.
   */
  readonly kyverno?: boolean;
}

/** As what the request matched: `undefined` when it did not, `error` when that could not be told. */
export type ResourceMatch =
  | { readonly matched: ResourceKind | undefined; readonly error?: undefined }
  | { readonly error: string; readonly matched?: undefined };

/** Tells whether a policy or binding is for a request. */
export type ResourceMatcher = (request: MatchRequest, around: MatchSurroundings) => ResourceMatch;

const UNMATCHED: ResourceMatch = { matched: undefined };

/**
 * Compiles `matchConstraints` of a policy or `matchResources` of a binding; absent selectors select everything, and no
 * rules match everything.
 * Upstream: `Matches` in `k8s.io/apiserver/pkg/admission/plugin/policy/matching/matching.go`, Kyverno's
 * `pkg/cel/matching/matcher.go`.
 */
export function compileMatchResources(constraints: JsonObject): ResourceMatcher {
  const namespaceSelector = selectorOf(constraints['namespaceSelector']);
  const objectSelector = selectorOf(constraints['objectSelector']);
  const included = rulesOf(constraints['resourceRules']);
  const excluded = rulesOf(constraints['excludeResourceRules']);
  const exact = constraints['matchPolicy'] === 'Exact';
  return (request, around) => {
    const inNamespace = selectNamespace(namespaceSelector, request, around);
    if (inNamespace === false) return UNMATCHED;
    const selected = selectObject(objectSelector, request, around.kyverno === true);
    if (selected === false) return UNMATCHED;
    if (findRule(excluded, request, around, exact) !== undefined) return UNMATCHED;
    const matched =
      included.length === 0
        ? { resource: request.resource, kind: request.kind }
        : findRule(included, request, around, exact);
    if (matched === undefined) return UNMATCHED;
    if (inNamespace !== true) return { error: inNamespace };
    return selected === true ? { matched } : { error: selected };
  };
}

function selectorOf(value: Json | undefined): SelectorTest | undefined {
  const selector = asObject(value);
  if (selector === undefined) return undefined;
  const demands = [asObject(selector['matchLabels']) ?? {}, asArray(selector['matchExpressions']) ?? []];
  return demands.every((list) => Object.keys(list).length === 0) ? undefined : compileSelector(selector, false);
}

/** A text is an error. Upstream: `MatchNamespaceSelector` in `webhook/predicates/namespace/matcher.go`. */
function selectNamespace(
  selector: SelectorTest | undefined,
  { resource, subResource, operation, namespace, object }: MatchRequest,
  { namespaceLabels }: MatchSurroundings,
): boolean | string {
  const isNamespace = resource.resource === 'namespaces';
  if (selector === undefined || (namespace === '' && !isNamespace)) return true;
  if (isNamespace && subResource === '' && (operation === 'CREATE' || operation === 'UPDATE')) {
    return tested(selector, stringMapOf(object ?? {}, 'labels'));
  }
  const labels = namespaceLabels(namespace);
  return labels.ok ? tested(selector, labels.value) : labels.error;
}

/** Upstream: `MatchObjectSelector` in `webhook/predicates/object/matcher.go`. */
function selectObject(
  selector: SelectorTest | undefined,
  { operation, object, oldObject }: MatchRequest,
  kyverno: boolean,
): boolean | string {
  if (selector === undefined) return true;
  // Options of exec and the like have no metadata.
  if (operation === 'CONNECT' && !kyverno) return false;
  for (const one of [object, oldObject]) {
    const answer = one === null ? false : tested(selector, stringMapOf(one, 'labels'));
    if (answer !== false) return answer;
  }
  return false;
}

function tested(selector: SelectorTest, labels: Readonly<Record<string, string>>): boolean | string {
  const answer = selector(labels);
  if (typeof answer !== 'string') return answer;
  // An empty list of values has become none by the time it is looked at.
  return `Internal error occurred: ${answer.replace('Invalid value: []: for', 'Invalid value: null: for')}`;
}

interface Rule {
  readonly operations: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  readonly versions: ReadonlySet<string>;
  /** Plural name and subresource. */
  readonly resources: readonly (readonly [string, string])[];
  readonly scope: string;
  readonly names: readonly string[];
}

function rulesOf(list: Json | undefined): readonly Rule[] {
  return (asArray(list) ?? []).filter(isObject).map((rule) => ({
    operations: new Set(texts(rule['operations'])),
    groups: new Set(texts(rule['apiGroups'])),
    versions: new Set(texts(rule['apiVersions'])),
    resources: texts(rule['resources']).map(splitResource),
    scope: asString(rule['scope']) ?? '*',
    names: texts(rule['resourceNames']),
  }));
}

function texts(list: Json | undefined): readonly string[] {
  return (asArray(list) ?? []).filter((item) => typeof item === 'string');
}

function splitResource(text: string): readonly [string, string] {
  const slash = text.indexOf('/');
  return slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)];
}

function findRule(
  rules: readonly Rule[],
  request: MatchRequest,
  around: MatchSurroundings,
  exact: boolean,
): ResourceKind | undefined {
  const { resource, kind } = request;
  const hasName = (rule: Rule) => isNamed(rule, request, around.kyverno === true);
  if (rules.some((rule) => fits(rule, request, resource) && hasName(rule))) return { resource, kind };
  if (exact || around.equivalents === undefined || rules.length === 0) return undefined;
  const others = around.equivalents(request);
  for (const rule of rules) {
    const other = others.find((one) => fits(rule, request, one.resource) && hasName(rule));
    if (other !== undefined) return other;
  }
  return undefined;
}

/** Upstream: `webhook/predicates/rules/rules.go`. */
function fits(
  rule: Rule,
  { subResource, operation, namespace }: MatchRequest,
  resource: GroupVersionResource,
): boolean {
  const has = (set: ReadonlySet<string>, text: string) => set.has('*') || set.has(text);
  if (!has(rule.operations, operation)) return false;
  if (!has(rule.groups, resource.group) || !has(rule.versions, resource.version)) return false;
  const listed = rule.resources.some(
    ([name, sub]) => (name === '*' || name === resource.resource) && (sub === '*' || sub === subResource),
  );
  if (!listed || rule.scope === '*') return listed;
  const isNamespace = resource.group === '' && resource.version === 'v1' && resource.resource === 'namespaces';
  const clusterWide = isNamespace || namespace === '';
  return rule.scope === 'Cluster' ? clusterWide : rule.scope === 'Namespaced' && !clusterWide;
}

function isNamed({ names }: Rule, { name, object }: MatchRequest, kyverno: boolean): boolean {
  if (names.length === 0 || names.includes(name)) return true;
  if (!kyverno || name !== '' || object === null) return false;
  const generated = asString(getPath(object, 'metadata', 'generateName')) ?? '';
  return names.some((one) => generated.startsWith(one));
}
