import type { JsonObject } from '../../../model/json.ts';
import { duplicate, type FieldError, forbidden, invalid, notFound, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { obj, objs, str } from '../fields.ts';
import { checkDnsLabel } from '../names.ts';
import {
  checkResourceQuantity,
  compareQuantity,
  isHugePageMultiple,
  type Quantity,
  quantities,
  quantity,
  quantityText,
} from '../quantities.ts';
import { isHugePages, isOvercommitAllowed } from '../resource-names.ts';
import type { PodOptions } from './options.ts';

type ResourceNameCheck = (path: FieldPath, name: string) => FieldError[];

/** Upstream: `validateResourceRequirements`; `claims`: the names of the pod's resource claims. */
export function checkResources(
  path: FieldPath,
  resources: JsonObject | undefined,
  checkName: ResourceNameCheck,
  claims: ReadonlySet<string>,
  options: Pick<PodOptions, 'anyHugePages'>,
): FieldError[] {
  const errors: FieldError[] = [];
  const [limitsAt, requestsAt] = [path.child('limits'), path.child('requests')];
  const limits = quantities(obj(resources, 'limits'));
  const requests = quantities(obj(resources, 'requests'));
  const checkHugePages = (at: FieldPath, name: string, value: Quantity): void => {
    if (!isHugePages(name) || options.anyHugePages || isHugePageMultiple(name, value)) return;
    const text = quantityText(value);
    errors.push(invalid(at, text, `${text} is not positive integer multiple of ${name}`));
  };
  for (const [name, value] of limits) {
    const at = limitsAt.key(name);
    errors.push(...checkName(at, name), ...checkResourceQuantity(at, name, value));
    checkHugePages(at, name, value);
  }
  const limitOf = new Map(limits);
  for (const [name, value] of requests) {
    const at = requestsAt.key(name);
    errors.push(...checkName(at, name), ...checkResourceQuantity(at, name, value));
    const limit = limitOf.get(name);
    if (limit !== undefined) {
      const order = compareQuantity(value, limit);
      const words =
        order !== 0 && !isOvercommitAllowed(name) ? 'equal to' : order > 0 ? 'less than or equal to' : undefined;
      if (words !== undefined) {
        const detail = `must be ${words} ${name} limit of ${quantityText(limit)}`;
        errors.push(invalid(requestsAt, quantityText(value), detail));
      }
    } else if (!isOvercommitAllowed(name)) {
      errors.push(required(limitsAt, 'Limit must be set for non overcommitable resources'));
    }
    checkHugePages(at, name, value);
  }
  const names = [...limits, ...requests].map(([name]) => name);
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
  errors.push(...checkClaimNames(path.child('claims'), objs(resources, 'claims'), claims));
  return errors;
}

function checkClaimNames(path: FieldPath, list: readonly JsonObject[], claims: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, claim] of list.entries()) {
    const at = path.index(i);
    const [name, request] = [str(claim, 'name'), str(claim, 'request')];
    if (name === '') {
      errors.push(required(at));
      continue;
    }
    if (seen.has(name)) errors.push(duplicate(at, name));
    else {
      const key = request === '' ? name : `${name}/${request}`;
      if (request !== '') errors.push(...checkDnsLabel(at.child('request'), request));
      if (seen.has(key)) errors.push(duplicate(at, key));
      else if (request === '') {
        for (const other of seen) if (other.startsWith(`${name}/`)) errors.push(duplicate(at, name));
      }
      seen.add(key);
    }
    if (!claims.has(name)) {
      const known = claims.size === 0 ? ' which is empty' : `: ${[...claims].sort().join(', ')}`;
      errors.push({ ...notFound(at, name), detail: `must be one of the names in pod.spec.resourceClaims${known}` });
    }
  }
  return errors;
}

/** What two resource lists need together, by resource. */
export type Totals = ReadonlyMap<string, Quantity>;

/** One container's list. */
export function containerList(container: JsonObject, kind: 'limits' | 'requests'): Totals {
  return new Map(quantities(obj(obj(container, 'resources'), kind)));
}

/** The quantity of one resource of a list. */
export function listed(list: JsonObject | undefined, name: string): Quantity | undefined {
  return list?.[name] === undefined ? undefined : quantity(list[name]);
}
