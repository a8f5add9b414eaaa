import type { Json, NumberMode } from '../model/json.ts';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((w) => [w, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((w) => [w, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((w) => [w, null] as const),
]);

/** A scalar before it is made JSON: Go keeps integers and floats apart, and NaN and infinities have no JSON form. */
export type Scalar = null | boolean | bigint | number | string;

/**
 * What an unquoted YAML scalar means under YAML 1.1 as Kubernetes reads it: `yes`, `on` and `y` are true, `017` is
 * fifteen, dates and base-60 numbers stay text. A `bigint` is an integer, a `number` a float (also NaN and ±Infinity).
 * Upstream: `go.yaml.in/yaml/v2` resolve.go, which `sigs.k8s.io/yaml` uses.
 */
export function resolvePlain(text: string): Scalar {
  const first = text.charCodeAt(0);
  if (isDigit(first) || first === 43 || first === 45) return resolveNumber(text);
  if (first === 46) return resolveDotted(text);
  if (text.length > 5) return text;
  const word = WORDS.get(text);
  return word === undefined ? text : word;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function resolveDotted(text: string): Scalar {
  if (text === '.nan' || text === '.NaN' || text === '.NAN') return Number.NaN;
  if (text === '.inf' || text === '.Inf' || text === '.INF') return Number.POSITIVE_INFINITY;
  return /^\.[0-9]+([eE][-+]?[0-9]+)?$/.test(text) ? finiteOr(text) : text;
}

function resolveNumber(text: string): Scalar {
  const special = /^([-+])\.(inf|Inf|INF)$/.exec(text);
  if (special !== null) return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  const whole = parseInteger(plain);
  if (whole !== undefined) return whole;
  return /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain) ? finiteOr(plain, text) : text;
}

/** Go's ParseFloat refuses what does not fit a float64; such a scalar stays text. */
function finiteOr(plain: string, text = plain): number | string {
  const value = Number(plain);
  return Number.isFinite(value) ? value : text;
}

const INTEGER = /^([-+]?)(?:(0[xX])([0-9a-fA-F]+)|(0[oO]?)([0-7]+)|(0[bB])([01]+)|(0|[1-9][0-9]*))$/;

/** Go's `ParseInt(text, 0, 64)`, then `ParseUint(text, 0, 64)`. */
function parseInteger(text: string): bigint | undefined {
  const match = INTEGER.exec(text);
  if (match === null) return undefined;
  const [, sign = '', , hex, , octal, , binary, decimal] = match;
  const digits =
    hex !== undefined
      ? `0x${hex}`
      : octal !== undefined
        ? `0o${octal}`
        : binary !== undefined
          ? `0b${binary}`
          : (decimal ?? '0');
  const magnitude = BigInt(digits);
  const value = sign === '-' ? -magnitude : magnitude;
  if (value >= INT64_MIN && value <= INT64_MAX) return value;
  return sign === '' && value <= UINT64_MAX ? value : undefined;
}

/** A scalar as JSON in a number mode; `undefined` for NaN and the infinities, which JSON cannot hold. */
export function scalarToJson(scalar: Scalar, mode: NumberMode): Json | undefined {
  if (typeof scalar === 'bigint') {
    return mode === 'float' || scalar > INT64_MAX || scalar < INT64_MIN ? Number(scalar) : scalar;
  }
  return typeof scalar === 'number' ? floatToJson(scalar, mode) : scalar;
}

/**
 * A float after the trip through JSON text that Kubernetes makes: in mode `int` a whole one is an integer again,
 * since Go prints `1.0` as `1`.
 */
export function floatToJson(value: number, mode: NumberMode): Json | undefined {
  if (!Number.isFinite(value)) return undefined;
  if (mode === 'float' || !Number.isInteger(value) || Math.abs(value) >= 2 ** 63) return value;
  return BigInt(value);
}

/** The text of a map key that is not a string; `undefined` when Kubernetes refuses it (null, NaN is text). */
export function keyText(scalar: Scalar): string | undefined {
  if (typeof scalar === 'string') return scalar;
  if (typeof scalar === 'boolean') return scalar ? 'true' : 'false';
  if (typeof scalar === 'bigint') return scalar > INT64_MAX ? undefined : scalar.toString();
  return scalar === null ? undefined : floatKey(scalar);
}

/** Go's `FormatFloat(value, 'g', -1, 32)` with the names YAML has for NaN and the infinities. */
function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  if (single === 0) return Object.is(single, -0) ? '-0' : '0';
  let digits = single.toExponential(8);
  for (let places = 0; places < 9; places++) {
    const shorter = single.toExponential(places);
    if (Math.fround(Number(shorter)) === single) {
      digits = shorter;
      break;
    }
  }
  const [mantissa = '', power = ''] = digits.split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return plainDecimal(mantissa, exponent);
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function plainDecimal(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}
