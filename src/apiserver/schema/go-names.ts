/**
 * What only the Go types know and error texts show: fields of a named type (`dnsPolicy` of `PodSpec` is a
 * `v1.DNSPolicy`), and fields that stand in an embedded struct (`http` of `IngressRule` in `IngressRuleValue`).
 * One line a struct: `FIELD:TYPE`, `FIELD:EMBEDDED/TYPE`; `*` stands for all fields that are not named.
 * Upstream: types.go of each group in k8s.io/api 0.36.
 */
const LINES: Readonly<Record<string, string>> = {
  AppArmorProfile: 'type:v1.AppArmorProfileType',
  AttachedVolume: 'name:v1.UniqueVolumeName',
  AzureDiskVolumeSource: 'cachingMode:v1.AzureDataDiskCachingMode kind:v1.AzureDataDiskKind',
  BoundObjectReference: 'uid:types.UID',
  CSIDriverSpec: 'fsGroupPolicy:v1.FSGroupPolicy volumeLifecycleModes:v1.VolumeLifecycleMode',
  Capabilities: 'add:v1.Capability drop:v1.Capability',
  CertificateSigningRequestCondition: 'status:v1.ConditionStatus type:v1.RequestConditionType',
  CertificateSigningRequestSpec: ' usages:v1.KeyUsage',
  ComponentCondition: 'status:v1.ConditionStatus type:v1.ComponentConditionType',
  Condition: 'status:v1.ConditionStatus',
  ConfigMapEnvSource: 'name:LocalObjectReference/',
  ConfigMapKeySelector: 'name:LocalObjectReference/',
  ConfigMapNodeConfigSource: 'uid:types.UID',
  ConfigMapProjection: 'name:LocalObjectReference/',
  ConfigMapVolumeSource: 'name:LocalObjectReference/',
  Container:
    'imagePullPolicy:v1.PullPolicy restartPolicy:v1.ContainerRestartPolicy terminationMessagePolicy:v1.TerminationMessagePolicy',
  ContainerPort: 'protocol:v1.Protocol',
  ContainerResizePolicy: 'resourceName:v1.ResourceName restartPolicy:v1.ResourceResizeRestartPolicy',
  ContainerResourceMetricSource: 'name:v1.ResourceName',
  ContainerResourceMetricStatus: 'name:v1.ResourceName',
  ContainerRestartRule: 'action:v1.ContainerRestartRuleAction',
  ContainerRestartRuleOnExitCodes: 'operator:v1.ContainerRestartRuleOnExitCodesOperator',
  ContainerStatus: 'stopSignal:v1.Signal',
  CronJobSpec: 'concurrencyPolicy:v1.ConcurrencyPolicy',
  CustomResourceConversion: 'strategy:v1.ConversionStrategyType',
  CustomResourceDefinitionCondition: 'status:v1.ConditionStatus type:v1.CustomResourceDefinitionConditionType',
  CustomResourceDefinitionSpec: 'scope:v1.ResourceScope',
  DaemonSetCondition: 'status:v1.ConditionStatus type:v1.DaemonSetConditionType',
  DaemonSetUpdateStrategy: 'type:v1.DaemonSetUpdateStrategyType',
  DeleteOptions: 'propagationPolicy:v1.DeletionPropagation',
  DeploymentCondition: 'status:v1.ConditionStatus type:v1.DeploymentConditionType',
  DeploymentStrategy: 'type:v1.DeploymentStrategyType',
  DeviceAllocationConfiguration: 'opaque:DeviceConfiguration/ source:v1.AllocationConfigSource',
  DeviceClaimConfiguration: 'opaque:DeviceConfiguration/',
  DeviceClassConfiguration: 'opaque:DeviceConfiguration/',
  DeviceConstraint: 'distinctAttribute:v1.FullyQualifiedName matchAttribute:v1.FullyQualifiedName',
  DeviceRequest: 'allocationMode:v1beta1.DeviceAllocationMode',
  DeviceRequestAllocationResult: 'shareID:types.UID',
  DeviceSubRequest: 'allocationMode:v1.DeviceAllocationMode',
  DeviceTaint: 'effect:v1.DeviceTaintEffect',
  DeviceToleration: 'effect:v1.DeviceTaintEffect operator:v1.DeviceTolerationOperator',
  EmptyDirVolumeSource: 'medium:v1.StorageMedium',
  EndpointPort: 'protocol:v1.Protocol',
  EndpointSlice: 'addressType:v1.AddressType',
  EphemeralContainer:
    '*:EphemeralContainerCommon targetContainerName: imagePullPolicy:EphemeralContainerCommon/v1.PullPolicy restartPolicy:EphemeralContainerCommon/v1.ContainerRestartPolicy terminationMessagePolicy:EphemeralContainerCommon/v1.TerminationMessagePolicy',
  ExactDeviceRequest: 'allocationMode:v1.DeviceAllocationMode',
  FieldSelectorRequirement: 'operator:v1.FieldSelectorOperator',
  FlowDistinguisherMethod: 'type:v1.FlowDistinguisherMethodType',
  FlowSchemaCondition: 'status:v1.ConditionStatus type:v1.FlowSchemaConditionType',
  HPAScalingPolicy: 'type:v2.HPAScalingPolicyType',
  HPAScalingRules: 'selectPolicy:v2.ScalingPolicySelect',
  HTTPGetAction: 'scheme:v1.URIScheme',
  HTTPIngressPath: 'pathType:v1.PathType',
  HorizontalPodAutoscalerCondition: 'status:v1.ConditionStatus type:v1.HorizontalPodAutoscalerConditionType',
  HostPathVolumeSource: 'type:v1.HostPathType',
  ImageVolumeSource: 'pullPolicy:v1.PullPolicy',
  IngressPortStatus: 'protocol:v1.Protocol',
  IngressRule: 'http:IngressRuleValue/',
  JobCondition: 'status:v1.ConditionStatus type:v1.JobConditionType',
  JobSpec: 'completionMode:v1.CompletionMode podReplacementPolicy:v1.PodReplacementPolicy',
  LabelSelectorRequirement: 'operator:v1.LabelSelectorOperator',
  LeaseSpec: 'strategy:v1.CoordinatedLeaseStrategy',
  Lifecycle: 'stopSignal:v1.Signal',
  LimitRangeItem: 'type:v1.LimitType',
  LimitResponse: 'type:v1.LimitResponseType',
  LoadBalancerIngress: 'ipMode:v1.LoadBalancerIPMode',
  ManagedFieldsEntry: 'operation:v1.ManagedFieldsOperationType',
  MatchResources: 'matchPolicy:v1.MatchPolicyType',
  MetricSpec: 'type:v1.MetricSourceType',
  MetricStatus: 'type:v1.MetricSourceType',
  MetricTarget: 'type:v2.MetricTargetType',
  ModifyVolumeStatus: 'status:v1.PersistentVolumeClaimModifyVolumeStatus',
  MutatingAdmissionPolicySpec:
    'failurePolicy:v1.FailurePolicyType matchConditions:v1alpha1.MatchCondition reinvocationPolicy:v1.ReinvocationPolicyType',
  MutatingWebhook:
    'failurePolicy:v1.FailurePolicyType matchPolicy:v1.MatchPolicyType reinvocationPolicy:v1.ReinvocationPolicyType rules:v1beta1.RuleWithOperations sideEffects:v1.SideEffectClass',
  Mutation: 'patchType:v1.PatchType',
  NamedRuleWithOperations: 'operations:RuleWithOperations/v1.OperationType',
  NamespaceCondition: 'status:v1.ConditionStatus type:v1.NamespaceConditionType',
  NamespaceSpec: 'finalizers:v1.FinalizerName',
  NamespaceStatus: 'phase:v1.NamespacePhase',
  NetworkPolicyPort: 'protocol:v1.Protocol',
  NetworkPolicySpec: 'policyTypes:v1.PolicyType',
  NodeAddress: 'type:v1.NodeAddressType',
  NodeAllocatableResourceMapping: 'capacityKey:v1.QualifiedName',
  NodeCondition: 'status:v1.ConditionStatus type:v1.NodeConditionType',
  NodeSelectorRequirement: 'operator:v1.NodeSelectorOperator',
  NodeStatus: 'phase:v1.NodePhase volumesInUse:v1.UniqueVolumeName',
  ObjectMeta: 'uid:types.UID',
  ObjectReference: 'uid:types.UID',
  OwnerReference: 'uid:types.UID',
  ParamRef: 'parameterNotFoundAction:v1.ParameterNotFoundActionType',
  PersistentVolumeClaimCondition: 'status:v1.ConditionStatus type:v1.PersistentVolumeClaimConditionType',
  PersistentVolumeClaimSpec: 'accessModes:v1.PersistentVolumeAccessMode volumeMode:v1.PersistentVolumeMode',
  PersistentVolumeClaimStatus:
    'accessModes:v1.PersistentVolumeAccessMode allocatedResourceStatuses:v1.ClaimResourceStatus phase:v1.PersistentVolumeClaimPhase',
  PersistentVolumeSpec:
    '*:PersistentVolumeSource claimRef: storageClassName: mountOptions: nodeAffinity: volumeAttributesClassName: accessModes:v1.PersistentVolumeAccessMode persistentVolumeReclaimPolicy:v1.PersistentVolumeReclaimPolicy volumeMode:v1.PersistentVolumeMode',
  PersistentVolumeStatus: 'phase:v1.PersistentVolumePhase',
  PodCondition: 'status:v1.ConditionStatus type:v1.PodConditionType',
  PodDisruptionBudgetSpec: 'unhealthyPodEvictionPolicy:v1.UnhealthyPodEvictionPolicyType',
  PodFailurePolicyOnExitCodesRequirement: 'operator:v1.PodFailurePolicyOnExitCodesOperator',
  PodFailurePolicyOnPodConditionsPattern: 'status:v1.ConditionStatus type:v1.PodConditionType',
  PodFailurePolicyRule: 'action:v1.PodFailurePolicyAction',
  PodOS: 'name:v1.OSName',
  PodReadinessGate: 'conditionType:v1.PodConditionType',
  PodSecurityContext:
    'fsGroupChangePolicy:v1.PodFSGroupChangePolicy seLinuxChangePolicy:v1.PodSELinuxChangePolicy supplementalGroupsPolicy:v1.SupplementalGroupsPolicy',
  PodSpec: 'dnsPolicy:v1.DNSPolicy preemptionPolicy:v1.PreemptionPolicy restartPolicy:v1.RestartPolicy',
  PodStatus: 'phase:v1.PodPhase qosClass:v1.PodQOSClass resize:v1.PodResizeStatus',
  PortStatus: 'protocol:v1.Protocol',
  Preconditions: 'uid:types.UID',
  PriorityClass: 'preemptionPolicy:v1.PreemptionPolicy',
  PriorityLevelConfigurationCondition: 'status:v1.ConditionStatus type:v1.PriorityLevelConfigurationConditionType',
  PriorityLevelConfigurationSpec: 'type:v1.PriorityLevelEnablement',
  Probe:
    '*:ProbeHandler initialDelaySeconds: timeoutSeconds: periodSeconds: successThreshold: failureThreshold: terminationGracePeriodSeconds:',
  ReplicaSetCondition: 'status:v1.ConditionStatus type:v1.ReplicaSetConditionType',
  ReplicationControllerCondition: 'status:v1.ConditionStatus type:v1.ReplicationControllerConditionType',
  ResourceClaimConsumerReference: 'uid:types.UID',
  ResourceHealth: 'health:v1.ResourceHealthStatus resourceID:v1.ResourceID',
  ResourceMetricSource: 'name:v1.ResourceName',
  ResourceMetricStatus: 'name:v1.ResourceName',
  ResourceQuotaSpec: 'scopes:v1.ResourceQuotaScope',
  ResourceStatus: 'name:v1.ResourceName',
  RuleWithOperations: '*:Rule operations:v1.OperationType scope:Rule/v1.ScopeType',
  ScopedResourceSelectorRequirement: 'operator:v1.ScopeSelectorOperator scopeName:v1.ResourceQuotaScope',
  SeccompProfile: 'type:v1.SeccompProfileType',
  Secret: 'type:v1.SecretType',
  SecretEnvSource: 'name:LocalObjectReference/',
  SecretKeySelector: 'name:LocalObjectReference/',
  SecretProjection: 'name:LocalObjectReference/',
  SecurityContext: 'procMount:v1.ProcMountType',
  ServicePort: 'protocol:v1.Protocol',
  ServiceSpec:
    'externalTrafficPolicy:v1.ServiceExternalTrafficPolicy internalTrafficPolicy:v1.ServiceInternalTrafficPolicy ipFamilies:v1.IPFamily ipFamilyPolicy:v1.IPFamilyPolicy sessionAffinity:v1.ServiceAffinity type:v1.ServiceType',
  StatefulSetCondition: 'status:v1.ConditionStatus type:v1.StatefulSetConditionType',
  StatefulSetPersistentVolumeClaimRetentionPolicy:
    'whenDeleted:v1.PersistentVolumeClaimRetentionPolicyType whenScaled:v1.PersistentVolumeClaimRetentionPolicyType',
  StatefulSetSpec: 'podManagementPolicy:v1.PodManagementPolicyType',
  StatefulSetUpdateStrategy: 'type:v1.StatefulSetUpdateStrategyType',
  StorageClass: 'reclaimPolicy:v1.PersistentVolumeReclaimPolicy volumeBindingMode:v1.VolumeBindingMode',
  Subject: 'kind:v1.SubjectKind',
  Taint: 'effect:v1.TaintEffect',
  Toleration: 'effect:v1.TaintEffect operator:v1.TolerationOperator',
  TopologySpreadConstraint:
    'nodeAffinityPolicy:v1.NodeInclusionPolicy nodeTaintsPolicy:v1.NodeInclusionPolicy whenUnsatisfiable:v1.UnsatisfiableConstraintAction',
  ValidatingAdmissionPolicyBindingSpec: 'validationActions:v1.ValidationAction',
  ValidatingAdmissionPolicySpec: 'failurePolicy:v1.FailurePolicyType matchConditions:v1alpha1.MatchCondition',
  ValidatingWebhook:
    'failurePolicy:v1.FailurePolicyType matchPolicy:v1.MatchPolicyType rules:v1beta1.RuleWithOperations sideEffects:v1.SideEffectClass',
  Validation: 'reason:v1.StatusReason',
  Volume: '*:VolumeSource name:',
  VolumeMount: 'mountPropagation:v1.MountPropagationMode recursiveReadOnly:v1.RecursiveReadOnlyMode',
  VolumeMountStatus: 'recursiveReadOnly:v1.RecursiveReadOnlyMode',
};

/** How Go names a field's type, and the embedded struct it stands in; both `""` where there is nothing special. */
export interface GoName {
  readonly type: string;
  readonly embedded: string;
}

const PLAIN: GoName = { type: '', embedded: '' };

/** The Go name of a field of a struct, by their names, e.g. `PodSpec` and `dnsPolicy`. */
export function goNameOf(struct: string, field: string): GoName {
  const words = LINES[struct]?.split(' ') ?? [];
  const word = words.find((one) => one.startsWith(`${field}:`)) ?? words.find((one) => one.startsWith('*:'));
  if (word === undefined) return PLAIN;
  const text = word.slice(word.indexOf(':') + 1);
  const slash = text.indexOf('/');
  if (slash >= 0) return { embedded: text.slice(0, slash), type: text.slice(slash + 1) };
  return word.startsWith('*') ? { embedded: text, type: '' } : { embedded: '', type: text };
}
