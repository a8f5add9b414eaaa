import { isArray, isObject, type Json, setKey } from '../model/json.ts';
import type { Shape, Shaped, ShapeProblem } from './shape.ts';

/**
 * Checks a value against a shape and gives it canonical field names. Null counts as absent, in lists and maps as
 * Go's zero value.
 * Upstream: strict `sigs.k8s.io/yaml` decoding, which folds the case of field names.
 */
export function decodeShape(value: Json, shape: Shape): Shaped {
  const problems: ShapeProblem[] = [];
  const decoded = visit(value, shape, [], problems);
  return { value: decoded, problems };
}

function visit(value: Json, shape: Shape, path: readonly (string | number)[], problems: ShapeProblem[]): Json {
  if (value === null || shape === 'any') return value;
  if (typeof shape === 'string') {
    if (!scalarFits(value, shape)) problems.push(wrongType(value, shape, path));
    return value;
  }
  if ('list' in shape) {
    const item = (one: Json, index: number) =>
      one === null ? zeroOf(shape.list) : visit(one, shape.list, [...path, index], problems);
    if (isArray(value)) return value.map(item);
    problems.push(wrongType(value, 'list', path));
    return value;
  }
  if (!isObject(value)) {
    problems.push(wrongType(value, 'object', path));
    return value;
  }
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    const item = value[key] as Json;
    if ('map' in shape) {
      setKey(copy, key, item === null ? zeroOf(shape.map) : visit(item, shape.map, [...path, key], problems));
    } else {
      const name = fieldName(key, shape.fields);
      if (name === undefined) {
        problems.push({
          path: [...path, key],
          message: `json: unknown field "${key}"`,
          known: Object.keys(shape.fields),
        });
      } else if (item !== null) copy[name] = visit(item, shape.fields[name] as Shape, [...path, key], problems);
    }
  }
  return copy;
}

/** What Go makes of a null inside a list or a map. */
function zeroOf(shape: Shape): Json {
  if (shape === 'any') return null;
  if (typeof shape !== 'string') return 'list' in shape ? [] : {};
  return { string: '', bool: false, int: 0 }[shape];
}

function fieldName(key: string, fields: Readonly<Record<string, Shape>>): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  const lower = key.toLowerCase();
  return Object.keys(fields).find((name) => name.toLowerCase() === lower);
}

function scalarFits(value: Json, shape: 'string' | 'bool' | 'int'): boolean {
  if (shape === 'string') return typeof value === 'string';
  if (shape === 'bool') return typeof value === 'boolean';
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

const goKinds: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'bool',
  number: 'number',
  bigint: 'number',
};

function wrongType(value: Json, wanted: string, path: readonly (string | number)[]): ShapeProblem {
  const found = isArray(value) ? 'array' : isObject(value) ? 'object' : (goKinds[typeof value] ?? 'null');
  const field = path.filter((part) => typeof part === 'string').join('.');
  return { path, message: `json: cannot unmarshal ${found} into field ${field} of type ${wanted}`, known: [] };
}
