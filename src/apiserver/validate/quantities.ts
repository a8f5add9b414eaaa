import { compareQuantity, parseQuantity, type Quantity, quantityText, quantityWhole } from '../../language/quantity.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { type FieldError, invalid, invalidText } from './field-error.ts';
import type { FieldPath } from './field-path.ts';
import { keysOf } from './fields.ts';
import { jsonString } from './go-value.ts';
import { isIntegerResource } from './resource-names.ts';

export { compareQuantity, type Quantity, quantityText, quantityWhole };

const ZERO: Quantity = { digits: 0n, exponent: 0, format: 'decimal' };
const THOUSAND = 1000n;

/** The quantity of a decoded value; zero when there is none. */
export function quantity(value: Json | undefined): Quantity {
  if (typeof value === 'string') return parseQuantity(value) ?? ZERO;
  return typeof value === 'bigint' || typeof value === 'number' ? (parseQuantity(String(value)) ?? ZERO) : ZERO;
}

/** The quantities of a resource list, by name. */
export function quantities(list: JsonObject | undefined): readonly (readonly [string, Quantity])[] {
  return keysOf(list).map((name) => [name, quantity(list?.[name])] as const);
}

/** -1, 0 or 1. */
export function sign(value: Quantity): -1 | 0 | 1 {
  return compareQuantity(value, ZERO);
}

/** The value in thousandths, rounded away from zero. Upstream: `Quantity.MilliValue`. */
export function milliValue(value: Quantity): bigint {
  return quantityWhole({ ...value, exponent: value.exponent + 3 });
}

/** The quantity as an error shows it when Go is given the quantity itself, not its text. */
export function quantityJson(value: Quantity): string {
  return jsonString(quantityText(value));
}

/** Whether it counts something whole. */
export function isWhole(value: Quantity): boolean {
  return milliValue(value) % THOUSAND === 0n;
}

/** Upstream: `ValidateNonnegativeQuantity`. */
export function checkNotNegative(path: FieldPath, value: Quantity): FieldError[] {
  return sign(value) < 0 ? [invalid(path, quantityText(value), 'must be greater than or equal to 0')] : [];
}

/** Upstream: `ValidatePositiveQuantityValue`. */
export function checkPositive(path: FieldPath, value: Quantity): FieldError[] {
  return sign(value) <= 0 ? [invalid(path, quantityText(value), 'must be greater than zero')] : [];
}

/** Upstream: `ValidateResourceQuantityValue`. */
export function checkResourceQuantity(path: FieldPath, resource: string, value: Quantity): FieldError[] {
  const errors = checkNotNegative(path, value);
  if (isIntegerResource(resource) && !isWhole(value)) {
    errors.push(invalidText(path, quantityJson(value), 'must be an integer'));
  }
  return errors;
}

/** Upstream: `validateBasicResource`. */
export function checkBasicResource(path: FieldPath, value: Quantity): FieldError[] {
  const whole = quantityWhole(value);
  return whole < 0n ? [invalid(path, whole, 'must be a valid resource quantity')] : [];
}

/** Whether a huge page quantity is a multiple of the page size that its resource's name gives. */
export function isHugePageMultiple(resource: string, value: Quantity): boolean {
  const page = parseQuantity(resource.slice('hugepages-'.length));
  if (page === undefined || sign(page) <= 0 || !isWhole(page)) return false;
  return quantityWhole(value) % quantityWhole(page) === 0n;
}
