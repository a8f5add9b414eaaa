import type { JsonObject } from '../../model/json.ts';
import type { ValidateContext } from './context.ts';
import { checkConfigMap, checkConfigMapUpdate, checkSecret, checkSecretUpdate } from './core/config.ts';
import {
  checkEndpointSlice,
  checkEndpointSliceUpdate,
  checkEndpoints,
  checkEndpointsUpdate,
} from './core/endpoints.ts';
import { checkCoreEvent, checkCoreEventUpdate, checkEvent, checkEventUpdate } from './core/event.ts';
import { checkNode, checkNodeStatus, checkNodeUpdate } from './core/node.ts';
import {
  checkLimitRange,
  checkResourceQuota,
  checkResourceQuotaStatus,
  checkResourceQuotaUpdate,
} from './core/quotas.ts';
import { checkServiceAllocation, checkServiceCreate, checkServiceStatus, checkServiceUpdate } from './core/service.ts';
import {
  checkNamespace,
  checkNamespaceFinalize,
  checkNamespaceStatus,
  checkNamespaceUpdate,
  checkPodTemplate,
  checkPodTemplateUpdate,
  checkServiceAccount,
  checkServiceAccountUpdate,
} from './core/simple.ts';
import type { FieldError } from './field-error.ts';
import {
  checkAdmissionPolicy,
  checkAdmissionPolicyBinding,
  checkAdmissionPolicyUpdate,
} from './misc/admission-policies.ts';
import {
  checkAutoscaler,
  checkAutoscalerUpdate,
  checkBinding,
  checkScale,
  checkTokenRequest,
} from './misc/autoscaling.ts';
import { checkDefinition, checkDefinitionUpdate } from './misc/custom-resources.ts';
import { checkBudget, checkBudgetStatus, checkBudgetUpdate } from './misc/policy.ts';
import {
  checkClusterRole,
  checkClusterRoleBinding,
  checkClusterRoleBindingUpdate,
  checkClusterRoleUpdate,
  checkRole,
  checkRoleBinding,
  checkRoleBindingUpdate,
  checkRoleUpdate,
} from './misc/rbac.ts';
import {
  checkLease,
  checkLeaseUpdate,
  checkPriorityClass,
  checkPriorityClassUpdate,
  checkRuntimeClass,
  checkRuntimeClassUpdate,
} from './misc/scheduling.ts';
import { webhooksCheck, webhooksUpdateCheck } from './misc/webhooks.ts';
import {
  checkIngressClass,
  checkIngressClassUpdate,
  checkIpAddress,
  checkIpAddressUpdate,
  checkServiceCidr,
  checkServiceCidrUpdate,
} from './networking/addresses.ts';
import { checkIngress, checkIngressStatus, checkIngressUpdate } from './networking/ingress.ts';
import { checkNetworkPolicy, checkNetworkPolicyUpdate } from './networking/network-policy.ts';
import { checkEphemeralUpdate } from './pod/ephemeral-update.ts';
import { checkPodCreate } from './pod/pod.ts';
import { checkPodUpdate } from './pod/pod-update.ts';
import { checkClaim, checkClaimStatus, checkClaimUpdate } from './storage/claim.ts';
import {
  checkAttachment,
  checkAttachmentUpdate,
  checkAttributesClass,
  checkAttributesClassUpdate,
  checkCsiNode,
  checkCsiNodeUpdate,
  checkDriver,
  checkDriverUpdate,
  checkStorageCapacity,
  checkStorageCapacityUpdate,
  checkStorageClass,
  checkStorageClassUpdate,
} from './storage/classes.ts';
import { checkVolume, checkVolumeStatus, checkVolumeUpdate } from './storage/volume.ts';
import {
  checkControllerRevision,
  checkControllerRevisionUpdate,
  checkDaemonSet,
  checkDaemonSetUpdate,
  checkDeployment,
  checkDeploymentUpdate,
  checkReplicaSet,
  checkReplicaSetUpdate,
  checkReplicationController,
  checkReplicationControllerUpdate,
  checkStatefulSet,
  checkStatefulSetUpdate,
} from './workload/apps.ts';
import { checkCronJob, checkCronJobUpdate } from './workload/cron-job.ts';
import { checkJob, checkJobUpdate } from './workload/job.ts';
import { statusCheck } from './workload/status.ts';

