import type { JsonObject } from '../../model/json.ts';
import type { ValidateContext } from './context.ts';
import type { FieldError } from './field-error.ts';
import { obj } from './fields.ts';
import { KINDS } from './kinds.ts';
import { checkMetadata, checkMetadataUpdate } from './metadata.ts';
import { anyName } from './names.ts';

export type { ValidateContext } from './context.ts';
export { type FieldError, fieldErrorBody, fieldErrorsText, fieldErrorText, invalidMessage } from './field-error.ts';

/** Group (`""` for core), version and kind. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Kinds (`Kind` or `Kind.group`) the API server validates and we do not (wholly): what is missing. */
export const notValidated: Readonly<Record<string, string>> = {};

function kindName({ group, kind }: GroupVersionKind): string {
  return group === '' ? kind : `${kind}.${group}`;
}

/**
 * What the API server's own validation says to a new object: decoded, defaulted and prepared as it would be stored.
 * Empty: it is valid. The order is the API server's. Upstream: `rest.BeforeCreate` of apiserver.
 */
export function validateCreate(
  gvk: GroupVersionKind,
  object: JsonObject,
  context: ValidateContext = {},
): readonly FieldError[] {
  const rules = KINDS[kindName(gvk)];
  const errors = rules?.create(object, context) ?? [];
  const namespaced = rules?.namespaced ?? context.namespaced ?? true;
  return errors.length > 0 ? errors : checkMetadata(obj(object, 'metadata'), namespaced, anyName);
}

/** As `validateCreate` for an object that replaces `oldObject`. Upstream: `rest.BeforeUpdate` of apiserver. */
export function validateUpdate(
  gvk: GroupVersionKind,
  object: JsonObject,
  oldObject: JsonObject,
  context: ValidateContext = {},
): readonly FieldError[] {
  const rules = KINDS[kindName(gvk)];
  const namespaced = rules?.namespaced ?? context.namespaced ?? true;
  const meta = obj(object, 'metadata');
  const common = [
    ...checkMetadata(meta, namespaced, anyName),
    ...checkMetadataUpdate(meta, obj(oldObject, 'metadata')),
  ];
  return [...common, ...(rules?.update(object, oldObject, context) ?? [])];
}
