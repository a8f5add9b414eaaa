import { asObject, deepEqual, isArray, type Json, type JsonObject } from '../../model/json.ts';
import { type FieldError, invalidText } from './field-error.ts';
import type { FieldPath } from './field-path.ts';
import { goFields, goText, isScalarType } from './go-struct.ts';
import { renderValue } from './go-value.ts';
import { compareQuantity, quantity } from './quantities.ts';

/**
 * Whether two values of a Go type (see `GO_TYPES`) are the same to the API server: quantities by value, an empty list
 * or map like none. Upstream: `equality.Semantic.DeepEqual`.
 */
export function semanticEqual(type: string, a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  const inner = type.slice(1);
  switch (type.charAt(0)) {
    case '*':
      return isNil(a) || isNil(b) ? isNil(a) && isNil(b) : semanticEqual(inner, a, b);
    case '[': {
      const [left, right] = [isArray(a) ? a : [], isArray(b) ? b : []];
      return left.length === right.length && left.every((item, i) => semanticEqual(inner, item, right[i]));
    }
    case '{': {
      const [left, right] = [asObject(a) ?? {}, asObject(b) ?? {}];
      const keys = Object.keys(left);
      return (
        keys.length === Object.keys(right).length &&
        keys.every((key) => Object.hasOwn(right, key) && semanticEqual(inner, left[key], right[key]))
      );
    }
    default:
      return isScalarType(type) ? sameScalar(type, a, b) : sameStruct(type, asObject(a), asObject(b));
  }
}

function isNil(value: Json | undefined): boolean {
  return value === undefined || value === null;
}

function sameScalar(type: string, a: Json | undefined, b: Json | undefined): boolean {
  if (type === 'q') return compareQuantity(quantity(a), quantity(b)) === 0;
  if (type === 't') return time(a) === time(b);
  return deepEqual(zeroed(type, a), zeroed(type, b));
}

function time(value: Json | undefined): number | undefined {
  return typeof value === 'string' && value !== '' ? Date.parse(value) : undefined;
}

function zeroed(type: string, value: Json | undefined): Json {
  if (value === undefined || value === null)
    return type === 's' || type === 'y' ? '' : type === 'b' ? false : type === 'j' ? null : '0';
  return typeof value === 'bigint' || typeof value === 'number' ? String(value) : value;
}

function sameStruct(type: string, a: JsonObject | undefined, b: JsonObject | undefined): boolean {
  return goFields(type).every((field) => {
    if (field.embedded && field.source === '') return sameStruct(field.type, a, b);
    return semanticEqual(field.type, a?.[field.source], b?.[field.source]);
  });
}

/**
 * One error when the field changed; the value shown is the new one, `type` its Go type.
 * Upstream: `ValidateImmutableField`.
 */
export function checkImmutable(
  path: FieldPath,
  type: string,
  value: Json | undefined,
  old: Json | undefined,
  detail = 'field is immutable',
): FieldError[] {
  if (semanticEqual(type, value, old)) return [];
  return [invalidText(path, type === 's' ? renderValue(value ?? '') : goText(type, value), detail)];
}
