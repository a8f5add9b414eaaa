import { addQuantity, compareQuantity, parseQuantity, type Quantity } from '../../language/quantity.ts';
import { asString } from '../../model/json.ts';
import { type Mutable, objectAt, objectsAt } from '../default/mutable.ts';

const COMPUTE = ['cpu', 'memory'] as const;
type Totals = Map<string, Quantity>;

/** `Guaranteed`, `Burstable` or `BestEffort`. Upstream: pkg/apis/core/helper/qos. */
export function qualityOfService(spec: Mutable): string {
  const requests: Totals = new Map();
  const limits: Totals = new Map();
  const podLevel = objectAt(spec, 'resources');
  const holders =
    podLevel === undefined ? [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')] : [spec];
  let guaranteed = true;
  for (const holder of holders) {
    const resources = objectAt(holder, 'resources') ?? {};
    addPositive(requests, objectAt(resources, 'requests'));
    const limit = objectAt(resources, 'limits');
    const found = addPositive(limits, limit);
    const given = podLevel === undefined || Object.keys(limit ?? {}).length > 0;
    if (given && found < COMPUTE.length) guaranteed = false;
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const equal = [...requests].every(([name, request]) => {
    const limit = limits.get(name);
    return limit !== undefined && compareQuantity(limit, request) === 0;
  });
  return guaranteed && equal && requests.size === limits.size ? 'Guaranteed' : 'Burstable';
}

function addPositive(totals: Totals, list: Mutable | undefined): number {
  let found = 0;
  for (const name of COMPUTE) {
    const quantity = parseQuantity(asString(list?.[name]) ?? '');
    if (quantity === undefined || quantity.digits <= 0n) continue;
    found++;
    const known = totals.get(name);
    totals.set(name, known === undefined ? quantity : addQuantity(known, quantity));
  }
  return found;
}
