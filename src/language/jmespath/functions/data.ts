import { EvaluationError } from '../../../model/failure.ts';
import { type Json, type JsonObject, setKey } from '../../../model/json.ts';
import { compareBytes } from '../../go-text.ts';
import { semverInRange } from '../../semver.ts';
import { formatFloat32 } from '../float32.ts';
import { parseGoJson } from '../go-json.ts';
import { normalizeImage } from '../image-reference.ts';
import { randomText } from '../random-text.ts';
import { isExternalUrl } from '../url.ts';
import { isList, isMap, ObjectList, type Value } from '../value.ts';
import { decodeCertificate } from '../x509/certificate.ts';
import { readYaml } from '../yaml.ts';
import { wholeNumber } from './arithmetic.ts';
import { define, type QueryFunction } from './define.ts';
import { argumentTypeError, functionError } from './errors.ts';

/** Kyverno's functions that read and make data. Upstream: kyverno pkg/engine/jmespath/functions.go. */
export const dataFunctions: readonly QueryFunction[] = [
  define(
    'semver_compare',
    ['string', 'string'],
    'bool',
    'compares two strings which comply with the semantic versioning schema and outputs a boolean response as to the position of the second relative to the first',
    ([version, range]) => semverInRange(version, range),
  ),
  define(
    'parse_json',
    ['string'],
    'any',
    'decodes a valid JSON encoded string to the appropriate type. Opposite of `to_string` function',
    ([text]) => parseGoJson(text),
  ),
  define(
    'parse_yaml',
    ['string'],
    'any',
    'decodes a valid YAML encoded string to the appropriate type provided it can be represented as JSON',
    ([text]) => readYaml(text),
  ),
  define(
    'lookup',
    ['object|array', 'string|number'],
    'any',
    'returns the value corresponding to the given key/index in the given object/array',
    ([source, key]) => lookup(source, key),
  ),
  define(
    'items',
    ['object|array', 'string', 'string'],
    'array',
    'converts a map or array to an array of objects where each key:value is an item in the array',
    ([source, keyName, valueName]) => items(source, keyName, valueName),
  ),
  define(
    'object_from_lists',
    ['array', 'array'],
    'object',
    'converts a pair of lists containing keys and values to an object',
    ([keys, values]) => objectFromLists(keys, values),
  ),
  define('random', ['string'], 'string', 'Generates a random sequence of characters', ([pattern], { random }) =>
    randomText(pattern, random),
  ),
  define(
    'x509_decode',
    ['string'],
    'object',
    'decodes an x.509 certificate to an object. you may also use this in conjunction with `base64_decode` jmespath function to decode a base64-encoded certificate',
    ([pem]) => decodeCertificate(pem),
  ),
  define('image_normalize', ['string'], 'string', 'normalizes an image reference', ([image], { registry }) => {
    try {
      return normalizeImage(image, registry);
    } catch (error) {
      throw error instanceof EvaluationError ? functionError('image_normalize', error.message) : error;
    }
  }),
  define('is_external_url', ['string'], 'bool', 'determine if a URL points to an external network address', ([url]) =>
    isExternalUrl(url),
  ),
];

function lookup(source: Value, key: string | number): Value {
  if (isMap(source)) {
    if (typeof key !== 'string') throw argumentTypeError('lookup', 2, 'String');
    return Object.hasOwn(source, key) ? (source[key] ?? null) : null;
  }
  if (!isList(source)) throw argumentTypeError('lookup', 1, 'Object or Array');
  if (typeof key !== 'number') throw argumentTypeError('lookup', 2, 'Number');
  return source[wholeIndex(key)] ?? null;
}

function wholeIndex(key: number): number {
  try {
    return wholeNumber(key);
  } catch (error) {
    throw error instanceof EvaluationError ? functionError('lookup', `argument #2: ${error.message}`) : error;
  }
}

function items(source: Value, keyName: string, valueName: string): ObjectList {
  const list = new ObjectList();
  const add = (key: Json, value: Json): void => {
    const item: Record<string, Json> = {};
    setKey(item, keyName, key);
    setKey(item, valueName, value);
    list.push(item);
  };
  if (isMap(source)) for (const key of Object.keys(source).sort(compareBytes)) add(key, source[key] ?? null);
  else if (isList(source)) for (const [index, value] of source.entries()) add(index, value);
  else throw argumentTypeError('items', 1, 'Object or Array');
  return list;
}

function objectFromLists(keys: Value, values: Value): JsonObject {
  if (!isList(keys)) throw argumentTypeError('object_from_lists', 1, 'Array');
  if (!isList(values)) throw argumentTypeError('object_from_lists', 2, 'Array');
  const object: Record<string, Json> = {};
  for (const [index, key] of keys.entries()) setKey(object, keyText(key), values[index] ?? null);
  return object;
}

function keyText(key: Json): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number') return formatFloat32(key);
  if (typeof key === 'boolean' || typeof key === 'bigint') return String(key);
  throw argumentTypeError('object_from_lists', 1, 'StringArray');
}
