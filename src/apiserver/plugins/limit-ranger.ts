import { compareQuantity, parseQuantity, type Quantity } from '../../language/quantity.ts';
import { asObject, asString, getPath, type JsonObject } from '../../model/json.ts';
import { ensureObject, isUnset, type Mutable, objectAt, objectsAt } from '../default/mutable.ts';
import { aggregateResources } from '../default/pod-resources.ts';
import { forbid, isWriteOf, type Plugin, type PluginCall } from './plugin.ts';

type List = ReadonlyMap<string, string>;

/** Sets default requests and limits of containers and holds pods and claims to the bounds. Upstream: plugin/pkg/admission/limitranger. */
export const limitRanger: Plugin = {
  name: 'LimitRanger',
  mutate: (call, object) => {
    if (object === undefined || call.request.operation !== 'CREATE' || !isWriteOf(call, '', 'pods')) return undefined;
    for (const range of rangesOf(call)) setContainerDefaults(object, range);
    return undefined;
  },
  validate: (call) => {
    const { object, operation } = call.request;
    const isPod = isWriteOf(call, '', 'pods') && operation === 'CREATE';
    const isClaim = isWriteOf(call, '', 'persistentvolumeclaims');
    if (object === null || (!isPod && !isClaim)) return {};
    for (const range of rangesOf(call)) {
      const faults = isPod ? podFaults(object as Mutable, range) : claimFaults(object, range);
      const [only] = faults;
      if (only === undefined) continue;
      return { refused: forbid(call, faults.length === 1 ? only : `[${[...new Set(faults)].join(', ')}]`) };
    }
    return {};
  },
};

function rangesOf({ store, request }: PluginCall): readonly JsonObject[] {
  return store.list('', 'LimitRange', request.namespace);
}

function itemsOf(range: JsonObject, type: string): readonly Mutable[] {
  return objectsAt((asObject(range['spec']) ?? {}) as Mutable, 'limits').filter((item) => item['type'] === type);
}

function listOf(value: JsonObject | undefined): List {
  return new Map(Object.entries(value ?? {}).map(([name, quantity]) => [name, asString(quantity) ?? '']));
}

function setContainerDefaults(pod: Mutable, range: JsonObject): void {
  const limits = new Map<string, string>();
  const requests = new Map<string, string>();
  for (const item of itemsOf(range, 'Container')) {
    for (const [name, quantity] of listOf(objectAt(item, 'default'))) limits.set(name, quantity);
    for (const [name, quantity] of listOf(objectAt(item, 'defaultRequest'))) requests.set(name, quantity);
  }
  const spec = ensureObject(pod, 'spec');
  const notes: string[] = [];
  for (const [list, word] of [
    ['containers', 'container'],
    ['initContainers', 'init container'],
  ] as const) {
    for (const container of objectsAt(spec, list)) {
      const name = asString(container['name']) ?? '';
      const resources = ensureObject(container, 'resources');
      const addedLimits = merge(resources, 'limits', limits);
      const addedRequests = merge(resources, 'requests', requests);
      if (addedRequests.length > 0) notes.push(`${addedRequests.join(', ')} request for ${word} ${name}`);
      if (addedLimits.length > 0) notes.push(`${addedLimits.join(', ')} limit for ${word} ${name}`);
    }
  }
  if (notes.length === 0) return;
  const annotations = ensureObject(ensureObject(pod, 'metadata'), 'annotations');
  annotations['kubernetes.io/limit-ranger'] = `LimitRanger plugin set: ${notes.join('; ')}`;
}

function merge(resources: Mutable, key: string, defaults: List): readonly string[] {
  const missing = [...defaults].filter(([name]) => isUnset(objectAt(resources, key) ?? {}, name));
  if (missing.length === 0) return [];
  const list = ensureObject(resources, key);
  for (const [name, quantity] of missing) list[name] = quantity;
  return missing.map(([name]) => name).sort();
}

