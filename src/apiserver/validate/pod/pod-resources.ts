import { addQuantity } from '../../../language/quantity.ts';
import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden, invalid } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { has, obj, objs, str } from '../fields.ts';
import { compareQuantity, type Quantity, quantities, quantityText } from '../quantities.ts';
import { checkPodResourceName, isHugePages } from '../resource-names.ts';
import type { PodOptions } from './options.ts';
import { checkResources, containerList, listed, type Totals } from './resources.ts';

/** Resources of the pod as a whole. Upstream: `validatePodResources`. */
export function checkPodResources(
  path: FieldPath,
  spec: JsonObject,
  claims: ReadonlySet<string>,
  options: PodOptions,
): FieldError[] {
  const resources = obj(spec, 'resources');
  if (resources === undefined) return [];
  const at = path.child('resources');
  if (str(obj(spec, 'os'), 'name') === 'windows') return [forbidden(at, 'may not be set for a windows pod')];
  const errors: FieldError[] = [];
  if (has(resources, 'claims')) {
    errors.push(forbidden(at.child('claims'), 'claims may not be set for Resources at pod-level'));
  }
  errors.push(...checkResources(at, resources, checkPodResourceName, claims, options));
  errors.push(...checkConsistency(at, spec, resources));
  return errors;
}

function checkConsistency(path: FieldPath, spec: JsonObject, resources: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const [limits, requests] = [obj(resources, 'limits'), obj(resources, 'requests')];
  const sorted = (totals: Totals): readonly (readonly [string, Quantity])[] =>
    [...totals].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, total] of sorted(aggregate(spec, 'requests'))) {
    const own = listed(requests, name);
    if (own === undefined || compareQuantity(total, own) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${quantityText(total)}`;
    errors.push(invalid(path.child('requests').key(name), quantityText(own), detail));
  }
  for (const [name, total] of sorted(aggregate(spec, 'limits'))) {
    const own = isHugePages(name) ? listed(limits, name) : undefined;
    if (own === undefined || compareQuantity(total, own) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container limits of ${quantityText(total)}`;
    errors.push(invalid(path.child('limits').key(name), quantityText(own), detail));
  }
  for (const [i, container] of objs(spec, 'containers').entries()) {
    for (const [name, limit] of quantities(obj(obj(container, 'resources'), 'limits'))) {
      const own = listed(limits, name);
      if (own === undefined || compareQuantity(limit, own) <= 0) continue;
      const at = path.child('containers').index(i).key(name).child('limits');
      errors.push(invalid(at, quantityText(limit), `must be less than or equal to pod limits of ${quantityText(own)}`));
    }
  }
  return errors;
}

/**
 * What all containers need: the sum of the containers and sidecars, or what one init container needs beside the
 * sidecars before it, whichever is more. Upstream: component-helpers `resource.AggregateContainerRequests`.
 */
export function aggregate(spec: JsonObject, kind: 'limits' | 'requests'): Totals {
  const total = new Map<string, Quantity>();
  const sidecars = new Map<string, Quantity>();
  const init = new Map<string, Quantity>();
  for (const container of objs(spec, 'containers')) add(total, containerList(container, kind));
  for (const container of objs(spec, 'initContainers')) {
    const own = containerList(container, kind);
    let needed = sidecars;
    if (str(container, 'restartPolicy') === 'Always') {
      add(total, own);
      add(sidecars, own);
    } else {
      needed = new Map(own);
      add(needed, sidecars);
    }
    raise(init, needed);
  }
  raise(total, init);
  return total;
}

function add(into: Map<string, Quantity>, list: Totals): void {
  for (const [name, value] of list) {
    const before = into.get(name);
    into.set(name, before === undefined ? value : addQuantity(before, value));
  }
}

function raise(into: Map<string, Quantity>, list: Totals): void {
  for (const [name, value] of list) {
    const before = into.get(name);
    if (before === undefined || compareQuantity(value, before) > 0) into.set(name, value);
  }
}
