import { addQuantity, compareQuantity, parseQuantity, quantityText } from '../../language/quantity.ts';
import { ensureObject, isUnset, type Mutable, objectAt, objectsAt } from './mutable.ts';

type ResourceList = Map<string, string>;

/**
 * Fills pod-level requests (and huge page limits) from those of the containers, when pod-level resources are given.
 * Upstream: `defaultHugePagePodLimits`, `defaultPodRequests` (pkg/apis/core/v1/defaults.go).
 */
export function defaultPodLevelResources(spec: Mutable): void {
  const resources = objectAt(spec, 'resources');
  if (resources === undefined) return;
  defaultHugePageLimits(spec, resources);
  const limits = objectAt(resources, 'limits');
  if (limits === undefined || Object.keys(limits).length === 0) return;
  const requests = objectAt(resources, 'requests') ?? {};
  for (const [name, quantity] of aggregateResources(spec, 'requests')) {
    if (isUnset(requests, name) && isPodLevel(name) && !isHugePage(name)) requests[name] = quantity;
  }
  for (const name of Object.keys(limits)) {
    if (isUnset(requests, name) && isPodLevel(name)) requests[name] = limits[name] ?? null;
  }
  if (Object.keys(requests).length > 0) resources['requests'] = requests;
}

function defaultHugePageLimits(spec: Mutable, resources: Mutable): void {
  const given = objectAt(resources, 'requests') ?? {};
  const limits = objectAt(resources, 'limits');
  if (Object.keys(given).length === 0 && Object.keys(limits ?? {}).length === 0) return;
  for (const [name, quantity] of aggregateResources(spec, 'limits')) {
    if (!isHugePage(name) || !isUnset(given, name)) continue;
    const target = ensureObject(resources, 'limits');
    if (isUnset(target, name)) target[name] = quantity;
  }
}

function isPodLevel(name: string): boolean {
  return name === 'cpu' || name === 'memory' || isHugePage(name);
}

function isHugePage(name: string): boolean {
  return name.startsWith('hugepages-');
}

/**
 * What all containers need together: the sum over containers and restartable init containers, or the most that any
 * init container needs while it runs. Upstream: `AggregateContainerRequests` (component-helpers/resource).
 */
export function aggregateResources(spec: Mutable, which: 'requests' | 'limits'): ReadonlyMap<string, string> {
  const total: ResourceList = new Map();
  for (const container of objectsAt(spec, 'containers')) addAll(total, listOf(container, which));
  const sidecars: ResourceList = new Map();
  const most: ResourceList = new Map();
  for (const container of objectsAt(spec, 'initContainers')) {
    const own = listOf(container, which);
    if (container['restartPolicy'] === 'Always') {
      addAll(total, own);
      addAll(sidecars, own);
      maxAll(most, sidecars);
    } else {
      const needed: ResourceList = new Map(own);
      addAll(needed, sidecars);
      maxAll(most, needed);
    }
  }
  maxAll(total, most);
  return total;
}

function listOf(container: Mutable, which: string): ReadonlyMap<string, string> {
  const resources = objectAt(container, 'resources');
  const list = resources === undefined ? undefined : objectAt(resources, which);
  return new Map(Object.entries(list ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function addAll(target: ResourceList, list: ReadonlyMap<string, string>): void {
  for (const [name, text] of list) {
    const known = parseQuantity(target.get(name) ?? '');
    const added = parseQuantity(text);
    target.set(name, known === undefined || added === undefined ? text : quantityText(addQuantity(known, added)));
  }
}

function maxAll(target: ResourceList, list: ReadonlyMap<string, string>): void {
  for (const [name, text] of list) {
    const known = parseQuantity(target.get(name) ?? '');
    const other = parseQuantity(text);
    if (known === undefined || (other !== undefined && compareQuantity(other, known) > 0)) target.set(name, text);
  }
}
