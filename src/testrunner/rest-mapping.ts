import { InputError } from '../model/failure.ts';
import type { GroupVersionKind, GroupVersionResource } from '../model/resource.ts';
import { guessPlural } from './fake-cluster.ts';

/** The kinds that the command line's embedded discovery data knows, by group and version. */
const KINDS: Readonly<Record<string, string>> = {
  v1: `Binding ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController
    ResourceQuota Secret Service ServiceAccount ComponentStatus Namespace Node PersistentVolume`,
  'apps/v1': 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet',
  'batch/v1': 'CronJob Job',
  'autoscaling/v1': 'HorizontalPodAutoscaler',
  'autoscaling/v2': 'HorizontalPodAutoscaler',
  'policy/v1': 'PodDisruptionBudget',
  'networking.k8s.io/v1': 'Ingress NetworkPolicy IPAddress IngressClass ServiceCIDR',
  'rbac.authorization.k8s.io/v1': 'Role RoleBinding ClusterRole ClusterRoleBinding',
  'storage.k8s.io/v1': 'CSIStorageCapacity CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass',
  'events.k8s.io/v1': 'Event',
  'coordination.k8s.io/v1': 'Lease',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'authentication.k8s.io/v1': 'SelfSubjectReview TokenReview',
  'authorization.k8s.io/v1':
    'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  'admissionregistration.k8s.io/v1': `MutatingWebhookConfiguration ValidatingWebhookConfiguration
    ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding`,
  'apiextensions.k8s.io/v1': 'CustomResourceDefinition',
  'apiregistration.k8s.io/v1': 'APIService',
  'certificates.k8s.io/v1': 'CertificateSigningRequest',
  'scheduling.k8s.io/v1': 'PriorityClass',
  'node.k8s.io/v1': 'RuntimeClass',
  'resource.k8s.io/v1': 'ResourceClaim ResourceClaimTemplate DeviceClass ResourceSlice',
  'flowcontrol.apiserver.k8s.io/v1': 'FlowSchema PriorityLevelConfiguration',
};

const KNOWN: ReadonlySet<string> = new Set(
  Object.entries(KINDS).flatMap(([apiVersion, kinds]) => kinds.split(/\s+/).map((kind) => `${apiVersion}/${kind}`)),
);

/**
 * The resource of a kind as the command line finds it; `undefined` when neither its embedded data nor a
 * CustomResourceDefinition (`plurals`, by `group/Kind`) knows it.
 * Upstream: `cmd/cli/kubectl-kyverno/data`.
 */
export function findResource(
  { group, version, kind }: GroupVersionKind,
  plurals: ReadonlyMap<string, string>,
): GroupVersionResource | undefined {
  const custom = plurals.get(`${group}/${kind}`);
  if (custom !== undefined) return { group, version, resource: custom };
  if (!KNOWN.has(group === '' ? `${version}/${kind}` : `${group}/${version}/${kind}`)) return undefined;
  return { group, version, resource: guessPlural(kind) };
}

/** The same, with the error on which the command gives up the whole run. `file` is the test. */
export function mustFindResource(
  gvk: GroupVersionKind,
  plurals: ReadonlyMap<string, string>,
  file: string,
): GroupVersionResource {
  const found = findResource(gvk, plurals);
  if (found !== undefined) return found;
  const apiVersion = gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
  throw new InputError({
    code: 'unknown-kind',
    message: `failed to map gvk to gvr ${apiVersion}, Kind=${gvk.kind}`,
    place: { file },
    hint: 'every resource is mapped for policies with CEL: name its CustomResourceDefinition under `crds`',
  });
}
