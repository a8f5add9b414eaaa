import { asArray, asObject, asString, type JsonObject } from '../../model/json.ts';
import { gvkOf, nameOf, namespaceOf } from '../../model/resource.ts';
import { pathTest } from './flat.ts';

/** Fields that may differ, for some objects; for all when none is named. */
interface FieldBinding {
  readonly fields: readonly string[];
  readonly objects: readonly JsonObject[];
}

const ANY_KIND: readonly JsonObject[] = [{ kind: '*' }];

/**
 * What Kubernetes and controllers change by themselves.
 * Upstream: `pkg/k8smanifest/resources/default-config.yaml` of sigstore/k8s-manifest-sigstore, then
 * `pkg/engine/resources/default-config.yaml` of Kyverno.
 */
const BY_DEFAULT: readonly FieldBinding[] = [
  {
    fields: ['resourceBundleRef', 'signature', 'message', 'certificate', 'bundle'].map(
      (name) => `metadata.annotations.cosign.sigstore.dev/${name}`,
    ),
    objects: ANY_KIND,
  },
  {
    fields: [
      'metadata.managedFields.*',
      'metadata.resourceVersion',
      'metadata.selfLink',
      'metadata.annotations.kubectl.kubernetes.io/last-applied-configuration',
      'metadata.annotations.namespace',
      'metadata.creationTimestamp',
      'metadata.generation',
      'metadata.uid',
      'metadata.finalizers',
      'metadata.labels.app.kubernetes.io/instance',
      'status',
    ],
    objects: ANY_KIND,
  },
  { fields: ['secrets.*.name', 'imagePullSecrets.*.name'], objects: [{ kind: 'ServiceAccount' }] },
  { fields: ['spec.ports.*.nodePort', 'spec.clusterIP', 'spec.clusterIPs.0'], objects: [{ kind: 'Service' }] },
  { fields: ['metadata.annotations.deployment.kubernetes.io/revision'], objects: [{ kind: 'Deployment' }] },
  { fields: ['metadata.annotations.deprecated.daemonset.template.generation'], objects: [{ kind: 'DaemonSet' }] },
  { fields: ['spec.host'], objects: [{ kind: 'Route', group: 'route.openshift.io' }] },
  {
    fields: [
      'metadata.namespace',
      'spec.containers.*.imagePullPolicy',
      'spec.containers.*.terminationMessagePath',
      'spec.containers.*.terminationMessagePolicy',
      'spec.dnsPolicy',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.terminationGracePeriodSeconds',
      'metadata.annotations.control-plane.alpha.kubernetes.io/leader',
      'metadata.finalizers*',
      'metadata.annotations.deprecated.daemonset.template.generation',
      'metadata.annotations.deployment.kubernetes.io/revision',
    ],
    objects: ANY_KIND,
  },
  {
    fields: [
      'spec.volumes.*.name',
      'spec.volumes.*.projected.*',
      'spec.volumes.*.configMap.defaultMode',
      'spec.containers.*.volumeMounts.*',
      'spec.tolerations.*',
      'spec.enableServiceLinks',
      'spec.preemptionPolicy',
      'spec.priority',
      'spec.serviceAccount',
    ],
    objects: [{ kind: 'Pod' }],
  },
  {
    fields: [
      'spec.progressDeadlineSeconds',
      'spec.revisionHistoryLimit',
      'spec.strategy.*',
      'spec.template.metadata.creationTimestamp',
      'spec.containers.*.ports.*.protocol',
      'spec.containers.*.resources',
      'spec.securityContext',
    ],
    objects: [{ kind: 'Deployment' }],
  },
  {
    fields: ['spec.conversion.strategy', 'spec.names.listKind'],
    objects: [{ kind: 'CustomResourceDefinition' }],
  },
  {
    fields: [
      'spec.sessionAffinity',
      'spec.type',
      'spec.ipFamilies.*',
      'spec.ipFamilyPolicy',
      'spec.internalTrafficPolicy',
    ],
    objects: [{ kind: 'Service' }],
  },
  {
    fields: [
      'metadata.annotations.pod-policies.kyverno.io/autogen-controllers',
      'spec.failurePolicy',
      'spec.background',
      'spec.validationFailureAction',
    ],
    objects: [{ kind: 'ClusterPolicy' }, { kind: 'Policy' }],
  },
];

