import { asString, getPath, type JsonObject } from '../../model/json.ts';
import { nameOf } from '../../model/resource.ts';
import { type Mutable, objectAt, objectsAt } from '../default/mutable.ts';
import { inScope } from '../quota/scope.ts';
import { computeUsage, entriesOf, exceeds, increase, type Usage, usageOf, usageText } from '../quota/usage.ts';
import { groupResource } from '../resources/resource.ts';
import { forbid, type Plugin, type PluginCall, type Verdict } from './plugin.ts';

/** Resources whose updates are charged too. */
const CHARGED_UPDATES = new Set(['V1Service', 'V1PersistentVolumeClaim']);
/** If one of these is limited, every container must name it. */
const DEMANDED = new Set('cpu memory requests.cpu requests.memory limits.cpu limits.memory'.split(' '));

/**
 * Limits what a namespace may hold, by the status of its quotas: a quota whose status nobody has filled in limits
 * nothing, as on a cluster without the quota controller. Upstream: apiserver/pkg/admission/plugin/resourcequota.
 */
export const resourceQuota: Plugin = {
  name: 'ResourceQuota',
  validate: (call) => {
    const { resource, request, store } = call;
    const { object, oldObject, operation, namespace } = request;
    if (object === null || namespace === '' || request.subResource !== '' || resource.createOnly) return {};
    if (resource.type === 'V1Event' || resource.type === 'CoreV1Event' || resource.type === 'EventsV1Event') return {};
    const isUpdate = operation === 'UPDATE' && CHARGED_UPDATES.has(resource.type ?? '');
    if (operation !== 'CREATE' && !isUpdate) return {};
    const counted = groupResource(resource);
    const now = usageOf(resource.type, counted, object);
    const before: Usage = oldObject === null ? new Map() : usageOf(resource.type, counted, oldObject);
    for (const quota of store.list('', 'ResourceQuota', namespace)) {
      if (!inScope(quota, resource.type, object)) continue;
      const verdict = checkQuota(call, quota, object, now, increase(now, before));
      if (verdict.refused !== undefined) return verdict;
    }
    return {};
  },
};

function checkQuota(call: PluginCall, quota: JsonObject, object: JsonObject, now: Usage, delta: Usage): Verdict {
  const hard = entriesOf(getPath(quota, 'status', 'hard'));
  const used = entriesOf(getPath(quota, 'status', 'used'));
  const name = nameOf(quota);
  const limited = [...hard.keys()].filter(
    (key) => now.has(key) || (call.resource.type === 'V1Pod' && DEMANDED.has(key)),
  );
  const missing = call.resource.type === 'V1Pod' ? missingDemands(object as Mutable, limited) : '';
  if (missing !== '') return { refused: forbid(call, `failed quota: ${name}: must specify ${missing}`) };
  if (limited.some((key) => !used.has(key))) {
    const detail = `status unknown for quota: ${name}, resources: ${[...limited].sort().join(',')}`;
    return { refused: forbid(call, detail) };
  }
  const exceeded = [...delta.keys()].filter(
    (key) => hard.has(key) && exceeds(used.get(key), delta.get(key) ?? '0', hard.get(key)),
  );
  if (exceeded.length === 0) return {};
  const amounts = `requested: ${usageText(delta, exceeded)}, used: ${usageText(used, exceeded)}, limited: ${usageText(hard, exceeded)}`;
  return { refused: forbid(call, `exceeded quota: ${name}, ${amounts}`) };
}

/** `limits.cpu for: a,b; requests.cpu for: a`: what containers must name and don't. */
function missingDemands(pod: Mutable, limited: readonly string[]): string {
  const spec = objectAt(pod, 'spec') ?? {};
  if (objectAt(spec, 'resources') !== undefined) return '';
  const lacking = new Map<string, Set<string>>();
  for (const container of [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')]) {
    const resources = objectAt(container, 'resources') ?? {};
    const given = computeUsage(entriesOf(resources['requests']), entriesOf(resources['limits']));
    for (const key of limited) {
      if (!DEMANDED.has(key) || given.has(key)) continue;
      lacking.set(key, (lacking.get(key) ?? new Set()).add(asString(container['name']) ?? ''));
    }
  }
  return [...lacking]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, names]) => `${key} for: ${[...names].sort().join(',')}`)
    .join('; ');
}
