import { EvaluationError } from '../../model/failure.ts';
import type { Json } from '../../model/json.ts';
import { formatFloat32 } from './float32.ts';

const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['y', 'yes', 'true', 'on'].flatMap((word) => spellings(word, true)),
  ...['n', 'no', 'false', 'off'].flatMap((word) => spellings(word, false)),
  ...spellings('null', null),
  ['~', null],
  ['', null],
]);

function spellings<T>(word: string, value: T): (readonly [string, T])[] {
  const forms = [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()];
  return forms.map((form) => [form, value] as const);
}

const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/**
 * What an unquoted scalar means in YAML 1.1: `yes` and `y` are true, `017` is 15, dates stay text. An integer is a
 * `bigint` here, because a map key shows the difference; numbers too big for a float64 stay text.
 * Upstream: go.yaml.in/yaml/v2 resolve.go.
 */
export function resolveScalar(text: string): Json {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(text)) return text;
  if (/^[-+]?\.(inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^\.(nan|NaN|NAN)$/.test(text)) return NaN;
  const plain = /^[-+0-9]/.test(text) ? text.replaceAll('_', '') : text;
  const whole = readInteger(plain);
  if (whole !== undefined) return whole;
  const float = FLOAT.test(plain) ? Number(plain) : NaN;
  return Number.isFinite(float) ? float : text;
}

/** Go's `ParseInt(text, 0, 64)`, then `ParseUint(text, 0, 64)`. */
function readInteger(text: string): bigint | undefined {
  const [, sign, digits] = INTEGER.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const size = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
  const fits = sign === '' ? size < 2n ** 64n : size < 2n ** 63n || (sign === '-' && size === 2n ** 63n);
  if (!fits) return undefined;
  return sign === '-' ? -size : size;
}

/** A scalar as a value: numbers are floats. Throws for NaN and the infinities. */
export function scalarValue(scalar: Json): Json {
  if (typeof scalar === 'bigint') return Number(scalar);
  if (typeof scalar !== 'number' || Number.isFinite(scalar)) return scalar;
  const text = Number.isNaN(scalar) ? 'NaN' : scalar > 0 ? '+Inf' : '-Inf';
  throw new EvaluationError(`json: unsupported value: ${text}`);
}

/** A scalar as a map key; `undefined` where upstream refuses it. */
export function scalarKey(scalar: Json): string | undefined {
  switch (typeof scalar) {
    case 'string':
      return scalar;
    case 'boolean':
      return String(scalar);
    case 'bigint':
      return scalar < 2n ** 63n ? String(scalar) : undefined;
    case 'number':
      if (Number.isNaN(scalar)) return '.nan';
      if (!Number.isFinite(scalar)) return scalar > 0 ? '.inf' : '-.inf';
      return formatFloat32(scalar);
    default:
      return undefined;
  }
}
