import { parseKindSelector } from '../engine/match/kind.ts';
import { parseQuantity, quantityWhole } from '../language/quantity.ts';
import { compileWildcard, wildcardMatch } from '../language/wildcard.ts';
import { asObject, isObject, type Json, type JsonObject, parseJson } from '../model/json.ts';
import type { UserInfo } from '../model/request.ts';
import type { GroupVersionKind } from '../model/resource.ts';
import { type LabelRequirement, selectorRequirements } from './label-selector.ts';

/** Kyverno's ConfigMap, ready to be asked. Upstream: `pkg/config/config.go`, `pkg/config/types.go`. */
export interface KyvernoConfig {
  /** Users whose requests admission does not look at. */
  readonly excludesUser: (user: UserInfo, roles: readonly string[], clusterRoles: readonly string[]) => boolean;
  /** Resources that admission does not look at: `resourceFilters`. `gvk` is of the main resource. */
  readonly filters: (gvk: GroupVersionKind, subresource: string, namespace: string, name: string) => boolean;
  readonly defaultRegistry: string;
  readonly enableDefaultRegistryMutation: boolean;
  /** Which namespaces the webhooks watch; no demands: all. */
  readonly namespaceSelector: readonly LabelRequirement[];
  /** Which objects the webhooks watch. */
  readonly objectSelector: readonly LabelRequirement[];
  /** Both as they are written. */
  readonly selectors: { readonly namespace: JsonObject | undefined; readonly object: JsonObject | undefined };
  /** CEL conditions on every webhook. */
  readonly matchConditions: readonly JsonObject[];
  /** Bytes that context entries may store. */
  readonly maxContextSize: number;
}

/** Reads the `data` of Kyverno's ConfigMap. What it cannot read counts as not set, as in Kyverno. */
export function parseKyvernoConfig(data: Readonly<Record<string, string>>): KyvernoConfig {
  const webhooks = asObject(parsed(data['webhooks']));
  const registry = data['defaultRegistry'];
  const matchConditions = parsed(data['matchConditions']);
  return {
    excludesUser: userExclusion(data),
    filters: resourceFilter(data['resourceFilters'] ?? ''),
    defaultRegistry: registry !== undefined && isDnsName(registry.split('/')[0] ?? '') ? registry : 'docker.io',
    enableDefaultRegistryMutation: readBoolean(data['enableDefaultRegistryMutation']) ?? true,
    namespaceSelector: requirements(webhooks?.['namespaceSelector']),
    objectSelector: requirements(webhooks?.['objectSelector']),
    selectors: {
      namespace: asObject(webhooks?.['namespaceSelector']),
      object: asObject(webhooks?.['objectSelector']),
    },
    matchConditions: Array.isArray(matchConditions) ? matchConditions.filter(isObject) : [],
    maxContextSize: sizeOf(data['maxContextSize']) ?? 2 * 1024 * 1024,
  };
}

function parsed(text: string | undefined): Json | undefined {
  if (text === undefined) return undefined;
  try {
    return parseJson(text, 'float');
  } catch {
    return undefined;
  }
}

function requirements(selector: Json | undefined): readonly LabelRequirement[] {
  return (isObject(selector) ? selectorRequirements(selector) : undefined) ?? [];
}

function sizeOf(text: string | undefined): number | undefined {
  const quantity = text === undefined ? undefined : parseQuantity(text);
  return quantity === undefined ? undefined : Number(quantityWhole(quantity));
}

/** Go's `strconv.ParseBool`. */
function readBoolean(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? false : undefined;
}

/** `IsDNSName` of govalidator. */
function isDnsName(text: string): boolean {
  const label = '[a-zA-Z0-9_][a-zA-Z0-9_-]{0,62}';
  if (text.replaceAll('.', '').length > 255 || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return false;
  return new RegExp(`^${label}(?:\\.${label})*[._]?$`).test(text);
}

function userExclusion(data: Readonly<Record<string, string>>): KyvernoConfig['excludesUser'] {
  const lists = ['excludeUsernames', 'excludeGroups', 'excludeRoles', 'excludeClusterRoles'].map((key) => {
    const entries = (data[key] ?? '').split(',').map((entry) => entry.trim());
    const patterns = (wanted: boolean) =>
      entries
        .filter((entry) => entry.startsWith('!') === wanted)
        .map((entry) => (wanted ? entry.slice(1).trim() : entry))
        .filter((entry) => entry !== '');
    return { exclusions: patterns(false), inclusions: patterns(true) };
  });
  return (user, roles, clusterRoles) => {
    const names = [[user.username], user.groups ?? [], roles, clusterRoles];
    const hit = (side: 'exclusions' | 'inclusions') =>
      lists.some((list, i) =>
        list[side].some((pattern) => (names[i] ?? []).some((name) => wildcardMatch(pattern, name))),
      );
    return hit('exclusions') && !hit('inclusions');
  };
}

type Test = (text: string) => boolean;

interface Filter {
  readonly group: Test;
  readonly version: Test;
  readonly kind: Test;
  readonly subresource: Test;
  readonly namespace: Test;
  readonly name: Test;
}

function resourceFilter(text: string): KyvernoConfig['filters'] {
  const filters = parseFilters(text);
  return ({ group, version, kind }, subresource, namespace, name) =>
    filters.some((filter) => {
      const matches =
        filter.kind(kind) && filter.group(group) && filter.version(version) && filter.subresource(subresource);
      if (!matches) return false;
      if (filter.namespace(namespace) && filter.name(name)) return true;
      return group === '' && version === 'v1' && kind === 'Namespace' && filter.namespace(name);
    });
}

/** `[kind,namespace,name]` entries; an entry with more parts repeats the one before it, as upstream. */
function parseFilters(text: string): readonly Filter[] {
  const filters: Filter[] = [];
  let current: Filter | undefined;
  for (const [, inner = ''] of text.matchAll(/\[([^[\]]*)\]/g)) {
    const parts = inner.split(',');
    if (parts.length <= 3) current = filterOf(parts);
    if (current !== undefined) filters.push(current);
  }
  return filters;
}

function filterOf([kind = '', namespace = '', name = '']: readonly string[]): Filter {
  const selector = kind === '' ? { group: '', version: '', kind: '', subresource: '' } : parseKindSelector(kind);
  return {
    group: compileWildcard(selector.group),
    version: compileWildcard(selector.version),
    kind: compileWildcard(selector.kind),
    subresource: compileWildcard(selector.subresource),
    namespace: compileWildcard(kind === '' ? '' : namespace),
    name: compileWildcard(kind === '' ? '' : name),
  };
}
