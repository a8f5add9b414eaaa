import { formatFloatG } from '../../../language/go-text.ts';
import { durationText, timestampText } from '../convert.ts';
import { opaqueText } from '../opaque-text.ts';
import {
  CelDuration,
  CelError,
  CelOpaque,
  CelOptional,
  type CelSpecial,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelValue,
  entriesOf,
  isList,
} from '../values.ts';

const DEEPEST = 100;

/**
 * A value as an expression that gives it: `7`, `2.0`, `2u`, `"a"`, `[1, 2]`, `{"a": null}`, `optional.of(1)`,
 * `quantity("1Gi")`. What no expression gives is shown as its type in angle brackets.
 */
export function celText(value: CelValue, depth = DEEPEST): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return doubleText(value);
    default:
      return value === null ? 'null' : objectText(value, depth);
  }
}

/** The same, with inner lists and maps as `[…]` and `{…}`, and then cut, where it is longer than `most` characters. */
export function shortCelText(value: CelValue, most: number): string {
  const text =
    [DEEPEST, 4, 3, 2, 1].map((depth) => celText(value, depth)).find(({ length }) => length <= most) ??
    celText(value, 1);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function doubleText(value: number): string {
  if (!Number.isFinite(value)) return `double("${formatFloatG(value)}")`;
  const text = formatFloatG(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function objectText(value: Exclude<CelValue, string | boolean | bigint | number | null>, depth: number): string {
  const inner = (one: CelValue) => celText(one, depth - 1);
  if (isList(value)) return value.length > 0 && depth === 0 ? '[…]' : `[${value.map(inner).join(', ')}]`;
  if (value instanceof Uint8Array) return `b"${[...value].map(byteText).join('')}"`;
  const entries = entriesOf(value);
  if (entries !== undefined) {
    if (entries.length > 0 && depth === 0) return '{…}';
    return `{${entries.map(([key, one]) => `${celText(key)}: ${inner(one)}`).join(', ')}}`;
  }
  if (value instanceof CelUint) return `${value.value}u`;
  if (value instanceof CelDuration) return `duration("${durationText(value.ns)}")`;
  if (value instanceof CelTimestamp) return `timestamp("${timestampText(value)}")`;
  if (value instanceof CelTypeValue) return value.name;
  if (value instanceof CelOptional) {
    return value.value === undefined ? 'optional.none()' : `optional.of(${inner(value.value)})`;
  }
  if (value instanceof CelError) return `<error: ${value.message}>`;
  return (value instanceof CelOpaque ? madeOf(value) : undefined) ?? `<${(value as CelSpecial).typeName}>`;
}

function byteText(byte: number): string {
  const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
  return isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}

const MAKERS: Readonly<Record<string, string>> = {
  'kubernetes.Quantity': 'quantity',
  'kubernetes.Semver': 'semver',
  'kubernetes.URL': 'url',
  'kyverno.image': 'image',
  'net.IP': 'ip',
  'net.CIDR': 'cidr',
};

function madeOf(value: CelOpaque<unknown>): string | undefined {
  const text = opaqueText(value);
  return text === undefined ? undefined : `${MAKERS[value.typeName]}(${JSON.stringify(text)})`;
}
