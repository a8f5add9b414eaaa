import { asArray, asObject, asString, type Json, type JsonObject } from '../../model/json.ts';
import type { Abstract } from './abstract.ts';
import { NOTHING } from './abstract.ts';
import type { Collector } from './collect.ts';
import { traceCel } from './from-cel.ts';
import { selectorLabels } from './from-match.ts';
import type { Names } from './from-query.ts';

/** Resources that a CEL policy is for, as its `resourceRules` have them; any part may be `*`. */
export interface ResourceRule {
  readonly groups: readonly string[];
  readonly versions: readonly string[];
  /** e.g. `pods`, `pods/ephemeralcontainers`. */
  readonly resources: readonly string[];
}

/** Notes what the CEL parts of a rule of a ClusterPolicy look at. */
export function harvestCel(rule: JsonObject, collector: Collector): void {
  const cel = asObject(asObject(rule['validate'])?.['cel']);
  harvestExpressions(rule['celPreconditions'], () => undefined, collector);
  if (cel === undefined) return;
  const names = withVariables(cel['variables'], collector);
  harvestExpressions(cel['expressions'], names, collector);
}

/** Notes what a ValidatingPolicy or ValidatingAdmissionPolicy looks at. Gives the resources that it is for. */
export function harvestCelPolicy(spec: JsonObject, collector: Collector): readonly ResourceRule[] {
  const constraints = asObject(spec['matchConstraints']) ?? {};
  const names = withVariables(spec['variables'], collector);
  harvestExpressions(spec['matchConditions'], names, collector);
  harvestExpressions(spec['validations'], names, collector);
  for (const [key, values] of selectorLabels(asObject(constraints['objectSelector']))) {
    collector.see(['request', 'object', 'metadata', 'labels', key], values);
  }
  for (const [key, values] of selectorLabels(asObject(constraints['namespaceSelector']))) {
    collector.see(['namespaceObject', 'metadata', 'labels', key], values);
  }
  for (const item of asArray(constraints['excludeResourceRules']) ?? []) resourceRule(item, collector);
  return (asArray(constraints['resourceRules']) ?? []).map((item) => resourceRule(item, collector));
}

function resourceRule(item: Json, collector: Collector): ResourceRule {
  const rule = asObject(item) ?? {};
  collector.see(['request', 'operation'], asArray(rule['operations']) ?? []);
  const names = asArray(rule['resourceNames']) ?? [];
  if (names.length > 0) collector.see(['request', 'name'], names);
  const resources = texts(rule['resources']);
  for (const resource of resources) {
    const [, subresource = ''] = resource.split('/');
    if (subresource !== '') collector.subresource(subresource);
  }
  return { groups: texts(rule['apiGroups']), versions: texts(rule['apiVersions']), resources };
}

/** The names under `variables`, each followed when it is first used. */
function withVariables(list: Json | undefined, collector: Collector): Names {
  const expressions = new Map(
    (asArray(list) ?? []).map((item) => {
      const { name, expression } = asObject(item) ?? {};
      return [asString(name) ?? '', asString(expression) ?? ''] as const;
    }),
  );
  const known = new Map<string, Abstract>();
  const names: Names = (name) => (name === 'variables' ? { ...NOTHING, fields: { get: follow } } : undefined);
  const follow = (name: string): Abstract | undefined => {
    const expression = expressions.get(name);
    const before = known.get(name);
    if (before !== undefined || expression === undefined) return before;
    // A variable that uses itself is a mistake; here it stands for nothing.
    known.set(name, NOTHING);
    const value = traceCel(expression, names, collector);
    known.set(name, value);
    return value;
  };
  for (const name of expressions.keys()) follow(name);
  return names;
}

function harvestExpressions(list: Json | undefined, names: Names, collector: Collector): void {
  for (const item of asArray(list) ?? []) {
    const expression = asString(asObject(item)?.['expression']);
    if (expression !== undefined) traceCel(expression, names, collector);
  }
}

function texts(value: Json | undefined): readonly string[] {
  return (asArray(value) ?? []).filter((item): item is string => typeof item === 'string');
}
