import { goJson } from '../../language/go-text.ts';
import { didYouMean } from '../../model/failure.ts';
import { isObject, type Json, type JsonObject } from '../../model/json.ts';
import { jsonType, type ObjectShape, type Shape } from './shape.ts';
import { pathText } from './unknown-fields.ts';

/** Something that the schema forbids. */
export interface Violation {
  readonly path: readonly (string | number)[];
  /** The API server's words with the path before them, e.g. `spec.rules[0].name: Required value`. */
  readonly text: string;
  /** The same for the author of the policy. */
  readonly message: string;
  /** What to do, where there is more to say. */
  readonly hint?: string;
}

type Path = readonly (string | number)[];

const TYPES: Readonly<Record<Shape['type'], string>> = {
  any: '',
  string: 'string',
  boolean: 'boolean',
  integer: 'integer',
  list: 'array',
  map: 'object',
  object: 'object',
};

/**
 * Every place where a value breaks the schema, in document order, after nulls were pruned and defaults filled in.
 * Upstream: kube-openapi validation and apiextensions-apiserver.
 */
export function violations(value: Json, shape: Shape): readonly Violation[] {
  const found: Violation[] = [];
  check(value, shape, [], found);
  repeated(value, shape, [], found);
  return found;
}

/** Items that lists must not hold twice; told after all else. Upstream: `ValidateListSetsAndMaps`. */
function repeated(value: Json, shape: Shape, path: Path, found: Violation[]): void {
  if (shape.type === 'list' && Array.isArray(value)) {
    const seen = new Set<string>();
    for (const [index, item] of (value as readonly Json[]).entries()) {
      if (shape.unique !== undefined) {
        const key = shape.unique === 'item' ? item : { name: (isObject(item) ? item['name'] : undefined) ?? null };
        const text = goJson(key);
        const at = [...path, index];
        if (seen.has(text)) {
          const message = `\`${pathText(at)}\` repeats ${shape.unique === 'item' ? text : `the name of another`}`;
          found.push({ path: at, text: `${pathText(at)}: Duplicate value: ${text}`, message });
        }
        seen.add(text);
      }
      repeated(item, shape.of, [...path, index], found);
    }
  } else if (shape.type === 'object' && isObject(value)) {
    for (const [key, child] of Object.entries(value)) {
      const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
      if (field !== undefined) repeated(child, field.shape, [...path, key], found);
    }
  }
}

function check(value: Json, shape: Shape, path: Path, found: Violation[]): void {
  if (shape.type === 'any') return;
  const actual = jsonType(value);
  const fits =
    actual === TYPES[shape.type] || (actual === 'number' && shape.type === 'integer' && Number.isInteger(value));
  if (!fits) {
    found.push(wrongType(value, shape, path, actual));
    if (shape.type === 'integer' && shape.int32 && actual === 'number') found.push(outOfInt32(path));
    if (shape.type === 'object' && shape.notBoth !== undefined) found.push(notBoth(path, shape.notBoth));
    return;
  }
  if (shape.type === 'string') checkString(value as string, shape, path, found);
  else if (shape.type === 'integer') checkInteger(value as number | bigint, shape, path, found);
  else if (shape.type === 'list') {
    for (const [index, item] of (value as readonly Json[]).entries()) check(item, shape.of, [...path, index], found);
  } else if (shape.type === 'map' && isObject(value)) {
    for (const key of Object.keys(value)) check(value[key] as Json, shape.of, [...path, key], found);
  } else if (shape.type === 'object' && isObject(value)) checkObject(value, shape, path, found);
}

function wrongType(value: Json, shape: Shape, path: Path, actual: string): Violation {
  const at = pathText(path);
  const fraction = shape.type === 'integer' && shape.int32 === true && actual === 'number';
  const [wanted, got] = fraction ? ['int32', 'float64'] : [TYPES[shape.type], actual];
  const hint = typeHint(value, shape);
  return {
    path,
    text: `${at}: Invalid value: "${got}": ${at} in body must be of type ${wanted}: "${got}"`,
    message: `\`${at}\` must be ${WORDS[TYPES[shape.type]] ?? ''}, not ${WORDS[actual] ?? actual}`,
    ...(hint === undefined ? {} : { hint }),
  };
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'an object',
  null: 'empty',
};

