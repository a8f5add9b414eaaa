import { asObject, type JsonObject } from '../model/json.ts';

const CEL_KINDS = ['ImageValidatingPolicy', 'GeneratingPolicy', 'MutatingPolicy', 'DeletingPolicy'];
const GROUP = 'policies.kyverno.io';
const ADMISSION = 'admissionregistration.k8s.io';

const UNSUPPORTED: ReadonlySet<string> = new Set([
  ...CEL_KINDS.flatMap((kind) => ['v1alpha1', 'v1beta1', 'v1'].map((version) => `${GROUP}/${version}/${kind}`)),
  ...CEL_KINDS.flatMap((kind) => ['v1beta1', 'v1'].map((version) => `${GROUP}/${version}/Namespaced${kind}`)),
  ...['v2beta1', 'v2'].flatMap((version) =>
    ['CleanupPolicy', 'ClusterCleanupPolicy'].map((kind) => `kyverno.io/${version}/${kind}`),
  ),
  ...['v1', 'v1beta1', 'v1alpha1'].flatMap((version) =>
    ['', 'Binding'].map((suffix) => `${ADMISSION}/${version}/MutatingAdmissionPolicy${suffix}`),
  ),
]);

/** `apiVersion/kind` of the kinds that Kyverno loads as policies and that have no field table here. */
export function unsupportedPolicyKinds(): readonly string[] {
  return [...UNSUPPORTED];
}

const VALIDATING: ReadonlySet<string> = new Set([
  ...['v1alpha1', 'v1beta1', 'v1'].map((version) => `${GROUP}/${version}/ValidatingPolicy`),
  ...['v1beta1', 'v1'].map((version) => `${GROUP}/${version}/NamespacedValidatingPolicy`),
]);

const SUPPORTED: ReadonlySet<string> = new Set([
  ...['v1', 'v2beta1'].flatMap((version) => ['ClusterPolicy', 'Policy'].map((kind) => `kyverno.io/${version}/${kind}`)),
  ...VALIDATING,
  ...['', 'Binding'].map((suffix) => `${ADMISSION}/v1/ValidatingAdmissionPolicy${suffix}`),
]);

/** True for ValidatingPolicy and NamespacedValidatingPolicy. */
export function isValidatingPolicy({
  apiVersion,
  kind,
}: {
  readonly apiVersion: string;
  readonly kind: string;
}): boolean {
  return VALIDATING.has(`${apiVersion}/${kind}`);
}

/** True for a ValidatingPolicy about requests to Envoy or an HTTP server: its expressions may use other things. */
export function isForServers({ kind, spec }: { readonly kind: string; readonly spec: JsonObject }): boolean {
  const mode = asObject(spec['evaluation'])?.['mode'];
  return kind === 'ValidatingPolicy' && (mode === 'Envoy' || mode === 'HTTP');
}

/**
 * True for every kind that the Kyverno CLI accepts in a policy file, PolicyExceptions aside.
 * Upstream: cmd/cli/kubectl-kyverno/policy/load.go.
 */
export function isPolicyKind(apiVersion: string, kind: string): boolean {
  return SUPPORTED.has(`${apiVersion}/${kind}`) || UNSUPPORTED.has(`${apiVersion}/${kind}`);
}

/**
 * Why a policy cannot be evaluated here, as a name to give to `NotSupportedError`; `undefined` when it can, be it only by
 * `test` and `apply`.
 */
export function unsupportedKind(policy: { readonly apiVersion: string; readonly kind: string }): string | undefined {
  const { apiVersion, kind } = policy;
  return SUPPORTED.has(`${apiVersion}/${kind}`) ? undefined : `${kind} of ${apiVersion}`;
}
