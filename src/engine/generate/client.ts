import type { JsonObject } from '../../model/json.ts';

/** Which object: `namespace` is `""` for cluster-scoped ones. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** What a client answers; `reason` is the API server's where Kyverno looks at it. */
export type ClientAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: 'NotFound' | 'AlreadyExists' | 'other'; readonly error: string };

/**
 * The objects that generate rules read and write. Written objects must be seen by later reads. Kyverno's command line
 * works on a throw-away store, a cluster on its API server.
 * Upstream: `pkg/clients/dclient/client.go`.
 */
export interface ObjectClient {
  readonly get: (reference: ObjectReference) => ClientAnswer<JsonObject>;
  /** Objects of a kind, of one namespace or (`""`) of all; `selector` is a label selector without wildcards. */
  readonly list: (
    apiVersion: string,
    kind: string,
    namespace: string,
    selector: JsonObject | undefined,
  ) => ClientAnswer<readonly JsonObject[]>;
  readonly create: (reference: ObjectReference, object: JsonObject) => ClientAnswer<JsonObject>;
  readonly update: (reference: ObjectReference, object: JsonObject) => ClientAnswer<JsonObject>;
  /** Server-side apply with force, field manager `kyverno-generate`. */
  readonly apply: (reference: ObjectReference, object: JsonObject) => ClientAnswer<JsonObject>;
  /** False for kinds known to be cluster-scoped. */
  readonly isNamespaced: (apiVersion: string, kind: string) => boolean;
}
