import { mutatingAdmissionPolicy } from './admission-policy.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import type { Plugin } from './plugin.ts';
import { podSecurity } from './pod-security.ts';
import { defaultTolerationSeconds, priority, runtimeClass } from './pods.ts';
import { resourceQuota } from './resource-quota.ts';
import { serviceAccount } from './service-account.ts';
import {
  defaultIngressClass,
  defaultStorageClass,
  persistentVolumeClaimResize,
  storageObjectInUseProtection,
  taintNodesByCondition,
} from './storage.ts';
import { validatingAdmissionPolicy } from './validating-admission-policy.ts';

export type { Plugin, PluginCall, PolicyAnswers, Store, Verdict } from './plugin.ts';

/** The plugins that are built, in the order in which the API server calls them. Upstream: `AllOrderedPlugins`. */
export const PLUGINS: readonly Plugin[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClass,
  defaultIngressClass,
  mutatingAdmissionPolicy,
  validatingAdmissionPolicy,
  resourceQuota,
];

/** Admission that the API server does by default and we don't, and what follows from it. */
export const notBuilt: Readonly<Record<string, string>> = {
  ResourceQuota: 'quotas count by their status; nobody fills it in from the spec, as on a cluster without controllers',
  CertificateApproval: 'nobody is refused for lacking the `approve` verb',
  CertificateSigning: 'nobody is refused for lacking the `sign` verb',
  ClusterTrustBundleAttest: 'nobody is refused for lacking the `attest` verb',
  CertificateSubjectRestriction: 'certificate requests for `system:masters` are not refused',
  PodTopologyLabels: 'topology labels of a node are not copied to pods that are bound to it',
  NodeDeclaredFeatureValidator: 'pod updates are not checked against the features that a node declares',
  PodResizeValidator: 'resizes are not checked against the node of the pod',
  MutatingAdmissionPolicy: 'a MutatingAdmissionPolicy in the cluster state is an error that names it',
  'managed fields': 'objects carry no `metadata.managedFields`; server-side apply knows no conflicts',
  'CEL rules of custom resources':
    '`x-kubernetes-validations`, formats and list types in the schema of a CustomResourceDefinition are not checked',
  authorization: 'every user may do everything; no RBAC refusal (403)',
  'TLS secrets':
    'of certificate and key only the PEM blocks are looked for: no warning for a pair that can not be parsed or does not fit',
  'duplicate fields': 'a JSON body with a repeated key is read with its last value and without a warning',
};
