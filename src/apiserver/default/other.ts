import { asString } from '../../model/json.ts';
import {
  ensureObject,
  isEmpty,
  isUnset,
  type Mutable,
  objectAt,
  objectsAt,
  setDefault,
  setNonEmpty,
  setNonZero,
} from './mutable.ts';

type Defaulter = (target: Mutable) => void;

const RBAC = 'rbac.authorization.k8s.io';

/** Defaults of networking, RBAC, storage and the rest. Upstream: defaults.go of each pkg/apis group, version v1. */
export const OTHER_DEFAULTS: Readonly<Record<string, Defaulter>> = {
  V1NetworkPolicyPort: (port) => setDefault(port, 'protocol', 'TCP'),
  V1NetworkPolicy: (policy) => {
    const spec = ensureObject(policy, 'spec');
    setNonEmpty(spec, 'policyTypes', isEmpty(spec, 'egress') ? ['Ingress'] : ['Ingress', 'Egress']);
  },
  V1IngressClass: (ingressClass) => {
    const parameters = objectAt(ensureObject(ingressClass, 'spec'), 'parameters');
    if (parameters !== undefined) setDefault(parameters, 'scope', 'Cluster');
  },
  V1ClusterRoleBinding: defaultRoleRef,
  V1RoleBinding: defaultRoleRef,
  RbacV1Subject: (subject) => {
    if (subject['kind'] === 'User' || subject['kind'] === 'Group') setDefault(subject, 'apiGroup', RBAC);
  },
  V1StorageClass: (storageClass) => {
    setDefault(storageClass, 'reclaimPolicy', 'Delete');
    setDefault(storageClass, 'volumeBindingMode', 'Immediate');
  },
  V1CSIDriver: (driver) => {
    const spec = ensureObject(driver, 'spec');
    setDefault(spec, 'attachRequired', true);
    setDefault(spec, 'podInfoOnMount', false);
    setDefault(spec, 'storageCapacity', false);
    setDefault(spec, 'fsGroupPolicy', 'ReadWriteOnceWithFSType');
    setNonEmpty(spec, 'volumeLifecycleModes', ['Persistent']);
    setDefault(spec, 'requiresRepublish', false);
    setDefault(spec, 'seLinuxMount', false);
  },
  V1PriorityClass: (priorityClass) => setDefault(priorityClass, 'preemptionPolicy', 'PreemptLowerPriority'),
  DiscoveryV1EndpointPort: (port) => {
    setDefault(port, 'name', '');
    setDefault(port, 'protocol', 'TCP');
  },
  V1ValidatingWebhook: defaultWebhook,
  V1MutatingWebhook: (webhook) => {
    defaultWebhook(webhook);
    setDefault(webhook, 'reinvocationPolicy', 'Never');
  },
  V1RuleWithOperations: (rule) => setDefault(rule, 'scope', '*'),
  V1NamedRuleWithOperations: (rule) => setDefault(rule, 'scope', '*'),
  AdmissionregistrationV1ServiceReference: (service) => setDefault(service, 'port', 443n),
  ApiextensionsV1ServiceReference: (service) => setDefault(service, 'port', 443n),
  ApiregistrationV1ServiceReference: (service) => setDefault(service, 'port', 443n),
  V1ValidatingAdmissionPolicySpec: (spec) => setDefault(spec, 'failurePolicy', 'Fail'),
  V1MutatingAdmissionPolicySpec: (spec) => setDefault(spec, 'failurePolicy', 'Fail'),
  V1MatchResources: (match) => {
    setDefault(match, 'matchPolicy', 'Equivalent');
    setDefault(match, 'namespaceSelector', {});
    setDefault(match, 'objectSelector', {});
  },
  V1ExactDeviceRequest: defaultDeviceRequest,
  V1DeviceSubRequest: defaultDeviceRequest,
  V1DeviceToleration: (toleration) => setDefault(toleration, 'operator', 'Equal'),
  V1FlowSchemaSpec: (spec) => setNonZero(spec, 'matchingPrecedence', 1000n),
  V1ExemptPriorityLevelConfiguration: (configuration) => {
    setDefault(configuration, 'nominalConcurrencyShares', 0n);
    setDefault(configuration, 'lendablePercent', 0n);
  },
  V1LimitedPriorityLevelConfiguration: (configuration) => {
    setDefault(configuration, 'nominalConcurrencyShares', 30n);
    setDefault(configuration, 'lendablePercent', 0n);
  },
  V1QueuingConfiguration: (configuration) => {
    setNonZero(configuration, 'handSize', 8n);
    setNonZero(configuration, 'queues', 64n);
    setNonZero(configuration, 'queueLengthLimit', 50n);
  },
  V1CustomResourceDefinition: defaultDefinition,
  V1TokenRequestSpec: (spec) => setDefault(spec, 'expirationSeconds', 3600n),
};

function defaultDefinition(definition: Mutable): void {
  const spec = ensureObject(definition, 'spec');
  const names = ensureObject(spec, 'names');
  const kind = asString(names['kind']) ?? '';
  if (kind !== '') {
    setDefault(names, 'singular', kind.toLowerCase());
    setDefault(names, 'listKind', `${kind}List`);
  }
  setDefault(spec, 'conversion', { strategy: 'None' });
  storeVersion(definition, ensureObject(definition, 'status'));
}

/** Notes the storage version of a CustomResourceDefinition in its status, unless versions are noted. */
export function storeVersion(definition: Mutable, status: Mutable): void {
  const storage = objectsAt(ensureObject(definition, 'spec'), 'versions').find(
    (version) => version['storage'] === true,
  );
  const noted = status['storedVersions'];
  const empty = !Array.isArray(noted) || noted.length === 0;
  if (storage !== undefined && empty) status['storedVersions'] = [asString(storage['name']) ?? ''];
}

function defaultRoleRef(binding: Mutable): void {
  const roleRef = ensureObject(binding, 'roleRef');
  if (isUnset(roleRef, 'apiGroup') || roleRef['apiGroup'] === '') roleRef['apiGroup'] = RBAC;
}

function defaultWebhook(webhook: Mutable): void {
  setDefault(webhook, 'failurePolicy', 'Fail');
  setDefault(webhook, 'matchPolicy', 'Equivalent');
  setDefault(webhook, 'namespaceSelector', {});
  setDefault(webhook, 'objectSelector', {});
  setDefault(webhook, 'timeoutSeconds', 10n);
}

function defaultDeviceRequest(request: Mutable): void {
  setDefault(request, 'allocationMode', 'ExactCount');
  if (request['allocationMode'] === 'ExactCount') setDefault(request, 'count', 1n);
}