function typeHint(value: Json, shape: Shape): string | undefined {
  if (shape.type === 'string' && !isObject(value) && !Array.isArray(value)) return 'put quotes around the value';
  if (shape.type === 'boolean' && (value === 'true' || value === 'false')) return 'remove the quotes';
  return shape.type === 'list' ? 'write a list: lines that start with `- `' : undefined;
}

function outOfInt32(path: Path): Violation {
  const at = pathText(path);
  const text = `<nil>: Invalid value: "": Checked value must be of type integer with format int32 in ${at}`;
  return { path, text, message: `\`${at}\` must be a whole number of 32 bits` };
}

function checkString(value: string, shape: Shape & { type: 'string' }, path: Path, found: Violation[]): void {
  const at = pathText(path);
  if (shape.maxLength !== undefined && [...value].length > shape.maxLength) {
    const text = `${at}: Too long: may not be more than ${shape.maxLength} bytes`;
    found.push({ path, text, message: `\`${at}\` is longer than ${shape.maxLength} characters` });
  }
  if (shape.values !== undefined && !shape.values.includes(value)) {
    const supported = shape.values.map((one) => `"${one}"`).join(', ');
    const near = didYouMean(value, shape.values);
    found.push({
      path,
      text: `${at}: Unsupported value: ${JSON.stringify(value)}: supported values: ${supported}`,
      message: `\`${value}\` is not a value of \`${at}\``,
      hint: near === undefined ? `possible: ${shape.values.join(', ')}` : `did you mean \`${near}\`?`,
    });
  }
}

function checkInteger(
  value: number | bigint,
  shape: Shape & { type: 'integer' },
  path: Path,
  found: Violation[],
): void {
  if (shape.int32 && (value > 2 ** 31 - 1 || value < -(2 ** 31))) found.push(outOfInt32(path));
  if (shape.minimum !== undefined && value < shape.minimum) {
    const at = pathText(path);
    const text = `${at}: Invalid value: ${value}: ${at} in body should be greater than or equal to ${shape.minimum}`;
    found.push({ path, text, message: `\`${at}\` must be ${shape.minimum} or more` });
  }
}

function checkObject(value: JsonObject, shape: ObjectShape, path: Path, found: Violation[]): void {
  const has = (name: string) => Object.hasOwn(value, name);
  if (shape.notBoth?.every(has)) found.push(notBoth(path, shape.notBoth));
  if (shape.oneOf !== undefined) checkOneOf(shape.oneOf, shape.oneOf.filter(has).length, path, found);
  for (const key of Object.keys(value)) {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    if (field !== undefined) check(value[key] as Json, field.shape, [...path, key], found);
  }
  for (const name of shape.required) if (!has(name)) found.push(missing([...path, name]));
}

function missing(path: Path): Violation {
  const at = pathText(path);
  return { path, text: `${at}: Required value`, message: `\`${at}\` is missing` };
}

function notBoth(path: Path, names: readonly [string, string]): Violation {
  const at = pathText(path);
  const text = `<nil>: Invalid value: "": "${at}" must not validate the schema (not)`;
  return { path, text, message: `\`${at}\` must not have both \`${names[0]}\` and \`${names[1]}\`` };
}

function checkOneOf(names: readonly string[], count: number, path: Path, found: Violation[]): void {
  if (count === 1) return;
  const at = pathText(path);
  const how = count === 0 ? 'Found none valid' : `Found ${count} valid alternatives`;
  found.push({
    path,
    text: `<nil>: Invalid value: "": "${at}" must validate one and only one schema (oneOf). ${how}`,
    message: `\`${at}\` must have exactly one of ${names.map((name) => `\`${name}\``).join(', ')}, not ${count}`,
  });
  const first = names[0];
  if (count === 0 && first !== undefined) found.push(missing([...path, first]));
}
