import type { Json } from '../../../model/json.ts';
import { type FieldError, invalidText } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { goText } from '../go-struct.ts';
import { checkNonNegative } from '../metadata.ts';
import { percent } from '../names.ts';

function number(value: Json | undefined): bigint {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' ? BigInt(Math.trunc(value)) : 0n;
}

/** Upstream: `ValidatePositiveIntOrPercent`. */
export function checkIntOrPercent(path: FieldPath, value: Json | undefined): FieldError[] {
  if (typeof value !== 'string') return checkNonNegative(path, number(value));
  return percent(value).map((detail) => invalidText(path, goText('o', value), detail));
}

function percentOf(value: Json | undefined): bigint | undefined {
  return typeof value === 'string' && percent(value).length === 0 ? BigInt(value.slice(0, -1)) : undefined;
}

/** The number, be it a percentage or not; a text that is neither counts as 0. Upstream: `getIntOrPercentValue`. */
export function intOrPercent(value: Json | undefined): bigint {
  if (typeof value !== 'string') return number(value);
  return percentOf(value) ?? (/^[+-]?\d{1,18}$/.test(value) ? BigInt(value.replace('+', '')) : 0n);
}

/** Upstream: `IsNotMoreThan100Percent`. */
export function checkAtMost100(path: FieldPath, value: Json | undefined): FieldError[] {
  const share = percentOf(value);
  if (share === undefined || share <= 100n) return [];
  return [invalidText(path, goText('o', value), 'must not be greater than 100%')];
}
