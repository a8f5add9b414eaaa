import { goJson } from '../../../language/go-text.ts';
import { isArray, isObject, type Json } from '../../../model/json.ts';
import { toJsonValue } from '../json-value.ts';
import { isMade } from '../made.ts';
import {
  CelDuration,
  CelError,
  CelMap,
  CelOptional,
  type CelValue,
  entriesOf,
  isList,
  isObjectValue,
} from '../values.ts';
import { nativeText } from './native-text.ts';

/** A value as JSON text, as `json.encode` writes it: numbers that JavaScript could not hold are texts. */
export function protobufJson(value: CelValue): CelValue {
  const json = toJsonValue(value);
  return json instanceof CelError ? json : goJson(safeNumbers(json));
}

function safeNumbers(value: Json): Json {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? value : String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (isArray(value)) return value.map(safeNumbers);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, safeNumbers(one)]));
}

function marshalled(value: CelValue): CelValue {
  const json = toJsonValue(value);
  return json instanceof CelError ? json : goJson(json);
}

/**
 * Encodes as Go does. A list or map that the expression has made is converted part by part: null becomes the number of its
 * protobuf constant, a duration its nanoseconds, and a map inside has a Go type that cannot be encoded.
 * Upstream: `toJsonNative` in `extensions/cel/libs/json/impl.go` of `github.com/kyverno/sdk`.
 */
export function encoded(value: CelValue): CelValue {
  if (value instanceof CelOptional) return value.value === undefined ? 'null' : encoded(value.value);
  const entries = value instanceof CelMap || isMade(value) ? entriesOf(value) : undefined;
  if (entries === undefined) return encodedPart(value);
  const parts: string[] = [];
  const inOrder = entries.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  for (const [key, one] of inOrder) {
    if (typeof key !== 'string') return nativeText(key);
    const part = isMap(one) ? UNENCODABLE : encodedPart(one);
    if (typeof part !== 'string') return part;
    parts.push(`${goJson(key)}:${part}`);
  }
  return `{${parts.join(',')}}`;
}

function encodedPart(value: CelValue): CelValue {
  if (value === null) return '0';
  if (value instanceof CelDuration) return String(value.ns);
  if (isList(value) && isMade(value)) {
    const parts = value.map((one) => (isMap(one) ? UNENCODABLE : encodedPart(one)));
    return parts.find((part) => typeof part !== 'string') ?? `[${parts.join(',')}]`;
  }
  return marshalled(value);
}

function isMap(value: CelValue): boolean {
  return value instanceof CelMap || isObjectValue(value);
}

const UNENCODABLE = new CelError('json: unsupported type: map[interface {}]interface {}');
