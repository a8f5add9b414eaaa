import {
  addQuantity,
  compareQuantity,
  parseQuantity,
  type Quantity,
  quantityText,
  subtractQuantity,
} from '../../language/quantity.ts';
import { asString, getPath, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { annotationsOf } from '../../model/resource.ts';
import { type Mutable, objectAt, objectsAt } from '../default/mutable.ts';
import { aggregateResources } from '../default/pod-resources.ts';

/** Amounts by resource name, e.g. `requests.cpu`, `count/pods`. */
export type Usage = ReadonlyMap<string, string>;

const ZERO: Quantity = { digits: 0n, exponent: 0, format: 'decimal' };
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];

/** The quantity a text stands for; zero when it is none. */
export function amount(text: string | undefined): Quantity {
  return parseQuantity(text ?? '0') ?? ZERO;
}

/** What an object costs. Upstream: pkg/quota/v1/evaluator/core. `counted` is `pods` or `deployments.apps`. */
export function usageOf(type: string | undefined, counted: string, object: JsonObject): Usage {
  const usage = new Map<string, string>([[`count/${counted}`, '1']]);
  const charge = (more: Usage): void => {
    for (const [key, value] of more) usage.set(key, value);
  };
  if (type === 'V1Pod') charge(podUsage(object as Mutable));
  else if (type === 'V1Service') charge(serviceUsage(objectAt(object as Mutable, 'spec') ?? {}));
  else if (type === 'V1PersistentVolumeClaim') charge(claimUsage(object));
  else if (OWN_NAMES.has(counted)) usage.set(counted, '1');
  return usage;
}

const OWN_NAMES = new Set(['configmaps', 'secrets', 'resourcequotas', 'replicationcontrollers']);

function podUsage(pod: Mutable): Usage {
  const phase = getPath(pod, 'status', 'phase');
  if (phase === 'Failed' || phase === 'Succeeded') return new Map();
  const spec = objectAt(pod, 'spec') ?? {};
  const [requests, limits] = [podTotal(spec, 'requests'), podTotal(spec, 'limits')];
  return new Map([['pods', '1'], ...computeUsage(requests, limits)]);
}

function podTotal(spec: Mutable, which: 'requests' | 'limits'): Usage {
  const total = new Map(aggregateResources(spec, which));
  const own = objectAt(objectAt(spec, 'resources') ?? {}, which) ?? {};
  for (const key of Object.keys(own)) total.set(key, asString(own[key]) ?? '0');
  const overhead = objectAt(spec, 'overhead') ?? {};
  for (const key of Object.keys(overhead)) {
    const known = total.get(key);
    if (which === 'limits' && known === undefined) continue;
    total.set(key, quantityText(addQuantity(amount(known), amount(asString(overhead[key])))));
  }
  return total;
}

/** The names under which requests and limits are counted. */
export function computeUsage(requests: Usage, limits: Usage): Usage {
  const usage = new Map<string, string>();
  for (const [name, value] of requests) {
    const isHuge = name.startsWith('hugepages-');
    if (COMPUTE.includes(name) || isHuge) usage.set(name, value);
    if (COMPUTE.includes(name) || isHuge || name.includes('/')) usage.set(`requests.${name}`, value);
  }
  for (const [name, value] of limits) if (COMPUTE.includes(name)) usage.set(`limits.${name}`, value);
  return usage;
}

function serviceUsage(spec: Mutable): Usage {
  const ports = objectsAt(spec, 'ports');
  const balanced = spec['type'] === 'LoadBalancer';
  const explicit = ports.filter((port) => typeof port['nodePort'] === 'bigint' && port['nodePort'] !== 0n).length;
  const allocates = spec['type'] === 'NodePort' || (balanced && spec['allocateLoadBalancerNodePorts'] !== false);
  const nodePorts = allocates ? ports.length : balanced ? explicit : 0;
  return new Map([
    ['services', '1'],
    ['services.loadbalancers', balanced ? '1' : '0'],
    ['services.nodeports', String(nodePorts)],
  ]);
}

function claimUsage(claim: JsonObject): Usage {
  const usage = new Map([['persistentvolumeclaims', '1']]);
  const old = annotationsOf(claim)['volume.beta.kubernetes.io/storage-class'];
  const storageClass = old ?? asString(getPath(claim, 'spec', 'storageClassName')) ?? '';
  const storage = asString(getPath(claim, 'spec', 'resources', 'requests', 'storage'));
  const suffix = `${storageClass}.storageclass.storage.k8s.io/`;
  if (storage !== undefined) usage.set('requests.storage', storage);
  if (storageClass === '') return usage;
  usage.set(`${suffix}persistentvolumeclaims`, '1');
  if (storage !== undefined) usage.set(`${suffix}requests.storage`, storage);
  return usage;
}

/** What `now` costs more than `before`; nothing below zero, nothing that is zero. */
export function increase(now: Usage, before: Usage): Usage {
  const delta = new Map<string, string>();
  for (const [name, value] of now) {
    const more = subtractQuantity(amount(value), amount(before.get(name)));
    if (compareQuantity(more, ZERO) > 0) delta.set(name, before.has(name) ? quantityText(more) : value);
  }
  return delta;
}

/** The entries of a resource list. */
export function entriesOf(value: Json | undefined): Usage {
  if (!isObject(value)) return new Map();
  return new Map(Object.entries(value).map(([name, quantity]) => [name, asString(quantity) ?? '0']));
}

/** `pods=1,requests.cpu=2`, sorted by name. */
export function usageText(usage: Usage, names: readonly string[]): string {
  return [...names]
    .sort()
    .map((name) => `${name}=${usage.get(name) ?? '0'}`)
    .join(',');
}

/** `a + b` and whether that is more than `bound`. */
export function exceeds(used: string | undefined, requested: string, bound: string | undefined): boolean {
  return compareQuantity(addQuantity(amount(used), amount(requested)), amount(bound)) > 0;
}
