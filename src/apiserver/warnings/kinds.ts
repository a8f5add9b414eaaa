import { compareQuantity, parseQuantity } from '../../language/quantity.ts';
import { asArray, asString, deepEqual, getPath, type JsonObject } from '../../model/json.ts';
import { annotationsOf, labelsOf, nameOf } from '../../model/resource.ts';
import { isUnset, type Mutable, objectAt, objectsAt } from '../default/mutable.ts';
import { dnsLabel } from '../validate/names.ts';
import { warnOnCidr, warnOnIp } from './address.ts';
import { deprecatedLabel, warnOnNodeSelector, warnOnNodeTerm } from './node-label.ts';
import { warnOnPod } from './pod.ts';
import { OLD_PLUGINS, warnOnClaimSpec } from './volume.ts';

type Warner = (object: Mutable, old: JsonObject | undefined) => readonly string[];

/** Warnings by type, for creates (`old` is absent) and updates. Upstream: `WarningsOn…` of pkg/registry. */
export const WARNERS: Readonly<Record<string, Warner>> = {
  V1Pod: (pod, old) => (old === undefined ? [...podName(pod, "the Pod's hostname"), ...warnOnPod(pod, '')] : []),
  V1Deployment: (object, old) => [...newName(object, old), ...template(object, old)],
  V1ReplicaSet: (object, old) => [...newName(object, old), ...template(object, old)],
  V1ReplicationController: (object, old) => [...newName(object, old), ...template(object, old)],
  V1DaemonSet: template,
  V1StatefulSet: statefulSet,
  V1Job: (object, old) => [
    ...newName(object, old),
    ...(changed(object, old) ? jobSpec(objectAt(object, 'spec') ?? {}, 'spec') : []),
  ],
  V1CronJob: cronJob,
  V1PodTemplate: (object, old) =>
    changed(object, old) ? warnOnPod(objectAt(object, 'template') ?? {}, 'template') : [],
  V1Service: service,
  V1Ingress: (object, old) => {
    const key = 'kubernetes.io/ingress.class';
    if (old !== undefined || !(key in annotationsOf(object))) return [];
    if (!isUnset(objectAt(object, 'spec') ?? {}, 'ingressClassName')) return [];
    return [`annotation "${key}" is deprecated, please use 'spec.ingressClassName' instead`];
  },
  V1NetworkPolicy: networkPolicy,
  V1PersistentVolumeClaim: (object) => {
    const key = 'volume.beta.kubernetes.io/storage-class';
    const first = key in annotationsOf(object) ? [oldAnnotation(key, 'v1.8', 'storageClassName')] : [];
    return [...first, ...warnOnClaimSpec(objectAt(object, 'spec') ?? {}, 'spec')];
  },
  V1PersistentVolume: persistentVolume,
  V1StorageClass: (object) =>
    objectsAt(object, 'allowedTopologies').flatMap((topology, i) =>
      objectsAt(topology, 'matchLabelExpressions').flatMap((expression, j) => {
        const text = deprecatedLabel(asString(expression['key']));
        return text === undefined ? [] : [`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${text}`];
      }),
    ),
  V1CSIStorageCapacity: (object) => warnOnNodeSelector(objectAt(object, 'nodeTopology'), 'nodeTopology'),
  V1CSIDriver: (object, old) => {
    const spec = objectAt(object, 'spec') ?? {};
    const same = old !== undefined && deepEqual(spec['tokenRequests'], getPath(old, 'spec', 'tokenRequests'));
    if (same || objectsAt(spec, 'tokenRequests').length === 0 || !isUnset(spec, 'serviceAccountTokenInSecrets'))
      return [];
    return [
      'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes',
    ];
  },
  V1ValidatingAdmissionPolicy: staticName,
  V1ValidatingAdmissionPolicyBinding: staticName,
  V1MutatingAdmissionPolicy: staticName,
  V1MutatingAdmissionPolicyBinding: staticName,
  V1ValidatingWebhookConfiguration: staticName,
  V1MutatingWebhookConfiguration: staticName,
  V1RuntimeClass: (object) =>
    Object.keys(objectAt(objectAt(object, 'scheduling') ?? {}, 'nodeSelector') ?? {}).flatMap((key) => {
      const text = deprecatedLabel(key);
      return text === undefined ? [] : [`scheduling.nodeSelector: ${text}`];
    }),
  V1Node: (object) => {
    const spec = objectAt(object, 'spec') ?? {};
    return [
      ...(isUnset(spec, 'configSource') ? [] : ['spec.configSource: the feature is removed']),
      ...(isUnset(spec, 'externalID')
        ? []
        : ['spec.externalID: this field is deprecated, and is unused by Kubernetes']),
      ...texts(spec, 'podCIDRs').flatMap((cidr, i) => warnOnCidr(`spec.podCIDRs[${i}]`, cidr)),
    ];
  },
  V1ServiceAccount: (object, old) => {
    const key = 'kubernetes.io/enforce-mountable-secrets';
    if (!(key in annotationsOf(object)) || (old !== undefined && key in annotationsOf(old))) return [];
    return [
      `metadata.annotations[${key}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
    ];
  },
  V1Secret: (object) => {
    if (object['type'] !== 'kubernetes.io/tls') return [];
    const pem = (key: string): boolean => {
      const data = asString(getPath(object, 'data', key)) ?? '';
      return /-----BEGIN [^-]+-----/.test(Buffer.from(data, 'base64').toString('latin1'));
    };
    if (!pem('tls.crt')) return ['tls: failed to find any PEM data in certificate input'];
    return pem('tls.key') ? [] : ['tls: failed to find any PEM data in key input'];
  },
  V1ResourceQuota: (object, old) => (old === undefined ? quota(object) : []),
  V1Endpoints: (object) => {
    if (labelsOf(object)['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') return [];
    return objectsAt(object, 'subsets').flatMap((subset, i) =>
      ['addresses', 'notReadyAddresses'].flatMap((list) =>
        objectsAt(subset, list).flatMap((address, j) =>
          warnOnIp(`subsets[${i}].${list}[${j}].ip`, asString(address['ip']) ?? ''),
        ),
      ),
    );
  },
  V1EndpointSlice: (object, old) => {
    const managed = labelsOf(object)['endpointslice.kubernetes.io/managed-by'] ?? '';
    const deprecated = old === undefined && object['addressType'] === 'FQDN';
    const first = deprecated ? ['spec.addressType: FQDN endpoints are deprecated'] : [];
    if (managed.startsWith('endpointslice-controller') || managed.startsWith('endpointslicemirroring-controller'))
      return first;
    return [
      ...first,
      ...objectsAt(object, 'endpoints').flatMap((endpoint, i) =>
        texts(endpoint, 'addresses').flatMap((address, j) => warnOnIp(`endpoints[${i}].addresses[${j}]`, address)),
      ),
    ];
  },
};

function texts(object: Mutable, key: string): readonly string[] {
  return (asArray(object[key]) ?? []).map((value) => asString(value) ?? '');
}

function podName(object: JsonObject, use: string): readonly string[] {
  const problems = dnsLabel(nameOf(object));
  if (problems.length === 0) return [];
  return [
    `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`,
  ];
}

function newName(object: JsonObject, old: JsonObject | undefined): readonly string[] {
  return old === undefined ? podName(object, 'Pod names and hostnames') : [];
}

/** Updates warn only when they made a new generation. */
function changed(object: JsonObject, old: JsonObject | undefined): boolean {
  return old === undefined || getPath(object, 'metadata', 'generation') !== getPath(old, 'metadata', 'generation');
}

function template(object: Mutable, old: JsonObject | undefined): readonly string[] {
  if (!changed(object, old)) return [];
  const inner = objectAt(objectAt(object, 'spec') ?? {}, 'template');
  return inner === undefined ? [] : warnOnPod(inner, 'spec.template');
}

function statefulSet(object: Mutable, old: JsonObject | undefined): readonly string[] {
  const spec = objectAt(object, 'spec') ?? {};
  const inner = old === undefined ? '' : '.Spec';
  const limit = spec['revisionHistoryLimit'];
  return [
    ...template(object, old),
    ...objectsAt(spec, 'volumeClaimTemplates').flatMap((claim, i) =>
      warnOnClaimSpec(objectAt(claim, 'spec') ?? {}, `spec.volumeClaimTemplates[${i}]${inner}`),
    ),
    ...(typeof limit === 'bigint' && limit < 0n
      ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
      : []),
  ];
}

function jobSpec(spec: Mutable, path: string): readonly string[] {
  const number = (key: string): bigint => (typeof spec[key] === 'bigint' ? spec[key] : 0n);
  const huge =
    spec['completionMode'] === 'Indexed' && number('completions') > 100_000n && number('parallelism') > 10_000n;
  const text =
    'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail';
  return [...(huge ? [`${path}: ${text}`] : []), ...warnOnPod(objectAt(spec, 'template') ?? {}, `${path}.template`)];
}

function cronJob(object: Mutable, old: JsonObject | undefined): readonly string[] {
  const spec = objectAt(object, 'spec') ?? {};
  const inner = objectAt(objectAt(spec, 'jobTemplate') ?? {}, 'spec') ?? {};
  const zone = old !== undefined && (asString(spec['schedule']) ?? '').includes('TZ');
  return [
    ...newName(object, old),
    ...(changed(object, old) ? jobSpec(inner, 'spec.jobTemplate.spec') : []),
    ...(zone
      ? [
          'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
        ]
      : []),
  ];
}

function service(object: Mutable): readonly string[] {
  const spec = objectAt(object, 'spec') ?? {};
  const hints = 'service.kubernetes.io/topology-aware-hints';
  const headless = spec['type'] === 'ClusterIP' && spec['clusterIP'] === 'None';
  const externalName = spec['type'] === 'ExternalName';
  const external = texts(spec, 'externalIPs');
  const balancer = asString(spec['loadBalancerIP']) ?? '';
  const warnings: string[] = [];
  if (hints in annotationsOf(object)) {
    warnings.push(`annotation ${hints} is deprecated, please use service.kubernetes.io/topology-mode instead`);
  }
  if (spec['clusterIP'] !== 'None' && !isUnset(spec, 'clusterIP') && !externalName) {
    warnings.push(...texts(spec, 'clusterIPs').flatMap((ip, i) => warnOnIp(`spec.clusterIPs[${i}]`, ip)));
  }
  if (headless) {
    if (balancer !== '') warnings.push('spec.loadBalancerIP is ignored for headless services');
    if (external.length > 0) warnings.push('spec.externalIPs is ignored for headless services');
    if (spec['sessionAffinity'] !== 'None') warnings.push('spec.SessionAffinity is ignored for headless services');
  }
  warnings.push(...external.flatMap((ip, i) => warnOnIp(`spec.externalIPs[${i}]`, ip)));
  if (external.length > 0 && !headless && !externalName) {
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  }
  if (balancer !== '') warnings.push(...warnOnIp('spec.loadBalancerIP', balancer));
  const ranges = texts(spec, 'loadBalancerSourceRanges');
  warnings.push(...ranges.flatMap((cidr, i) => warnOnCidr(`spec.loadBalancerSourceRanges[${i}]`, cidr)));
  if (externalName && external.length > 0) {
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (!externalName && !isUnset(spec, 'externalName')) {
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (spec['trafficDistribution'] === 'PreferClose') {
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  }
  return warnings;
}

function networkPolicy(object: Mutable): readonly string[] {
  const spec = objectAt(object, 'spec') ?? {};
  return (
    [
      ['ingress', 'from'],
      ['egress', 'to'],
    ] as const
  ).flatMap(([direction, peers]) =>
    objectsAt(spec, direction).flatMap((rule, i) =>
      objectsAt(rule, peers).flatMap((peer, j) => {
        const block = objectAt(peer, 'ipBlock');
        if (block === undefined) return [];
        const path = `spec.${direction}[${i}].${peers}[${j}].ipBlock`;
        return [
          ...warnOnCidr(`${path}.cidr`, asString(block['cidr']) ?? ''),
          ...texts(block, 'except').flatMap((cidr, k) => warnOnCidr(`${path}.except[${k}]`, cidr)),
        ];
      }),
    ),
  );
}

function oldAnnotation(key: string, since: string, field: string): string {
  return `metadata.annotations[${key}]: deprecated since ${since}; use "${field}" attribute instead`;
}

function persistentVolume(object: Mutable): readonly string[] {
  const spec = objectAt(object, 'spec') ?? {};
  const annotations = annotationsOf(object);
  const warnings: string[] = [];
  for (const [key, since, field] of [
    ['volume.beta.kubernetes.io/storage-class', 'v1.8', 'storageClassName'],
    ['volume.beta.kubernetes.io/mount-options', 'v1.31', 'mountOptions'],
  ] as const) {
    if (key in annotations) warnings.push(oldAnnotation(key, since, field));
  }
  if (spec['persistentVolumeReclaimPolicy'] === 'Recycle') {
    warnings.push(
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    );
  }
  const required = objectAt(objectAt(spec, 'nodeAffinity') ?? {}, 'required') ?? {};
  const terms = objectsAt(required, 'nodeSelectorTerms');
  warnings.push(
    ...terms.flatMap((term, i) => warnOnNodeTerm(term, `spec.nodeAffinity.required.nodeSelectorTerms[${i}]`, false)),
  );
  for (const [key, shown] of [
    ['cephfs', 'cephfs'],
    ['photonPersistentDisk', 'photonPersistentDisk'],
    ['scaleIO', 'scaleIO'],
    ['storageos', 'storageOS'],
    ['glusterfs', 'glusterfs'],
    ['rbd', 'rbd'],
  ] as const) {
    if (!isUnset(spec, key)) warnings.push(`spec.${shown}: ${OLD_PLUGINS[shown] ?? ''}`);
  }
  return warnings;
}

function quota(object: Mutable): readonly string[] {
  const hard = objectAt(objectAt(object, 'spec') ?? {}, 'hard') ?? {};
  return ['cpu', 'memory', 'storage', 'ephemeral-storage'].flatMap((name) => {
    const bare = name === 'cpu' || name === 'memory' ? [`requests.${name}`, name] : [`requests.${name}`];
    const requestName = bare.find((key) => !isUnset(hard, key));
    const request = asString(hard[requestName ?? '']);
    const limit = asString(hard[`limits.${name}`]);
    const [a, b] = [parseQuantity(request ?? ''), parseQuantity(limit ?? '')];
    if (requestName === undefined || a === undefined || b === undefined || compareQuantity(a, b) <= 0) return [];
    return [`ResourceQuota ${requestName} (${request}) should be less than limits.${name} (${limit})`];
  });
}

/** Upstream: `WarningsForStaticSuffix` of `pkg/apis/admissionregistration/validation`. */
function staticName(object: Mutable): readonly string[] {
  const suffix = '.static.k8s.io';
  if (!nameOf(object).endsWith(suffix)) return [];
  const whose = 'are reserved for static manifest-based configurations and cannot be managed via the API';
  return [`metadata.name: names ending with "${suffix}" ${whose}`];
}
