import {
  type CompiledPolicy,
  compilePolicy,
  isAdmissionPolicyKind,
  ruleNamesOf,
  unsupportedPolicy,
} from '../engine/index.ts';
import type { Environment } from '../model/environment.ts';
import { type Failure, InputError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { nameOf, namespaceOf } from '../model/resource.ts';
import { isForServers, isValidatingPolicy } from '../policy/index.ts';
import { compileAdmissionPolicies } from './admission-policies.ts';
import { createCloneSources } from './clone-sources.ts';
import type { TestInputs } from './evaluate.ts';
import { loadExceptions } from './exceptions.ts';
import { createFakeCluster, loadClusterObjects } from './fake-cluster.ts';
import { createFakeObjects } from './fake-objects.ts';
import { createTargetFinder } from './find-targets.ts';
import { createGlobalContext } from './global-context.ts';
import type { TestHost } from './host.ts';
import { loadJsonPayloads } from './json-payloads.ts';
import { loadResources, loadUserInfo, loadValues } from './load-inputs.ts';
import { type LoadedPolicies, loadPolicies } from './load-policies.ts';
import { createApiCallMocks } from './mocks.ts';
import { openValidatingPolicies } from './open-validating.ts';
import { resourceKey, uniqueResources } from './resources.ts';
import type { NamesOfTest } from './strict.ts';
import type { ResultRow, TestDocument } from './test-document.ts';
import { createValues } from './values.ts';

/** A test with all its files read. */
export interface OpenTest {
  readonly inputs: TestInputs;
  readonly names: NamesOfTest;
  /** Refusal text by name of the policies that were dropped as invalid. */
  readonly refused: ReadonlyMap<string, string>;
  /** Cluster-scoped kinds beside the built-in ones. */
  readonly clusterKinds: ReadonlySet<string>;
  /** What the engine cannot answer yet; empty when the test can be run. */
  readonly unsupported: readonly string[];
  readonly exceptions: number;
  /** Policy documents that did not load, resource files left out, duplicate resources: the run goes on without them. */
  readonly losses: readonly Failure[];
}

/** Reads all files of a test. Throws `InputError` for what stops the real command, `NotSupportedError`. */
export function openTest(test: TestDocument, host: TestHost): OpenTest {
  const { files } = host;
  const { spec } = test;
  const values = createValues(loadValues(test, files));
  checkGlobalOperation(values.global['request.operation'], test);
  const user = loadUserInfo(test, files);
  const policies = loadPolicies(test, files, host.policies, host.known);
  const compiled = policies.accepted
    .filter((policy) => !isAdmissionPolicyKind(policy) && !isValidatingPolicy(policy))
    .map((policy) => compileOnce(policy, host));
  const admissionPolicies = compileAdmissionPolicies(policies.accepted);
  const cluster = loadClusterObjects(test, files);
  const clusterKinds = cluster?.clusterKinds ?? new Set<string>();
  const loaded = loadResources(test, spec.resources ?? [], 'float', clusterKinds, files);
  const { kept, dropped } = uniqueResources(loaded.objects);
  const targets = loadResources(test, spec.targetResources ?? [], 'int', clusterKinds, files);
  const parameters = loadResources(test, spec.paramResources ?? [], 'int', clusterKinds, files);
  const exceptions = loadExceptions(test, files);
  if (exceptions.length > 0 && admissionPolicies.length > 0) throw exceptionsRefused(test);
  const globalReference = createGlobalContext(test, files, host);
  const payloads = loadJsonPayloads(test, files);
  const all = [...kept, ...targets.objects, ...parameters.objects, ...(cluster?.objects ?? [])];
  const fake = cluster === undefined ? undefined : createFakeCluster(all, cluster.plurals);
  if (fake !== undefined) checkNamespaces(test, kept, values.namespaceLabels, fake.namespaceLabels);
  const environment: Environment = {
    clock: host.clock,
    random: host.random,
    data: {
      ...(globalReference === undefined ? {} : { globalReference }),
      ...(fake === undefined ? {} : { configMap: fake.configMap, apiCall: fake.apiCall }),
    },
    namespaceLabels: (name) => values.namespaceLabels(name) ?? fake?.namespaceLabels(name),
    findTargets: createTargetFinder(all, cluster?.plurals ?? new Map(), test.file),
    exceptions,
    registry: { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true },
  };
  const apiCallMocks = createApiCallMocks(test);
  const clusterMode = cluster !== undefined;
  const mocks = apiCallMocks === undefined ? {} : { apiCallMocks };
  const validating = openValidatingPolicies(test, host, {
    policies: policies.accepted.filter(isEvaluatedHere),
    ...{ exceptions, values, cluster, objects: all, apiCallMocks, globalReference },
    judged: { resources: kept.length > 0, payloads: payloads.length > 0 },
  });
  return {
    inputs: {
      policies: compiled,
      admissionPolicies: {
        policies: admissionPolicies,
        params: parameters.objects,
        plurals: cluster?.plurals ?? new Map(),
        ...(clusterMode ? { cluster: createFakeObjects(all, test.file) } : {}),
      },
      resources: kept,
      targets: targets.objects,
      values,
      user,
      environment,
      cloneSources: createCloneSources(test, clusterKinds, files),
      liveNamespaceLabels: createFakeCluster(all).namespaceLabels,
      place: { file: test.file },
      clusterMode,
      payloads,
      ...validating,
      ...mocks,
    },
    names: namesOf(test, policies, kept, targets.objects),
    refused: policies.refused,
    clusterKinds,
    unsupported: unsupportedFeatures(test, compiled),
    exceptions: exceptions.length,
    losses: [...policies.failures, ...unreadable(test, loaded.unreadable), ...duplicates(test, dropped)],
  };
}

/** Policies for requests of Envoy and HTTP are not asked about resources. */
function isEvaluatedHere(policy: Policy): boolean {
  return isValidatingPolicy(policy) && !isForServers(policy);
}

function compileOnce(policy: Policy, host: TestHost): CompiledPolicy {
  const known = host.compiled.get(policy);
  if (known !== undefined) return known;
  const compiled = compilePolicy(policy);
  host.compiled.set(policy, compiled);
  return compiled;
}

function unsupportedFeatures({ spec }: TestDocument, compiled: readonly CompiledPolicy[]): readonly string[] {
  const features = new Set<string>();
  for (const { policy } of compiled) {
    const kind = unsupportedPolicy(policy);
    if (kind !== undefined) features.add(kind);
  }
  for (const field of ['httpPayloads', 'envoyPayloads'] as const) {
    if ((spec[field]?.length ?? 0) > 0) features.add(`\`${field}\` in a test`);
  }
  return [...features].sort();
}

function namesOf(
  { spec }: TestDocument,
  { accepted, refused, failures }: LoadedPolicies,
  resources: readonly JsonObject[],
  targets: readonly JsonObject[],
): NamesOfTest {
  const byName = Map.groupBy(accepted, (policy) => policy.name);
  const hasPayloads = [spec.httpPayloads, spec.envoyPayloads, spec.jsonPayloads, spec.jsonPayload].some(
    (payloads) => (payloads?.length ?? 0) > 0,
  );
  const keys = {
    triggers: new Map(resources.map((resource) => [resourceKey(resource), resource])),
    targets: new Map(targets.map((target) => [resourceKey(target), target])),
  };
  return {
    policies: [...byName.keys()],
    hasLost: failures.length > 0,
    refused,
    rules: (name) => {
      const policies = byName.get(name) ?? [];
      return policies.every(
        ({ apiVersion, kind }) => apiVersion.startsWith('kyverno.io/') && /^(Cluster)?Policy$/.test(kind),
      )
        ? policies.flatMap(ruleNamesOf)
        : undefined;
    },
    keys: () => (hasPayloads ? undefined : keys),
  };
}

/** Upstream: `NormalizeValuesOperation` in `cmd/cli/kubectl-kyverno/processor`. */
function checkGlobalOperation(operation: unknown, test: TestDocument): void {
  if (operation === undefined || operation === '') return;
  const known = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'];
  if (typeof operation === 'string' && known.includes(operation)) return;
  throw new InputError({
    code: 'bad-operation',
    message: `invalid request.operation value ${JSON.stringify(operation)}, must be one of ${known.join(', ')}`,
    place: { file: test.file },
    hint: 'correct `request.operation` under `globalValues`',
  });
}

function exceptionsRefused(test: TestDocument): InputError {
  return new InputError({
    code: 'exceptions-refused',
    message: 'use of exceptions with ValidatingAdmissionPolicies is not supported',
    place: { file: test.file },
    hint: 'test the admission policies in a test of their own',
  });
}

/** With a fake cluster each resource needs a namespace that is known. */
function checkNamespaces(
  test: TestDocument,
  resources: readonly JsonObject[],
  ...sources: readonly ((name: string) => Readonly<Record<string, string>> | undefined)[]
): void {
  for (const resource of resources) {
    const namespace = namespaceOf(resource);
    if (namespace === '' || resource['kind'] === 'Namespace') continue;
    if (sources.some((labels) => labels(namespace) !== undefined)) continue;
    throw new InputError({
      code: 'no-namespace',
      message: `the namespace \`${namespace}\` of ${nameOf(resource)} is not among the \`clusterResources\``,
      place: { file: test.file },
      hint: 'add a Namespace there',
    });
  }
}

function unreadable(test: TestDocument, paths: readonly string[]): readonly Failure[] {
  return paths.map((path) => ({
    code: 'unreadable-resource',
    message: `the resource file \`${path}\` cannot be read`,
    place: { file: test.file },
    hint: 'correct the path under `resources`',
  }));
}

function duplicates(test: TestDocument, dropped: readonly JsonObject[]): readonly Failure[] {
  return dropped.map((object) => ({
    code: 'duplicate-resource',
    message: `the resource ${resourceKey(object).replaceAll(',', '/')} is there twice; the first one counts`,
    place: { file: test.file },
    hint: 'delete or rename one',
  }));
}

/** The operations that rows ask for. Throws `InputError` for one that is none. */
export function operationsOf(rows: readonly ResultRow[], test: TestDocument): readonly string[] {
  const operations = new Set<string>();
  for (const [index, { operation }] of rows.entries()) {
    if (operation === undefined || operation === '') continue;
    if (!['CREATE', 'UPDATE', 'DELETE'].includes(operation)) {
      const message = `invalid operation "${operation}", must be one of CREATE, UPDATE, DELETE`;
      throw new InputError({ code: 'bad-operation', message, place: test.rowPlace(index) });
    }
    operations.add(operation);
  }
  return [...operations];
}
