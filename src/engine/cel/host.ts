import type { Json, JsonObject } from '../../model/json.ts';

/**
 * What functions with effects ask for. Each answer that is missing in `CelHost` makes the call an error that says so.
 * Answers are JSON; `EvaluationError`s thrown become errors of the expression.
 */
export interface CelHost {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** A number from 0 up to 1. */
  readonly random?: () => number;
  /** An object of the cluster, `undefined` when it is not there. */
  readonly getResource?: (reference: ResourceReference, name: string) => JsonObject | undefined;
  readonly listResources?: (reference: ResourceReference, labels: Readonly<Record<string, string>>) => JsonObject;
  readonly postResource?: (reference: ResourceReference, object: JsonObject) => JsonObject;
  /** Plural resource name of a kind. */
  readonly resourceOf?: (apiVersion: string, kind: string) => string;
  readonly httpCall?: (call: HttpCall) => Json;
  /** Data of a global context entry; `null` for an entry that is not there. */
  readonly globalReference?: (name: string, projection: string) => Json;
  /** What a registry tells about an image. */
  readonly imageData?: (image: string) => Json;
  /** Whether the API server would let a user do something. */
  readonly authorize?: (check: AccessCheck) => AccessDecision;
}

/** A kind of object by its plural name, and where; a namespace `''` is none or all. */
export interface ResourceReference {
  readonly apiVersion: string;
  readonly resource: string;
  readonly namespace: string;
}

/** A request to an HTTP service. */
export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: Json;
  readonly headers: Readonly<Record<string, string>>;
  /** The namespace of the policy that asks, `''` for a cluster-wide one. */
  readonly fromNamespace: string;
}

/** A question to the API server's authorizer. Upstream: `authz.go` in `k8s.io/apiserver/pkg/cel/library`. */
export interface AccessCheck {
  /** A service account, `undefined` for the user of the request. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  readonly verb: string;
  readonly path?: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** The authorizer's answer. */
export interface AccessDecision {
  readonly allowed: boolean;
  readonly reason: string;
}
