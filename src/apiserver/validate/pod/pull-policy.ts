import { type FieldError, notSupported, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';

/** Errors for an enumerated string that must be set: `values` in upstream's order. */
export function checkEnum(path: FieldPath, value: string, values: readonly string[]): FieldError[] {
  if (value === '') return [required(path)];
  return values.includes(value) ? [] : [notSupported(path, value, values)];
}

/** Upstream: `validatePullPolicy`. */
export function checkPullPolicy(path: FieldPath, policy: string): FieldError[] {
  return checkEnum(path, policy, ['Always', 'IfNotPresent', 'Never']);
}