function podFaults(pod: Mutable, range: JsonObject): readonly string[] {
  const spec = ensureObject({ ...pod }, 'spec');
  const faults: string[] = [];
  for (const item of itemsOf(range, 'Container')) {
    for (const container of [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')]) {
      const resources = objectAt(container, 'resources') ?? {};
      faults.push(...boundFaults(item, listOf(objectAt(resources, 'requests')), listOf(objectAt(resources, 'limits'))));
    }
  }
  for (const item of itemsOf(range, 'Pod')) {
    faults.push(...boundFaults(item, podTotals(spec, 'requests'), podTotals(spec, 'limits')));
  }
  return faults;
}

function podTotals(spec: Mutable, which: 'requests' | 'limits'): List {
  const totals = new Map(aggregateResources(spec, which));
  for (const [name, quantity] of listOf(objectAt(objectAt(spec, 'resources') ?? {}, which))) {
    if (name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')) totals.set(name, quantity);
  }
  return totals;
}

function boundFaults(item: Mutable, requests: List, limits: List): readonly string[] {
  const type = asString(item['type']) ?? '';
  const faults: string[] = [];
  const check = (key: string, text: (name: string, bound: string) => string | undefined): void => {
    for (const [name, bound] of listOf(objectAt(item, key))) {
      const fault = text(name, bound);
      if (fault !== undefined) faults.push(fault);
    }
  };
  check('min', (name, bound) =>
    minFault(`minimum ${name} usage per ${type} is ${bound}`, bound, requests.get(name), limits.get(name)),
  );
  check('max', (name, bound) =>
    maxFault(`maximum ${name} usage per ${type} is ${bound}`, bound, requests.get(name), limits.get(name)),
  );
  check('maxLimitRequestRatio', (name, bound) =>
    ratioFault(
      `${name} max limit to request ratio per ${type} is ${bound}`,
      bound,
      requests.get(name),
      limits.get(name),
    ),
  );
  return faults;
}

function quantityOf(text: string | undefined): Quantity {
  return parseQuantity(text ?? '0') ?? { digits: 0n, exponent: 0, format: 'decimal' };
}

function compare(a: string, b: string): number {
  return compareQuantity(quantityOf(a), quantityOf(b));
}

function minFault(head: string, bound: string, request: string | undefined, limit: string | undefined) {
  if (request === undefined) return `${head}.  No request is specified`;
  if (compare(request, bound) < 0) return `${head}, but request is ${request}`;
  return limit !== undefined && compare(limit, bound) < 0 ? `${head}, but limit is ${limit}` : undefined;
}

function maxFault(head: string, bound: string, request: string | undefined, limit: string | undefined) {
  if (limit === undefined) return `${head}.  No limit is specified`;
  if (compare(limit, bound) > 0) return `${head}, but limit is ${limit}`;
  return request !== undefined && compare(request, bound) > 0 ? `${head}, but request is ${request}` : undefined;
}

function ratioFault(head: string, bound: string, request: string | undefined, limit: string | undefined) {
  const toNumber = (text: string): number => {
    const { digits, exponent } = quantityOf(text);
    return Number(digits) * 10 ** exponent;
  };
  if (request === undefined || toNumber(request) === 0) {
    return `${head}, but no request is specified or request is 0`;
  }
  if (limit === undefined || toNumber(limit) === 0) return `${head}, but no limit is specified or limit is 0`;
  const ratio = toNumber(limit) / toNumber(request);
  return ratio > toNumber(bound) ? `${head}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}

function claimFaults(claim: JsonObject, range: JsonObject): readonly string[] {
  const requests = listOf(asObject(getPath(claim, 'spec', 'resources', 'requests')));
  const faults: string[] = [];
  for (const item of itemsOf(range, 'PersistentVolumeClaim')) {
    const type = 'PersistentVolumeClaim';
    for (const [name, bound] of listOf(objectAt(item, 'min'))) {
      const fault = minFault(`minimum ${name} usage per ${type} is ${bound}`, bound, requests.get(name), undefined);
      if (fault !== undefined) faults.push(fault);
    }
    for (const [name, bound] of listOf(objectAt(item, 'max'))) {
      const head = `maximum ${name} usage per ${type} is ${bound}`;
      const request = requests.get(name);
      if (request === undefined) faults.push(`${head}.  No request is specified`);
      else if (compare(request, bound) > 0) faults.push(`${head}, but request is ${request}`);
    }
  }
  return faults;
}
