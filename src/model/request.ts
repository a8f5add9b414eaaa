import type { JsonObject } from './json.ts';
import type { GroupVersionKind, GroupVersionResource } from './resource.ts';

/** What a request does, as in an AdmissionReview. */
export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** Who asks. Upstream: `authentication.k8s.io/v1` UserInfo. */
export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/**
 * An admission request, after the API server decoded and defaulted the object.
 * Objects carry the numbers of the API machinery: whole numbers are `bigint`.
 * Upstream: `admission.k8s.io/v1` AdmissionRequest.
 */
export interface AdmissionRequest {
  readonly uid?: string;
  /** Kind of `object`; for a subresource the kind of its body, e.g. `Scale`. */
  readonly kind: GroupVersionKind;
  readonly resource: GroupVersionResource;
  /** `""` for the main resource. */
  readonly subResource: string;
  /** Kind of the parent resource, e.g. `Deployment` for `deployments/scale`; equals `kind` without a subresource. */
  readonly parentKind: GroupVersionKind;
  readonly name: string;
  /** `""` for cluster-scoped resources. */
  readonly namespace: string;
  readonly operation: Operation;
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
  readonly userInfo: UserInfo;
  /** `namespace:name` of the roles bound to the user, as Kyverno collects them. */
  readonly roles: readonly string[];
  readonly clusterRoles: readonly string[];
  readonly dryRun: boolean;
  readonly options?: JsonObject;
}
