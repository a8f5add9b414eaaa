import { compareBytes, goJson } from '../../language/go-text.ts';
import { isArray, isObject, type Json } from '../../model/json.ts';
import { CONDITION, FREE_CONDITIONS } from '../schema/match-shapes.ts';
import type { Field, ObjectShape, Shape } from '../schema/shape.ts';

/** A value as Go prints the typed object: fields in the order of the struct, empty ones left out where Go does. */
export function printGo(value: Json | undefined, shape: Shape): string {
  const given = value === undefined || value === null ? undefined : value;
  switch (shape.type) {
    case 'object':
      return printObject(given, shape);
    case 'list':
      return isArray(given) ? `[${given.map((item) => printGo(item, shape.of)).join(',')}]` : 'null';
    case 'map':
      return isObject(given) ? printMap(given, shape.of) : 'null';
    case 'any':
      return given === undefined ? 'null' : printFree(given, shape.printed?.());
    case 'string':
      return goJson(given ?? '');
    case 'boolean':
      return goJson(given ?? false);
    default:
      return goJson(given ?? 0n);
  }
}

function printFree(value: Json, shape: Shape | undefined): string {
  if (shape === undefined) return goJson(value);
  return shape === FREE_CONDITIONS && isArray(value)
    ? printGo(value, { type: 'list', of: CONDITION })
    : printGo(value, shape);
}

function printMap(value: Readonly<Record<string, Json>>, of: Shape): string {
  const keys = Object.keys(value).sort(compareBytes);
  return `{${keys.map((key) => `${goJson(key)}:${printGo(value[key], of)}`).join(',')}}`;
}

function printObject(value: Json | undefined, shape: ObjectShape): string {
  const parts: string[] = [];
  for (const [name, field] of Object.entries(shape.fields)) {
    const child = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    if (isPrinted(child, field)) parts.push(`${goJson(name)}:${printGo(child, field.shape)}`);
  }
  return `{${parts.join(',')}}`;
}

function isPrinted(value: Json | undefined, field: Field): boolean {
  if (field.prints === 'always') return true;
  if (value === undefined || value === null) return false;
  if (field.prints === 'present') return true;
  if (value === '' || value === false || value === 0 || value === 0n) return false;
  if (isArray(value)) return value.length > 0;
  return !isObject(value) || Object.keys(value).length > 0;
}

/** True when Go's struct would equal its zero value: nothing was given, not even an empty list or map. */
export function isZero(value: Json | undefined, shape: Shape): boolean {
  if (value === undefined || value === null) return true;
  if (shape.type !== 'object') return value === '' || value === false || value === 0 || value === 0n;
  if (!isObject(value)) return false;
  return Object.entries(shape.fields).every(([name, field]) => {
    const child = Object.hasOwn(value, name) ? value[name] : undefined;
    return field.prints === 'present' ? child === undefined || child === null : isZero(child, field.shape);
  });
}

/** The texts of field errors. Upstream: apimachinery `field.Error`. */
export const fieldError = {
  invalid: (path: string, printed: string, detail: string) => `${path}: Invalid value: ${printed}: ${detail}`,
  forbidden: (path: string, detail: string) => `${path}: Forbidden: ${detail}`,
  required: (path: string, detail = '') => `${path}: Required value${detail === '' ? '' : `: ${detail}`}`,
} as const;

/** Several errors as one text: alone as it is, else in brackets; repeated ones once. */
export function aggregate(errors: readonly string[]): string | undefined {
  const distinct = [...new Set(errors)];
  return distinct.length > 1 ? `[${distinct.join(', ')}]` : distinct[0];
}
