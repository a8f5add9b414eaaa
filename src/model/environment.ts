import type { ImageRecord } from './image.ts';
import type { Json, JsonObject } from './json.ts';

/** Time and chance, passed in so that the same input always gives the same answer. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number;
}

/** A source of numbers in [0, 1). */
export interface RandomSource {
  next(): number;
}

/** A value, or the text with which the real backend would have refused. */
export type Lookup<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

/** A call that a context entry makes. */
export interface ApiCallRequest {
  readonly method: 'GET' | 'POST';
  /** The Kubernetes path, or the URL of a service. */
  readonly url: string;
  readonly service: boolean;
  readonly body?: Json;
}

/**
 * Where context entries get their data. A backend that is absent is not available, which is different from
 * one that finds nothing: an entry without its backend is not registered (context-and-jmespath.md section 5).
 * A call that the data at hand cannot answer must throw `NotSupportedError` naming the call: it is not "nothing".
 */
export interface ContextData {
  /** The ConfigMap object, or the API server's text. */
  readonly configMap?: (namespace: string, name: string) => Lookup<JsonObject>;
  readonly apiCall?: (request: ApiCallRequest) => Lookup<Json>;
  /** A GlobalContextEntry's data; `undefined` when there is no such entry. */
  readonly globalReference?: (name: string) => Lookup<Json>;
  /** `{image, resolvedImage, registry, repository, identifier, manifest, configData}` of an image. */
  readonly imageData?: (reference: string) => Lookup<JsonObject>;
  /** What is known of an image's digest, signatures and attestations; `undefined` when nothing is. */
  readonly imageRecord?: (reference: string) => ImageRecord | undefined;
}

/** Which existing objects a mutate rule is after; every part may be a wildcard pattern. */
export interface TargetQuery {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** `""`: the objects themselves. */
  readonly subresource: string;
  /** `""`: any. */
  readonly namespace: string;
  /** `""`: any. */
  readonly name: string;
  /** A label selector. */
  readonly selector: JsonObject | undefined;
}

/** An existing object that a mutate rule is to change. */
export interface FoundTarget {
  readonly object: JsonObject;
  /** What it is a part of, where it is a subresource. */
  readonly part?: TargetPart;
}

/** Names a subresource of an object. */
export interface TargetPart {
  readonly apiVersion: string;
  readonly kind: string;
  readonly subresource: string;
}

/** Objects of a cluster, by kind. Refusals are the API server's texts. */
export interface ClusterObjects {
  /** False for cluster-scoped kinds. */
  readonly isNamespaced: (group: string, version: string, kind: string) => Lookup<boolean>;
  readonly get: (apiVersion: string, kind: string, namespace: string, name: string) => Lookup<JsonObject>;
  /** Objects of one namespace or (`""`) of all; `selector` is a label selector. */
  readonly list: (
    apiVersion: string,
    kind: string,
    namespace: string,
    selector: JsonObject | undefined,
  ) => Lookup<readonly JsonObject[]>;
}

/** Everything outside the request that an evaluation may read. */
export interface Environment {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly data: ContextData;
  /** Labels of a namespace, or `undefined` when it does not exist. */
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>> | undefined;
  /**
   * The existing objects that a rule with `mutate.targets` changes, or the text with which the real backend would have
   * refused. Absent where there is no client.
   */
  readonly findTargets?: (query: TargetQuery) => Lookup<readonly FoundTarget[]>;
  /** What CEL rules read: namespaces and parameters. Absent where there is no cluster. */
  readonly objects?: ClusterObjects;
  /** PolicyException objects that are in force. */
  readonly exceptions: readonly JsonObject[];
  /** Default registry and its mutation, from Kyverno's ConfigMap. */
  readonly registry: { readonly defaultRegistry: string; readonly enableDefaultRegistryMutation: boolean };
}
