import { asArray, asObject, asString, getPath, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { AdmissionRequest } from '../../model/request.ts';
import { compileSelector, type SelectorTest, type StringMap, stringMapOf } from '../match/index.ts';

/** What of a request `matchConstraints` look at. */
export interface MatchAttributes
  extends Pick<AdmissionRequest, 'operation' | 'resource' | 'subResource' | 'name' | 'namespace'> {
  /** `null` has no labels and satisfies no `objectSelector`; Kyverno gives `{}` for an object that is not there. */
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
}

/** Whether a request is meant, or why that cannot be told. */
export type MatchAnswer =
  | { readonly matches: boolean; readonly error?: undefined }
  | { readonly matches: false; readonly error: string };

/** `matchConstraints`, compiled. `namespaceLabels` are those of the request's namespace, asked for when needed. */
export type MatchResources = (attributes: MatchAttributes, namespaceLabels: () => StringMap) => MatchAnswer;

const NO: MatchAnswer = { matches: false };
const YES: MatchAnswer = { matches: true };

/**
 * Compiles `matchConstraints`: namespaceSelector, objectSelector, excludeResourceRules, resourceRules; no resource rules
 * mean every resource.
 * Upstream: `pkg/cel/matching/matcher.go` of Kyverno, `predicates` beside the webhooks of `k8s.io/apiserver`.
 */
export function compileMatchResources(constraints: JsonObject): MatchResources {
  const ofNamespace = compileLabels(constraints['namespaceSelector']);
  const ofObject = compileLabels(constraints['objectSelector']);
  const excluded = compileRules(constraints['excludeResourceRules']);
  const included = compileRules(constraints['resourceRules']);
  return (attributes, namespaceLabels) => {
    const namespace = matchNamespace(ofNamespace, attributes, namespaceLabels);
    if (!namespace.matches && namespace.error === undefined) return NO;
    const object = matchObjects(ofObject, attributes);
    if (!object.matches && object.error === undefined) return NO;
    if (excluded.some((rule) => rule(attributes))) return NO;
    if (included.length > 0 && !included.some((rule) => rule(attributes))) return NO;
    if (namespace.error !== undefined) return namespace;
    return object;
  };
}

/** `undefined` for a selector that selects everything. */
function compileLabels(selector: Json | undefined): SelectorTest | undefined {
  const given = asObject(selector);
  if (given === undefined) return undefined;
  const isEmpty =
    Object.keys(asObject(given['matchLabels']) ?? {}).length === 0 &&
    (asArray(given['matchExpressions']) ?? []).length === 0;
  return isEmpty ? undefined : compileSelector(given, false);
}

function select(test: SelectorTest, labels: StringMap): MatchAnswer {
  const result = test(labels);
  if (typeof result === 'string') return { matches: false, error: `Internal error occurred: ${result}` };
  return result ? YES : NO;
}

function matchNamespace(
  test: SelectorTest | undefined,
  { resource, subResource, operation, namespace, object }: MatchAttributes,
  namespaceLabels: () => StringMap,
): MatchAnswer {
  const isNamespace = resource.resource === 'namespaces';
  if (test === undefined || (namespace === '' && !isNamespace)) return YES;
  // The namespace may be about to come into being: its labels are those it is to have.
  const isOwn = isNamespace && subResource === '' && (operation === 'CREATE' || operation === 'UPDATE');
  return select(test, isOwn ? stringMapOf(object ?? {}, 'labels') : namespaceLabels());
}

function matchObjects(test: SelectorTest | undefined, { object, oldObject }: MatchAttributes): MatchAnswer {
  if (test === undefined) return YES;
  let last = NO;
  for (const one of [object, oldObject]) {
    if (one === null) continue;
    last = select(test, stringMapOf(one, 'labels'));
    if (last.matches || last.error !== undefined) return last;
  }
  return last;
}

type RuleTest = (attributes: MatchAttributes) => boolean;

function compileRules(list: Json | undefined): readonly RuleTest[] {
  return (asArray(list) ?? []).filter(isObject).map(compileRule);
}

function compileRule(rule: JsonObject): RuleTest {
  const operations = texts(rule['operations']);
  const groups = texts(rule['apiGroups']);
  const versions = texts(rule['apiVersions']);
  const resources = texts(rule['resources']).map(splitResource);
  const names = texts(rule['resourceNames']);
  const inScope = compileScope(asString(rule['scope']) ?? '*');
  return (attributes) => {
    const { resource, subResource, operation } = attributes;
    return (
      inScope(attributes) &&
      hasOrAll(operations, operation) &&
      hasOrAll(groups, resource.group) &&
      hasOrAll(versions, resource.version) &&
      resources.some(
        ([name, sub]) => (name === '*' || name === resource.resource) && (sub === '*' || sub === subResource),
      ) &&
      (names.length === 0 || isNamed(names, attributes))
    );
  };
}

function compileScope(scope: string): RuleTest {
  if (scope === '*') return () => true;
  const isClusterWide: RuleTest = ({ resource: { group, version, resource }, namespace }) =>
    namespace === '' || (group === '' && version === 'v1' && resource === 'namespaces');
  if (scope === 'Cluster') return isClusterWide;
  return scope === 'Namespaced' ? (attributes) => !isClusterWide(attributes) : () => false;
}

function isNamed(names: readonly string[], { name, object }: MatchAttributes): boolean {
  if (name !== '') return names.includes(name);
  if (object === null) return false;
  const prefix = asString(getPath(object, 'metadata', 'generateName')) ?? '';
  return names.some((one) => prefix.startsWith(one));
}

function hasOrAll(list: readonly string[], wanted: string): boolean {
  return list.includes('*') || list.includes(wanted);
}

function splitResource(text: string): readonly [resource: string, subresource: string] {
  const slash = text.indexOf('/');
  return slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)];
}

function texts(list: Json | undefined): readonly string[] {
  return (asArray(list) ?? []).filter((item) => typeof item === 'string');
}
