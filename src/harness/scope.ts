import { asObject, asString, getPath, type JsonObject } from '../model/json.ts';
import { gvkOf, nameOf, namespaceOf } from '../model/resource.ts';

const CLUSTER_SCOPED: ReadonlySet<string> = new Set(
  `Namespace Node PersistentVolume ComponentStatus ClusterRole ClusterRoleBinding StorageClass VolumeAttachment CSIDriver
  CSINode VolumeAttributesClass PriorityClass RuntimeClass IngressClass IPAddress ServiceCIDR FlowSchema
  PriorityLevelConfiguration APIService CustomResourceDefinition CertificateSigningRequest ClusterTrustBundle
  MutatingWebhookConfiguration ValidatingWebhookConfiguration ValidatingAdmissionPolicy
  ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding DeviceClass ResourceSlice
  ClusterPolicy ClusterCleanupPolicy GlobalContextEntry ValidatingPolicy MutatingPolicy GeneratingPolicy DeletingPolicy
  ImageValidatingPolicy ClusterEphemeralReport ClusterPolicyReport ClusterReport`.split(/\s+/),
);

/** True for kinds that live in namespaces: by the custom resource definitions among `objects`, else as built in. */
export function isNamespaced(object: JsonObject, objects: readonly JsonObject[]): boolean {
  const crd = definitionOf(object, objects);
  if (crd !== undefined) return getPath(crd, 'spec', 'scope') !== 'Cluster';
  return !CLUSTER_SCOPED.has(gvkOf(object).kind);
}

/**
 * The resource that serves an object's kind, e.g. `pods` or `ingresses.networking.k8s.io`: by the custom resource
 * definitions among `objects`, else guessed as upstream does.
 * Upstream: apimachinery `pkg/api/meta/restmapper.go` UnsafeGuessKindToResource.
 */
export function resourceOf(object: JsonObject, objects: readonly JsonObject[]): string {
  const { group, kind } = gvkOf(object);
  const crd = definitionOf(object, objects);
  const plural = asString(getPath(crd, 'spec', 'names', 'plural')) ?? guessPlural(kind.toLowerCase());
  return group === '' ? plural : `${plural}.${group}`;
}

function definitionOf(object: JsonObject, objects: readonly JsonObject[]): JsonObject | undefined {
  const { group, kind } = gvkOf(object);
  return objects.find(
    (other) =>
      other['kind'] === 'CustomResourceDefinition' &&
      getPath(other, 'spec', 'group') === group &&
      getPath(other, 'spec', 'names', 'kind') === kind,
  );
}

function guessPlural(kind: string): string {
  if (kind.endsWith('endpoints')) return kind;
  if (kind.endsWith('s')) return `${kind}es`;
  if (kind.endsWith('y')) return `${kind.slice(0, -1)}ies`;
  return `${kind}s`;
}

const IN_DEFAULT = new WeakMap<JsonObject, JsonObject>();

/**
 * The object with `metadata.namespace`: its own, else `default` for kinds that live in namespaces. The same object
 * gives the same object again.
 */
export function inNamespace(object: JsonObject, objects: readonly JsonObject[]): JsonObject {
  if (namespaceOf(object) !== '' || !isNamespaced(object, objects)) return object;
  const known = IN_DEFAULT.get(object);
  if (known !== undefined) return known;
  const placed = { ...object, metadata: { ...asObject(object['metadata']), namespace: 'default' } };
  IN_DEFAULT.set(object, placed);
  return placed;
}

/** `namespace/name` of an object, or its name alone when it has no namespace. */
export function objectText(object: JsonObject): string {
  const namespace = namespaceOf(object);
  return namespace === '' ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}
