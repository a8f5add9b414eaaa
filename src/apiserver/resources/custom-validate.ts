import { compileRe2 } from '../../language/regex.ts';
import { EvaluationError } from '../../model/failure.ts';
import {
  asArray,
  asObject,
  asString,
  deepEqual,
  isArray,
  isObject,
  type Json,
  type JsonObject,
} from '../../model/json.ts';
import { renderValue } from '../validate/go-value.ts';
import type { FieldError } from '../validate/index.ts';

/**
 * What the schema of a custom resource says against an object. Rules in CEL, formats and list types are not checked
 * (see `notBuilt`). Upstream: apiextensions-apiserver `validation.ValidateCustomResource`, kube-openapi `validate`.
 */
export function schemaErrors(schema: JsonObject, object: JsonObject): readonly FieldError[] {
  return check(schema, withoutHead(object), '');
}

function withoutHead(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([key]) => !['apiVersion', 'kind', 'metadata'].includes(key)),
  );
}

function check(schema: JsonObject, value: Json, path: string): readonly FieldError[] {
  const types = typesOf(schema);
  const actual = typeName(value);
  if (value === null) return schema['nullable'] === true || types.length === 0 ? [] : [typeError(path, types, actual)];
  if (types.length > 0 && !types.some((type) => type === actual || (type === 'number' && actual === 'integer'))) {
    return [typeError(path, types, actual)];
  }
  return [
    ...checkEnum(schema, value, path),
    ...(typeof value === 'string' ? checkString(schema, value, path) : []),
    ...(typeof value === 'bigint' || typeof value === 'number' ? checkNumber(schema, value, path) : []),
    ...(isArray(value) ? checkList(schema, value, path) : []),
    ...(isObject(value) ? checkObject(schema, value, path) : []),
    ...checkCombined(schema, value, path),
  ];
}

function typesOf(schema: JsonObject): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'];
  const type = asString(schema['type']);
  return type === undefined ? [] : [type];
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function invalid(path: string, value: Json, text: string): FieldError {
  const place = path === '' ? text : `${path} in body ${text}`;
  return { type: 'Invalid', path: path === '' ? '<nil>' : path, value: renderValue(value), detail: place };
}

function typeError(path: string, types: readonly string[], actual: string): FieldError {
  return invalid(path, actual, `must be of type ${types.join(',')}: "${actual}"`);
}

function checkEnum(schema: JsonObject, value: Json, path: string): readonly FieldError[] {
  const allowed = asArray(schema['enum']);
  if (allowed === undefined || allowed.some((item) => deepEqual(item, value))) return [];
  const names = allowed.map((item) => `"${typeof item === 'string' ? item : renderValue(item)}"`).join(', ');
  return [{ type: 'NotSupported', path, value: renderValue(value), detail: `supported values: ${names}` }];
}

function limit(schema: JsonObject, key: string): number | undefined {
  const value = schema[key];
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : undefined;
}

function checkString(schema: JsonObject, value: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const length = [...value].length;
  const [most, least] = [limit(schema, 'maxLength'), limit(schema, 'minLength')];
  if (most !== undefined && length > most) {
    errors.push({ type: 'TooLong', path, detail: `may not be more than ${most} bytes` });
  }
  if (least !== undefined && length < least)
    errors.push(invalid(path, value, `should be at least ${least} chars long`));
  const pattern = asString(schema['pattern']);
  if (pattern !== undefined && !matches(pattern, value)) errors.push(invalid(path, value, `should match '${pattern}'`));
  return errors;
}

function matches(pattern: string, value: string): boolean {
  try {
    return compileRe2(pattern).test(value);
  } catch (error) {
    // The API server takes no schema with a pattern that can't be compiled.
    if (error instanceof EvaluationError) return true;
    throw error;
  }
}

