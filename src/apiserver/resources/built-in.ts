/**
 * The built-in resources that Kubernetes 1.36 serves by default, one line each: API version, plural, kind, scope,
 * short names, subresources, and `create-only` where nothing is stored.
 * Upstream: the discovery documents of the API server.
 */
export const BUILT_IN_LINES = `
v1 bindings Binding namespaced - - create-only
v1 configmaps ConfigMap namespaced cm -
v1 endpoints Endpoints namespaced ep -
v1 events Event namespaced ev -
v1 limitranges LimitRange namespaced limits -
v1 namespaces Namespace cluster ns finalize,status
v1 nodes Node cluster no proxy,status
v1 persistentvolumeclaims PersistentVolumeClaim namespaced pvc status
v1 persistentvolumes PersistentVolume cluster pv status
v1 pods Pod namespaced po attach,binding,ephemeralcontainers,eviction,exec,log,portforward,proxy,resize,status
v1 podtemplates PodTemplate namespaced - -
v1 replicationcontrollers ReplicationController namespaced rc scale,status
v1 resourcequotas ResourceQuota namespaced quota status
v1 secrets Secret namespaced - -
v1 serviceaccounts ServiceAccount namespaced sa token
v1 services Service namespaced svc proxy,status
admissionregistration.k8s.io/v1 mutatingadmissionpolicies MutatingAdmissionPolicy cluster - -
admissionregistration.k8s.io/v1 mutatingadmissionpolicybindings MutatingAdmissionPolicyBinding cluster - -
admissionregistration.k8s.io/v1 mutatingwebhookconfigurations MutatingWebhookConfiguration cluster - -
admissionregistration.k8s.io/v1 validatingadmissionpolicies ValidatingAdmissionPolicy cluster - status
admissionregistration.k8s.io/v1 validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding cluster - -
admissionregistration.k8s.io/v1 validatingwebhookconfigurations ValidatingWebhookConfiguration cluster - -
apiextensions.k8s.io/v1 customresourcedefinitions CustomResourceDefinition cluster crd,crds status
apiregistration.k8s.io/v1 apiservices APIService cluster - status
apps/v1 controllerrevisions ControllerRevision namespaced - -
apps/v1 daemonsets DaemonSet namespaced ds status
apps/v1 deployments Deployment namespaced deploy scale,status
apps/v1 replicasets ReplicaSet namespaced rs scale,status
apps/v1 statefulsets StatefulSet namespaced sts scale,status
authentication.k8s.io/v1 selfsubjectreviews SelfSubjectReview cluster - - create-only
authentication.k8s.io/v1 tokenreviews TokenReview cluster - - create-only
authorization.k8s.io/v1 localsubjectaccessreviews LocalSubjectAccessReview namespaced - - create-only
authorization.k8s.io/v1 selfsubjectaccessreviews SelfSubjectAccessReview cluster - - create-only
authorization.k8s.io/v1 selfsubjectrulesreviews SelfSubjectRulesReview cluster - - create-only
authorization.k8s.io/v1 subjectaccessreviews SubjectAccessReview cluster - - create-only
autoscaling/v1 horizontalpodautoscalers HorizontalPodAutoscaler namespaced hpa status
autoscaling/v2 horizontalpodautoscalers HorizontalPodAutoscaler namespaced hpa status
batch/v1 cronjobs CronJob namespaced cj status
batch/v1 jobs Job namespaced - status
certificates.k8s.io/v1 certificatesigningrequests CertificateSigningRequest cluster csr approval,status
coordination.k8s.io/v1 leases Lease namespaced - -
discovery.k8s.io/v1 endpointslices EndpointSlice namespaced - -
events.k8s.io/v1 events Event namespaced ev -
flowcontrol.apiserver.k8s.io/v1 flowschemas FlowSchema cluster - status
flowcontrol.apiserver.k8s.io/v1 prioritylevelconfigurations PriorityLevelConfiguration cluster - status
networking.k8s.io/v1 ingressclasses IngressClass cluster - -
networking.k8s.io/v1 ingresses Ingress namespaced ing status
networking.k8s.io/v1 ipaddresses IPAddress cluster ip -
networking.k8s.io/v1 networkpolicies NetworkPolicy namespaced netpol -
networking.k8s.io/v1 servicecidrs ServiceCIDR cluster - status
node.k8s.io/v1 runtimeclasses RuntimeClass cluster - -
policy/v1 poddisruptionbudgets PodDisruptionBudget namespaced pdb status
rbac.authorization.k8s.io/v1 clusterrolebindings ClusterRoleBinding cluster - -
rbac.authorization.k8s.io/v1 clusterroles ClusterRole cluster - -
rbac.authorization.k8s.io/v1 rolebindings RoleBinding namespaced - -
rbac.authorization.k8s.io/v1 roles Role namespaced - -
resource.k8s.io/v1 deviceclasses DeviceClass cluster - -
resource.k8s.io/v1 resourceclaims ResourceClaim namespaced - status
resource.k8s.io/v1 resourceclaimtemplates ResourceClaimTemplate namespaced - -
resource.k8s.io/v1 resourceslices ResourceSlice cluster - -
scheduling.k8s.io/v1 priorityclasses PriorityClass cluster pc -
storage.k8s.io/v1 csidrivers CSIDriver cluster - -
storage.k8s.io/v1 csinodes CSINode cluster - -
storage.k8s.io/v1 csistoragecapacities CSIStorageCapacity namespaced - -
storage.k8s.io/v1 storageclasses StorageClass cluster sc -
storage.k8s.io/v1 volumeattachments VolumeAttachment cluster - status
storage.k8s.io/v1 volumeattributesclasses VolumeAttributesClass cluster vac -
`;

/** Type names in the generated schema that don't follow from version and kind. */
export const TYPE_NAMES: Readonly<Record<string, string>> = {
  'v1/Event': 'CoreV1Event',
  'events.k8s.io/v1/Event': 'EventsV1Event',
  'resource.k8s.io/v1/ResourceClaim': 'ResourceV1ResourceClaim',
};

/** The body of a subresource that is not the parent itself: API version, kind, type. */
export const SUBRESOURCE_BODIES: Readonly<Record<string, readonly [string, string, string]>> = {
  scale: ['autoscaling/v1', 'Scale', 'V1Scale'],
  eviction: ['policy/v1', 'Eviction', 'V1Eviction'],
  binding: ['v1', 'Binding', 'V1Binding'],
  token: ['authentication.k8s.io/v1', 'TokenRequest', 'AuthenticationV1TokenRequest'],
  exec: ['v1', 'PodExecOptions', 'V1PodExecOptions'],
  attach: ['v1', 'PodAttachOptions', 'V1PodAttachOptions'],
  portforward: ['v1', 'PodPortForwardOptions', 'V1PodPortForwardOptions'],
};

/** Bodies of `proxy`, which differ by resource. */
export const PROXY_BODIES: Readonly<Record<string, readonly [string, string, string]>> = {
  pods: ['v1', 'PodProxyOptions', 'V1PodProxyOptions'],
  services: ['v1', 'ServiceProxyOptions', 'V1ServiceProxyOptions'],
  nodes: ['v1', 'NodeProxyOptions', 'V1NodeProxyOptions'],
};
