import type { ClientRequest } from '../model/admission.ts';
import type { JsonObject } from '../model/json.ts';
import type { UserInfo } from '../model/request.ts';
import { gvkOf, nameOf, namespaceOf } from '../model/resource.ts';

/** What a derived request does. */
export type DraftOperation = 'CREATE' | 'UPDATE' | 'DELETE';

/** A request that both policy sets are asked, before the API server saw it. */
export interface Draft {
  readonly operation: DraftOperation;
  /** The new object; on DELETE the one that is deleted. */
  readonly object: JsonObject;
  /** On UPDATE: what is stored. */
  readonly old?: JsonObject;
  /** e.g. `ephemeralcontainers`; absent for the object itself. */
  readonly subresource?: string;
  /** Absent: the administrator. */
  readonly user?: UserInfo;
}

/** The draft as a client sends it. */
export function clientRequest({ operation, object, old, subresource, user }: Draft): ClientRequest {
  const namespace = namespaceOf(object);
  const common = {
    operation,
    ...(namespace === '' ? {} : { namespace }),
    ...(subresource === undefined ? {} : { subresource }),
    ...(user === undefined ? {} : { userInfo: user }),
  };
  switch (operation) {
    case 'CREATE':
      return { ...common, object };
    case 'UPDATE':
      return { ...common, object, oldObject: old ?? object, name: nameOf(object) };
    case 'DELETE':
      return { ...common, oldObject: object, name: nameOf(object) };
  }
}

/** Equal for equal drafts. */
export function draftKey({ operation, object, old, subresource, user }: Draft): string {
  return stableText([operation, object, old ?? null, subresource ?? '', user ?? null]);
}

/** e.g. `UPDATE Deployment`, `UPDATE Pod/ephemeralcontainers`. */
export function draftTitle({ operation, object, subresource }: Draft): string {
  const { kind } = gvkOf(object);
  return `${operation} ${kind}${subresource === undefined ? '' : `/${subresource}`}`;
}

function stableText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item));
}
