import type { Json, JsonObject } from '../../model/json.ts';
import type { ValidateContext } from './context.ts';
import { type FieldError, invalid } from './field-error.ts';
import { root } from './field-path.ts';
import { has, obj, str } from './fields.ts';
import { KINDS, SENT_KINDS } from './kinds.ts';
import { checkMetadata, checkMetadataUpdate } from './metadata.ts';
import { checkCustomObject, checkCustomObjectUpdate } from './misc/custom-resources.ts';
import { anyName } from './names.ts';

export type { ValidateContext } from './context.ts';
export { type FieldError, fieldErrorsText, fieldErrorText, invalidMessage } from './field-error.ts';
export { notValidated } from './not-validated.ts';

/** Group (`""` for core), version and kind. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

function kindName({ group, kind }: GroupVersionKind): string {
  return group === '' ? kind : `${kind}.${group}`;
}

function isBuiltInGroup(group: string): boolean {
  return !group.includes('.') || group.endsWith('.k8s.io');
}

function isNamespaced(gvk: GroupVersionKind, meta: JsonObject | undefined, context: ValidateContext): boolean {
  return KINDS[kindName(gvk)]?.namespaced ?? context.namespaced ?? str(meta, 'namespace') !== '';
}

/**
 * What the API server's own validation says to a new object: decoded, defaulted and prepared as it would be stored.
 * Empty: it is valid. The order is the API server's. What it leaves out is told by `notValidated`.
 * Upstream: `rest.BeforeCreate` of apiserver.
 */
export function validateCreate(
  gvk: GroupVersionKind,
  object: JsonObject,
  context: ValidateContext = {},
): readonly FieldError[] {
  const sent = SENT_KINDS[kindName(gvk)];
  if (sent !== undefined) return sent(object, gvk.version, context);
  const meta = obj(object, 'metadata');
  const namespaced = isNamespaced(gvk, meta, context);
  const rules = KINDS[kindName(gvk)];
  const errors =
    rules?.create(object, gvk.version, context) ??
    (isBuiltInGroup(gvk.group) ? [] : checkCustomObject(object, namespaced));
  return errors.length > 0 ? errors : checkMetadata(meta, namespaced, anyName);
}

/** As `validateCreate` for an object that replaces `oldObject`. Upstream: `rest.BeforeUpdate` of apiserver. */
export function validateUpdate(
  gvk: GroupVersionKind,
  object: JsonObject,
  oldObject: JsonObject,
  context: ValidateContext = {},
): readonly FieldError[] {
  const sent = SENT_KINDS[kindName(gvk)];
  if (sent !== undefined) return sent(object, gvk.version, context);
  const rules = KINDS[kindName(gvk)];
  const needsVersion = rules?.needsVersion ?? !isBuiltInGroup(gvk.group);
  if (needsVersion && str(obj(object, 'metadata'), 'resourceVersion') === '' && hasVersion(oldObject)) {
    return [invalid(root('metadata', 'resourceVersion'), 0n, 'must be specified for an update')];
  }
  const namespaced = isNamespaced(gvk, obj(oldObject, 'metadata'), context);
  const [now, then] = [withSystemFields(object, oldObject, namespaced), withVersion(oldObject)];
  const before = context.subresource === undefined ? rules?.beforeUpdate?.(now, then, gvk.version, context) : undefined;
  if (before !== undefined && before.length > 0) return before;
  const [meta, oldMeta] = [obj(now, 'metadata'), obj(then, 'metadata')];
  const common = [...checkMetadata(meta, namespaced, anyName), ...checkMetadataUpdate(meta, oldMeta)];
  const check = context.subresource === undefined ? rules?.update : rules?.subresources[context.subresource];
  const own = check?.(now, then, gvk.version, context);
  if (own !== undefined) return [...common, ...own];
  return isBuiltInGroup(gvk.group) ? common : [...common, ...checkCustomObjectUpdate(now, then)];
}

function hasVersion(object: JsonObject): boolean {
  return str(obj(object, 'metadata'), 'resourceVersion') !== '';
}

/** A stored object always has a version, also one that a user wrote down. */
function withVersion(object: JsonObject): JsonObject {
  return hasVersion(object) ? object : { ...object, metadata: { ...obj(object, 'metadata'), resourceVersion: '1' } };
}

/** What an update can't change or need not repeat is the stored object's. */
function withSystemFields(object: JsonObject, oldObject: JsonObject, namespaced: boolean): JsonObject {
  const meta: Record<string, Json> = { ...obj(object, 'metadata') };
  const old = obj(withVersion(oldObject), 'metadata') ?? {};
  const take = (key: string): void => {
    const value = old[key];
    if (value !== undefined && value !== null) meta[key] = value;
  };
  if (str(meta, 'resourceVersion') === '') take('resourceVersion');
  if (str(meta, 'uid') === '') take('uid');
  if (!namespaced) delete meta['namespace'];
  if (str(meta, 'namespace') === '') take('namespace');
  if (!has(meta, 'generation')) take('generation');
  if (!has(meta, 'deletionGracePeriodSeconds')) take('deletionGracePeriodSeconds');
  take('creationTimestamp');
  take('deletionTimestamp');
  return { ...object, metadata: meta };
}
