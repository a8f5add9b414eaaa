import { asObject, asString, getPath, type JsonObject } from '../../model/json.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';

/** Marks everything of ours that may carry a label: policies, exceptions, namespaces, the lease. */
export const OWNED_LABEL = 'kyverdict.io/owned';

/** An object that the lane made, by its address in the API. */
export interface OwnedObject {
  /** API path, e.g. `/api/v1/namespaces/default/pods/web`. */
  readonly path: string;
  readonly uid: string;
}

/** True for objects that carry our label. */
export function isOwned(object: JsonObject): boolean {
  return asString(getPath(object, 'metadata', 'labels', OWNED_LABEL)) !== undefined;
}

/** A copy with our label. */
export function withOwnedLabel(object: JsonObject, value: string): JsonObject {
  const metadata = asObject(object['metadata']) ?? {};
  return { ...object, metadata: { ...metadata, labels: { ...asObject(metadata['labels']), [OWNED_LABEL]: value } } };
}

/** `Kind namespace/name` for messages. */
export function describeObject(object: JsonObject): string {
  const namespace = namespaceOf(object);
  return `${asString(object['kind']) ?? 'object'} ${namespace === '' ? '' : `${namespace}/`}${nameOf(object)}`;
}

/** `metadata.uid`, or `""`. */
export function uidOf(object: JsonObject): string {
  return asString(getPath(object, 'metadata', 'uid')) ?? '';
}
