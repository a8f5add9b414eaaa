import { type CompiledPolicy, compilePolicy, ruleNamesOf, unsupportedRules } from '../engine/index.ts';
import type { Clock, Environment, RandomSource } from '../model/environment.ts';
import { type Failure, InputError, NotSupportedError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { evaluateTest } from './evaluate.ts';
import { loadExceptions } from './exceptions.ts';
import type { FileSystem } from './file-system.ts';
import { createGlobalContext } from './global-context.ts';
import { judgeRow, type TableLine } from './judge.ts';
import { loadResources, loadUserInfo, loadValues } from './load-inputs.ts';
import { loadPolicies, type PolicyReader } from './load-policies.ts';
import { createManifestCheck } from './manifest-check.ts';
import { createApiCallMocks } from './mocks.ts';
import { uniqueResources } from './resources.ts';
import type { TestRun } from './responses.ts';
import { type StrictFinding, strictFindings } from './strict.ts';
import type { ResultRow, TestDocument } from './test-document.ts';
import { createValues } from './values.ts';

/** What tests need from outside; `known` and `compiled` carry work over from test to test. */
export interface TestHost {
  readonly files: FileSystem;
  readonly policies: PolicyReader;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly known: Map<string, readonly Policy[]>;
  readonly compiled: WeakMap<Policy, CompiledPolicy>;
}

/** A test that ran. */
export interface JudgedTest {
  readonly test: TestDocument;
  readonly state: 'judged';
  readonly rows: readonly ResultRow[];
  readonly lines: readonly TableLine[];
  readonly findings: readonly StrictFinding[];
  readonly run: TestRun;
  readonly policies: number;
  readonly resources: number;
  readonly exceptions: number;
  /** Policy documents that did not load, resource files left out, duplicate resources: the run went on without them. */
  readonly losses: readonly Failure[];
}

/** A test that could not run: `unsupported` names what is not built yet, `broken` what is wrong with it. */
export type UnrunTest =
  | {
      readonly test: TestDocument;
      readonly state: 'unsupported';
      readonly rows: readonly ResultRow[];
      readonly features: readonly string[];
    }
  | {
      readonly test: TestDocument;
      readonly state: 'broken';
      readonly rows: readonly ResultRow[];
      readonly failures: readonly Failure[];
    };

/** What became of a test document. */
export type TestResult = JudgedTest | UnrunTest;

/** Runs one test document with those of its rows that were selected. */
export function runTest(test: TestDocument, rows: readonly ResultRow[], host: TestHost): TestResult {
  try {
    return run(test, rows, host);
  } catch (error) {
    if (error instanceof NotSupportedError) return { test, state: 'unsupported', rows, features: [error.feature] };
    if (error instanceof InputError) return { test, state: 'broken', rows, failures: error.failures };
    throw error;
  }
}

function run(test: TestDocument, rows: readonly ResultRow[], host: TestHost): TestResult {
  const { files } = host;
  const values = createValues(loadValues(test, files));
  const user = loadUserInfo(test, files);
  const policies = loadPolicies(test, files, host.policies, host.known);
  const compiled = policies.accepted.map((policy) => compileOnce(policy, host));
  const features = unsupportedFeatures(test, compiled);
  if (features.length > 0) return { test, state: 'unsupported', rows, features };
  const clusterKinds = new Set<string>();
  const loaded = loadResources(test, test.spec.resources ?? [], 'float', clusterKinds, files);
  const { kept, dropped } = uniqueResources(loaded.objects);
  const exceptions = loadExceptions(test, files);
  const globalReference = createGlobalContext(test, files, host);
  const environment: Environment = {
    clock: host.clock,
    random: host.random,
    data: globalReference === undefined ? {} : { globalReference },
    namespaceLabels: values.namespaceLabels,
    exceptions,
    registry: { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true },
  };
  const apiCallMocks = createApiCallMocks(test);
  const testRun = evaluateTest(
    {
      policies: compiled,
      resources: kept,
      values,
      user,
      environment,
      clusterMode: false,
      ...(apiCallMocks === undefined ? {} : { apiCallMocks }),
    },
    operationsOf(rows, test),
  );
  const context = { invalidPolicies: policies.refused, checkManifests: createManifestCheck(test, clusterKinds, files) };
  const byRow = rows.map((row, index) => judgeRow(row, index, testRun, context));
  const byName = new Map(policies.accepted.map((policy) => [policy.name, policy]));
  const strict = {
    policyNames: [...byName.keys()],
    refused: policies.refused,
    ruleNames: (name: string): readonly string[] | undefined => {
      const policy = byName.get(name);
      return policy === undefined ? undefined : ruleNamesOf(policy);
    },
  };
  return {
    test,
    state: 'judged',
    rows,
    lines: byRow.flat(),
    findings: rows.flatMap((row, index) => strictFindings(row, index, byRow[index] ?? [], testRun, strict)),
    run: testRun,
    policies: compiled.length,
    resources: kept.length,
    exceptions: exceptions.length,
    losses: losses(test, policies.failures, loaded.unreadable, dropped),
  };
}

function compileOnce(policy: Policy, host: TestHost): CompiledPolicy {
  const known = host.compiled.get(policy);
  if (known !== undefined) return known;
  const compiled = compilePolicy(policy);
  host.compiled.set(policy, compiled);
  return compiled;
}

function unsupportedFeatures(test: TestDocument, compiled: readonly CompiledPolicy[]): readonly string[] {
  const features = new Set<string>();
  for (const { policy } of compiled) {
    if (!policy.apiVersion.startsWith('kyverno.io/') || !/^(Cluster)?Policy$/.test(policy.kind))
      features.add(policy.kind);
    else for (const { type } of unsupportedRules(policy)) features.add(type);
  }
  const { spec } = test;
  for (const field of [
    'clusterResources',
    'targetResources',
    'paramResources',
    'httpPayloads',
    'envoyPayloads',
    'jsonPayloads',
    'jsonPayload',
  ] as const) {
    if ((spec[field]?.length ?? 0) > 0) features.add(`\`${field}\` in a test`);
  }
  return [...features].sort();
}

/** The operations that rows ask for. Throws `InputError` for one that is none. */
function operationsOf(rows: readonly ResultRow[], test: TestDocument): readonly string[] {
  const operations = new Set<string>();
  for (const { operation } of rows) {
    if (operation === undefined || operation === '') continue;
    if (!['CREATE', 'UPDATE', 'DELETE'].includes(operation)) {
      const message = `invalid operation "${operation}", must be one of CREATE, UPDATE, DELETE`;
      throw new InputError({ code: 'bad-operation', message, place: { file: test.file } });
    }
    operations.add(operation);
  }
  return [...operations];
}

function losses(
  test: TestDocument,
  failures: readonly Failure[],
  unreadable: readonly string[],
  dropped: readonly JsonObject[],
): readonly Failure[] {
  const place = { file: test.file };
  return [
    ...failures,
    ...unreadable.map((path) => ({
      code: 'unreadable-resource',
      message: `the resource file \`${path}\` cannot be read`,
      place,
    })),
    ...dropped.map((object) => ({
      code: 'duplicate-resource',
      message: `the resource ${JSON.stringify(object['metadata'])} is there twice`,
      place,
    })),
  ];
}