/** Checks an object; `version` is the API version it was sent to. */
type CreateCheck = (object: JsonObject, version: string, context: ValidateContext) => readonly FieldError[];
/** Checks what replaces a stored object. */
type UpdateCheck = (
  object: JsonObject,
  old: JsonObject,
  version: string,
  context: ValidateContext,
) => readonly FieldError[];

/** How a built-in kind is validated, beside its general metadata. */
export interface KindRules {
  readonly namespaced: boolean;
  readonly create: CreateCheck;
  readonly update: UpdateCheck;
  /** Updates through a subresource. */
  readonly subresources: Readonly<Record<string, UpdateCheck>>;
  /** Errors that keep an update from being validated at all. */
  readonly beforeUpdate?: UpdateCheck;
  /** An update must say which version it replaces. */
  readonly needsVersion: boolean;
}

type Extras = Partial<Pick<KindRules, 'subresources' | 'beforeUpdate' | 'needsVersion'>>;

function inNamespace(create: CreateCheck, update: UpdateCheck, extras: Extras = {}): KindRules {
  return { namespaced: true, create, update, subresources: {}, needsVersion: false, ...extras };
}

function inCluster(create: CreateCheck, update: UpdateCheck, extras: Extras = {}): KindRules {
  return { ...inNamespace(create, update, extras), namespaced: false };
}

function withStatus(status: UpdateCheck): Extras {
  return { subresources: { status } };
}

const NEEDS_VERSION: Extras = { needsVersion: true };