function checkNumber(schema: JsonObject, value: bigint | number, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const [most, least, factor] = [limit(schema, 'maximum'), limit(schema, 'minimum'), limit(schema, 'multipleOf')];
  const [open, openBelow] = [schema['exclusiveMaximum'] === true, schema['exclusiveMinimum'] === true];
  if (factor !== undefined && Number(value) % factor !== 0) {
    errors.push(invalid(path, value, `should be a multiple of ${factor}`));
  }
  if (most !== undefined && (open ? value >= most : value > most)) {
    errors.push(invalid(path, value, `should be less than ${open ? '' : 'or equal to '}${most}`));
  }
  if (least !== undefined && (openBelow ? value <= least : value < least)) {
    errors.push(invalid(path, value, `should be greater than ${openBelow ? '' : 'or equal to '}${least}`));
  }
  return errors;
}

function tooMany(path: string, count: number, most: number): FieldError {
  return { type: 'TooMany', path, value: String(count), detail: `must have at most ${most} items` };
}

function checkList(schema: JsonObject, value: readonly Json[], path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const [most, least] = [limit(schema, 'maxItems'), limit(schema, 'minItems')];
  if (most !== undefined && value.length > most) errors.push(tooMany(path, value.length, most));
  if (least !== undefined && value.length < least) {
    errors.push(invalid(path, BigInt(value.length), `should have at least ${least} items`));
  }
  const items = asObject(schema['items']);
  return items === undefined ? errors : [...errors, ...value.flatMap((item, i) => check(items, item, `${path}[${i}]`))];
}

function checkObject(schema: JsonObject, value: JsonObject, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const keys = Object.keys(value);
  const child = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const [most, least] = [limit(schema, 'maxProperties'), limit(schema, 'minProperties')];
  if (most !== undefined && keys.length > most) errors.push(tooMany(path, keys.length, most));
  if (least !== undefined && keys.length < least) {
    errors.push(invalid(path, BigInt(keys.length), `should have at least ${least} properties`));
  }
  const properties = asObject(schema['properties']) ?? {};
  const additional = asObject(schema['additionalProperties']);
  for (const key of keys) {
    const known = Object.hasOwn(properties, key) ? asObject(properties[key]) : additional;
    if (known !== undefined) errors.push(...check(known, value[key] ?? null, child(key)));
  }
  for (const key of (asArray(schema['required']) ?? []).filter((name) => typeof name === 'string')) {
    const implied = path === '' && ['apiVersion', 'kind', 'metadata'].includes(key);
    if (!implied && !Object.hasOwn(value, key)) errors.push({ type: 'Required', path: child(key), detail: '' });
  }
  return errors;
}

function checkCombined(schema: JsonObject, value: Json, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const parts = (key: string): readonly JsonObject[] => (asArray(schema[key]) ?? []).filter(isObject);
  const general = (text: string): FieldError => ({
    type: 'Invalid',
    path: '<nil>',
    value: '""',
    detail: `"${path}" ${text}`,
  });
  for (const part of parts('allOf')) errors.push(...check(part, value, path));
  const any = parts('anyOf').map((part) => check(part, value, path));
  if (any.length > 0 && any.every((found) => found.length > 0)) {
    errors.push(general('must validate at least one schema (anyOf)'), ...fewest(any));
  }
  const one = parts('oneOf').map((part) => check(part, value, path));
  const valid = one.filter((found) => found.length === 0).length;
  if (one.length > 0 && valid !== 1) {
    const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
    errors.push(
      general(`must validate one and only one schema (oneOf). ${found}`),
      ...(valid === 0 ? fewest(one) : []),
    );
  }
  const not = asObject(schema['not']);
  if (not !== undefined && check(not, value, path).length === 0) {
    errors.push(general('must not validate the schema (not)'));
  }
  return errors;
}

function fewest(all: readonly (readonly FieldError[])[]): readonly FieldError[] {
  return all.reduce((best, found) => (found.length < best.length ? found : best));
}
