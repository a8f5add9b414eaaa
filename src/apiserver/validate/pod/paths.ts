import { type FieldError, invalid } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';

/** Upstream: `validatePathNoBacksteps`. */
export function checkNoBacksteps(path: FieldPath, value: string): FieldError[] {
  return value.split('/').includes('..') ? [invalid(path, value, "must not contain '..'")] : [];
}

/** Upstream: `validateLocalDescendingPath`. */
export function checkDescendingPath(path: FieldPath, value: string): FieldError[] {
  const errors = checkNoBacksteps(path, value);
  return value.startsWith('/') ? [invalid(path, value, 'must be a relative path'), ...errors] : errors;
}

/** Upstream: `ValidateLocalNonReservedPath`. */
export function checkRelativePath(path: FieldPath, value: string): FieldError[] {
  const errors = checkDescendingPath(path, value);
  if (value.startsWith('..') && !value.startsWith('../')) {
    errors.push(invalid(path, value, "must not start with '..'"));
  }
  return errors;
}

/** Upstream: the file mode checks of `pkg/apis/core/validation`. */
export function checkMode(path: FieldPath, mode: bigint | undefined): FieldError[] {
  return mode !== undefined && (mode < 0n || mode > 0o777n)
    ? [invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : [];
}
