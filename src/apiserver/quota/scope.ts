import { asArray, asString, getPath, type JsonObject } from '../../model/json.ts';
import { type Mutable, objectAt, objectsAt } from '../default/mutable.ts';
import { qualityOfService } from '../strategy/quality-of-service.ts';

/** Does a quota's scope take the object in? Scopes are about pods only. Upstream: `podMatchesScopeFunc`. */
export function inScope(quota: JsonObject, type: string | undefined, object: JsonObject): boolean {
  const spec = objectAt(quota as Mutable, 'spec') ?? {};
  const plain = (asArray(spec['scopes']) ?? []).map((name) => ({ scopeName: name, operator: 'Exists' }));
  const selectors: readonly JsonObject[] = [
    ...plain,
    ...objectsAt(objectAt(spec, 'scopeSelector') ?? {}, 'matchExpressions'),
  ];
  if (selectors.length === 0) return true;
  return type === 'V1Pod' && selectors.every((selector) => matches(selector, object));
}

function matches(selector: JsonObject, pod: JsonObject): boolean {
  const deadline = getPath(pod, 'spec', 'activeDeadlineSeconds');
  const terminating = typeof deadline === 'bigint' && deadline >= 0n;
  const bestEffort = qualityOfService(objectAt(pod as Mutable, 'spec') ?? {}) === 'BestEffort';
  switch (selector['scopeName']) {
    case 'Terminating':
      return terminating;
    case 'NotTerminating':
      return !terminating;
    case 'BestEffort':
      return bestEffort;
    case 'NotBestEffort':
      return !bestEffort;
    case 'PriorityClass':
      return hasPriority(selector, asString(getPath(pod, 'spec', 'priorityClassName')) ?? '');
    case 'CrossNamespacePodAffinity':
      return crossesNamespaces(pod as Mutable);
    default:
      return false;
  }
}

function hasPriority(selector: JsonObject, name: string): boolean {
  const values = (asArray(selector['values']) ?? []).map((value) => asString(value));
  switch (selector['operator']) {
    case 'Exists':
      return name !== '';
    case 'DoesNotExist':
      return name === '';
    case 'In':
      return name !== '' && values.includes(name);
    default:
      return !values.includes(name);
  }
}

function crossesNamespaces(pod: Mutable): boolean {
  const affinity = objectAt(objectAt(pod, 'spec') ?? {}, 'affinity') ?? {};
  return ['podAffinity', 'podAntiAffinity'].some((which) => {
    const rules = objectAt(affinity, which) ?? {};
    const terms = [
      ...objectsAt(rules, 'requiredDuringSchedulingIgnoredDuringExecution'),
      ...objectsAt(rules, 'preferredDuringSchedulingIgnoredDuringExecution').map(
        (weighted) => objectAt(weighted, 'podAffinityTerm') ?? {},
      ),
    ];
    return terms.some(
      (term) => (asArray(term['namespaces']) ?? []).length > 0 || term['namespaceSelector'] !== undefined,
    );
  });
}