/** Built-in kinds by `Kind` or `Kind.group`. */
export const KINDS: Readonly<Record<string, KindRules>> = {
  ConfigMap: inNamespace(checkConfigMap, checkConfigMapUpdate),
  Endpoints: inNamespace(checkEndpoints, checkEndpointsUpdate),
  Event: inNamespace(checkCoreEvent, checkCoreEventUpdate),
  LimitRange: inNamespace(checkLimitRange, checkLimitRange),
  Namespace: inCluster(checkNamespace, checkNamespaceUpdate, {
    subresources: { status: checkNamespaceStatus, finalize: checkNamespaceFinalize },
  }),
  Node: inCluster(checkNode, checkNodeUpdate, withStatus(checkNodeStatus)),
  PersistentVolume: inCluster(checkVolume, checkVolumeUpdate, withStatus(checkVolumeStatus)),
  PersistentVolumeClaim: inNamespace((claim) => checkClaim(claim), checkClaimUpdate, withStatus(checkClaimStatus)),
  Pod: inNamespace(checkPodCreate, checkPodUpdate, { subresources: { ephemeralcontainers: checkEphemeralUpdate } }),
  PodTemplate: inNamespace(checkPodTemplate, checkPodTemplateUpdate),
  ReplicationController: inNamespace(
    checkReplicationController,
    checkReplicationControllerUpdate,
    withStatus(statusCheck('ReplicationController')),
  ),
  ResourceQuota: inNamespace(checkResourceQuota, checkResourceQuotaUpdate, withStatus(checkResourceQuotaStatus)),
  Secret: inNamespace(checkSecret, checkSecretUpdate),
  Service: inNamespace(checkServiceCreate, checkServiceUpdate, {
    ...withStatus(checkServiceStatus),
    beforeUpdate: checkServiceAllocation,
  }),
  ServiceAccount: inNamespace(checkServiceAccount, checkServiceAccountUpdate),
  'ControllerRevision.apps': inNamespace(checkControllerRevision, checkControllerRevisionUpdate),
  'DaemonSet.apps': inNamespace(checkDaemonSet, checkDaemonSetUpdate, withStatus(statusCheck('DaemonSet'))),
  'Deployment.apps': inNamespace(checkDeployment, checkDeploymentUpdate, withStatus(statusCheck('Deployment'))),
  'ReplicaSet.apps': inNamespace(checkReplicaSet, checkReplicaSetUpdate, withStatus(statusCheck('ReplicaSet'))),
  'StatefulSet.apps': inNamespace(checkStatefulSet, checkStatefulSetUpdate, withStatus(statusCheck('StatefulSet'))),
  'CronJob.batch': inNamespace(
    checkCronJob,
    checkCronJobUpdate,
    withStatus(() => []),
  ),
  'Job.batch': inNamespace(checkJob, checkJobUpdate),
  'HorizontalPodAutoscaler.autoscaling': inNamespace(
    checkAutoscaler,
    checkAutoscalerUpdate,
    withStatus(statusCheck('HorizontalPodAutoscaler')),
  ),
  'Lease.coordination.k8s.io': inNamespace(checkLease, checkLeaseUpdate, NEEDS_VERSION),
  'EndpointSlice.discovery.k8s.io': inNamespace(checkEndpointSlice, checkEndpointSliceUpdate),
  'Event.events.k8s.io': inNamespace(checkEvent, checkEventUpdate),
  'Ingress.networking.k8s.io': inNamespace(checkIngress, checkIngressUpdate, withStatus(checkIngressStatus)),
  'IngressClass.networking.k8s.io': inCluster(checkIngressClass, checkIngressClassUpdate),
  'IPAddress.networking.k8s.io': inCluster(checkIpAddress, checkIpAddressUpdate),
  'NetworkPolicy.networking.k8s.io': inNamespace(checkNetworkPolicy, checkNetworkPolicyUpdate),
  'ServiceCIDR.networking.k8s.io': inCluster(checkServiceCidr, checkServiceCidrUpdate),
  'RuntimeClass.node.k8s.io': inCluster(checkRuntimeClass, checkRuntimeClassUpdate, NEEDS_VERSION),
  'PodDisruptionBudget.policy': inNamespace(checkBudget, checkBudgetUpdate, {
    ...NEEDS_VERSION,
    ...withStatus(checkBudgetStatus),
  }),
  'ClusterRole.rbac.authorization.k8s.io': inCluster(checkClusterRole, checkClusterRoleUpdate),
  'ClusterRoleBinding.rbac.authorization.k8s.io': inCluster(checkClusterRoleBinding, checkClusterRoleBindingUpdate),
  'Role.rbac.authorization.k8s.io': inNamespace(checkRole, checkRoleUpdate),
  'RoleBinding.rbac.authorization.k8s.io': inNamespace(checkRoleBinding, checkRoleBindingUpdate),
  'PriorityClass.scheduling.k8s.io': inCluster(checkPriorityClass, checkPriorityClassUpdate),
  'CSIDriver.storage.k8s.io': inCluster(checkDriver, checkDriverUpdate, NEEDS_VERSION),
  'CSINode.storage.k8s.io': inCluster(checkCsiNode, checkCsiNodeUpdate, NEEDS_VERSION),
  'CSIStorageCapacity.storage.k8s.io': inNamespace(checkStorageCapacity, checkStorageCapacityUpdate, NEEDS_VERSION),
  'StorageClass.storage.k8s.io': inCluster(checkStorageClass, checkStorageClassUpdate),
  'VolumeAttachment.storage.k8s.io': inCluster(checkAttachment, checkAttachmentUpdate, NEEDS_VERSION),
  'VolumeAttributesClass.storage.k8s.io': inCluster(checkAttributesClass, checkAttributesClassUpdate),
  'MutatingWebhookConfiguration.admissionregistration.k8s.io': inCluster(
    webhooksCheck(true),
    webhooksUpdateCheck(true),
    NEEDS_VERSION,
  ),
  'ValidatingWebhookConfiguration.admissionregistration.k8s.io': inCluster(
    webhooksCheck(false),
    webhooksUpdateCheck(false),
    NEEDS_VERSION,
  ),
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io': inCluster(
    checkAdmissionPolicy,
    checkAdmissionPolicyUpdate,
    NEEDS_VERSION,
  ),
  'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io': inCluster(
    checkAdmissionPolicyBinding,
    checkAdmissionPolicyBinding,
    NEEDS_VERSION,
  ),
  'CustomResourceDefinition.apiextensions.k8s.io': inCluster(checkDefinition, checkDefinitionUpdate, NEEDS_VERSION),
};

const anything: CreateCheck = () => [];

/** What is sent but not stored, or sent to a subresource under a kind of its own. */
export const SENT_KINDS: Readonly<Record<string, CreateCheck>> = {
  'Scale.autoscaling': checkScale,
  Binding: checkBinding,
  'Eviction.policy': anything,
  'TokenRequest.authentication.k8s.io': checkTokenRequest,
  'LocalSubjectAccessReview.authorization.k8s.io': anything,
  'SelfSubjectAccessReview.authorization.k8s.io': anything,
  'SelfSubjectReview.authentication.k8s.io': anything,
  'SelfSubjectRulesReview.authorization.k8s.io': anything,
  'SubjectAccessReview.authorization.k8s.io': anything,
  'TokenReview.authentication.k8s.io': anything,
};
