import type { JsonObject } from '../../model/json.ts';
import type { FieldError } from './field-error.ts';

export { type FieldError, fieldErrorBody, fieldErrorsText, fieldErrorText, invalidMessage } from './field-error.ts';

/** Group (`""` for core), version and kind. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What validation needs to know beside the object. Everything has the default of the reference cluster. */
export interface ValidateContext {
  /** `status`, `scale`, `ephemeralcontainers`, `resize`, `eviction`, `binding`; default: the resource itself. */
  readonly subresource?: string;
  /** For kinds of custom resource definitions: whether they live in a namespace. */
  readonly namespaced?: boolean;
}

/** Kinds (`Kind` or `Kind.group`) the API server validates and we do not (wholly): what is missing. */
export const notValidated: Readonly<Record<string, string>> = {};

/**
 * What the API server's own validation says to a new object: decoded, defaulted and prepared as it would be stored.
 * Empty: it is valid. The order is the API server's.
 */
export function validateCreate(
  _gvk: GroupVersionKind,
  _object: JsonObject,
  _context: ValidateContext = {},
): readonly FieldError[] {
  return [];
}

/** As `validateCreate` for an object that replaces `oldObject`. */
export function validateUpdate(
  _gvk: GroupVersionKind,
  _object: JsonObject,
  _oldObject: JsonObject,
  _context: ValidateContext = {},
): readonly FieldError[] {
  return [];
}