/** The fields of one object that are ignored. */
export interface IgnoredFields {
  /** Left out where manifests are compared to find out which one is meant. */
  readonly masks: (path: string) => boolean;
  /** Differences here do not count. `parsed`: upstream has rewritten brackets in the patterns by then. */
  readonly covers: (path: string, parsed: boolean) => boolean;
}

/** Compiles `ignoreFields` of a rule. */
export function compileIgnoredFields(manifests: JsonObject, domain: string): (object: JsonObject) => IgnoredFields {
  const own = (asArray(manifests['ignoreFields']) ?? []).map((item): FieldBinding => {
    const { fields = null, objects = null } = asObject(item) ?? {};
    return {
      fields: (asArray(fields) ?? []).map((field) => asString(field) ?? ''),
      objects: (asArray(objects) ?? []).map((object) => asObject(object) ?? {}),
    };
  });
  const annotations = ['message', 'signature', 'certificate', 'bundle', 'resourceBundleRef'].map(
    (name) => `metadata.annotations.${domain}/${name}*`,
  );
  const bindings = [...DEFAULT_TESTS, ...[...own, { fields: annotations, objects: ANY_KIND }].map(compileBinding)];
  return (object) => {
    const tests = bindings.filter(({ objects }) => concerns(objects, object)).flatMap((binding) => binding.tests);
    return {
      masks: (path) => tests.some(({ masks }) => masks(path)),
      covers: (path, parsed) => tests.some(({ covers }) => covers(path, parsed)),
    };
  };
}

interface CompiledBinding {
  readonly objects: readonly JsonObject[];
  readonly tests: readonly IgnoredFields[];
}

const DEFAULT_TESTS: readonly CompiledBinding[] = BY_DEFAULT.map(compileBinding);

function compileBinding({ fields, objects }: FieldBinding): CompiledBinding {
  return { objects, tests: fields.map(compileField) };
}

function compileField(field: string): IgnoredFields {
  const plain = field.split('.').map(withoutBrackets).join('.');
  const [masks, asWritten] = [pathTest(plain), pathTest(`${field}*`)];
  const asParsed = plain === field ? asWritten : pathTest(`${plain}*`);
  return { masks, covers: (path, parsed) => (parsed ? asParsed : asWritten)(path) };
}

/** `ports[0]` as `ports.0`. Upstream: `splitConcatKey` in `pkg/util/mapnode/node.go`. */
function withoutBrackets(part: string): string {
  return part.replace(/^(.*)\[(\d+)\]$/, (_, name: string, index: string) =>
    name === '' ? index : `${name}.${index}`,
  );
}

function concerns(references: readonly JsonObject[], object: JsonObject): boolean {
  if (references.length === 0) return true;
  const { group, version, kind } = gvkOf(object);
  const parts = { group, version, kind, name: nameOf(object), namespace: namespaceOf(object) };
  return references.some((reference) =>
    Object.entries(parts).every(([part, value]) => fits(asString(reference[part]) ?? '', value)),
  );
}

/** `""` and `*` fit anything, `-` nothing at all, `x*` a beginning, `a,b` either. Upstream: `MatchPattern`. */
export function fits(written: string, value: string): boolean {
  const pattern = written.trim();
  if (pattern === '' || pattern === '*' || (pattern === '-' && value === '')) return true;
  if (pattern.endsWith('*')) return value.startsWith(pattern.replace(/\*+$/, ''));
  if (pattern === value) return true;
  return pattern.includes(',') && pattern.split(',').some((part) => fits(part.trim(), value));
}
