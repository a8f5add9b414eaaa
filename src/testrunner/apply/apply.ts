import {
  type CompiledPolicy,
  compilePolicy,
  failureActionOf,
  isAdmissionPolicyKind,
  unsupportedPolicy,
} from '../../engine/index.ts';
import { compileQuery, searchQuery } from '../../language/jmespath/index.ts';
import type { Clock, Environment, Lookup, RandomSource } from '../../model/environment.ts';
import { EvaluationError, InputError, NotSupportedError } from '../../model/failure.ts';
import { asArray, asString, getPath, type Json, type JsonObject, withNumbers } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import { checkPolicy, isValidatingPolicy } from '../../policy/index.ts';
import { compileAdmissionPolicies } from '../admission-policies.ts';
import { type CelContext, createCelHost } from '../cel-host.ts';
import { evaluateTest, type TestInputs } from '../evaluate.ts';
import { createFakeCluster, type FakeCluster } from '../fake-cluster.ts';
import { createTargetFinder } from '../find-targets.ts';
import { guessedPlural } from '../open-validating.ts';
import type { TestResponse } from '../responses.ts';
import type { UserInfoSpec, ValuesSpec } from '../test-document.ts';
import { compileValidatingPolicies } from '../validating-phase.ts';
import { createValues, type Values } from '../values.ts';

/** Policies and what they are applied to. */
export interface ApplyInput {
  readonly policies: readonly Policy[];
  readonly resources: readonly JsonObject[];
  /** Documents that policies in JSON mode judge. */
  readonly payloads?: readonly JsonObject[];
  /** Objects that mutate-existing rules may change. */
  readonly targets?: readonly JsonObject[];
  /** Further objects that context entries can read. */
  readonly others?: readonly JsonObject[];
  /** Objects that are parameters of ValidatingAdmissionPolicies; also among `others`. */
  readonly params?: readonly JsonObject[];
  /** Plural names of CustomResourceDefinitions, by `group/Kind`. */
  readonly plurals?: ReadonlyMap<string, string>;
  readonly values?: ValuesSpec;
  /** Variables for every policy and resource, stronger than `values`. */
  readonly set?: Readonly<Record<string, Json>>;
  readonly user?: UserInfoSpec;
  /** PolicyExceptions of `kyverno.io` and `policies.kyverno.io`. */
  readonly exceptions?: readonly JsonObject[];
  /** What calls of CEL policies to the cluster and to registries find. */
  readonly celContext?: CelContext;
  readonly clock: Clock;
  readonly random: RandomSource;
}

/** What one policy said to one resource. */
export interface AppliedResponse extends TestResponse {
  readonly source: Policy;
  /** The policy-wide action for this resource, which `--audit-warn` asks for. */
  readonly action: 'Enforce' | 'Audit';
}

/** Everything that `apply` found out. */
export interface ApplyOutcome {
  /** Resource by resource, and for each policy by policy. */
  readonly responses: readonly AppliedResponse[];
  /** Policies that Kyverno refuses, with its words. */
  readonly refused: readonly { readonly policy: string; readonly reason: string }[];
  /** What was judged, payloads at the end. */
  readonly resources: readonly JsonObject[];
}

/**
 * Applies policies to resources as `kyverno apply` does without a cluster: calls to the API server are answered from
 * the resources, ConfigMaps are not loaded. Throws `InputError`, and `NotSupportedError` for what is not built yet.
 * Upstream: `applyCommandHelper` in `cmd/cli/kubectl-kyverno/commands/apply/command.go`.
 */
export function applyAll(input: ApplyInput): ApplyOutcome {
  const checked = input.policies.map((policy) => ({ policy, reason: checkPolicy(policy, { mode: 'cli' }).refused }));
  const accepted = checked.filter(({ reason }) => reason === undefined).map(({ policy }) => policy);
  const own = accepted.filter((policy) => !isAdmissionPolicyKind(policy) && !isValidatingPolicy(policy));
  for (const policy of own) refuseUnsupported(policy);
  const entries = input.resources.filter(isGlobalEntry);
  const resources = input.resources.filter((resource) => !isGlobalEntry(resource));
  const compiled = own.map(compilePolicy);
  const inputs = inputsOf(input, compiled, accepted, resources, entries);
  const payloads = input.payloads ?? [];
  const judge = (given: Pick<TestInputs, 'resources' | 'payloads'>) => {
    const { trigger } = evaluateTest({ ...inputs, ...given }, []);
    return [...trigger.values()].flat().map((response) => withSource(response, inputs));
  };
  const responses = [
    ...resources.flatMap((resource) => judge({ resources: [resource] })),
    ...payloads.flatMap((document) => judge({ resources: [], payloads: [{ name: '', document }] })),
  ];
  const refused = checked.flatMap(({ policy, reason }) =>
    reason === undefined ? [] : [{ policy: policy.name, reason }],
  );
  return { responses, refused, resources: [...resources, ...payloads] };
}

const WHERE = 'the command line';

function refuseUnsupported(policy: Policy): void {
  const kind = unsupportedPolicy(policy);
  if (kind !== undefined) throw new NotSupportedError(kind, `policy ${policy.name}`);
}

function inputsOf(
  input: ApplyInput,
  policies: readonly CompiledPolicy[],
  accepted: readonly Policy[],
  resources: readonly JsonObject[],
  entries: readonly JsonObject[],
): TestInputs {
  const { clock, random, exceptions = [], user, others = [], targets = [] } = input;
  const fake = createFakeCluster([...resources, ...targets, ...others]);
  const values = overridden(createValues(input.values ?? {}), input.set ?? {});
  const globalReference = entries.length === 0 ? {} : { globalReference: globalEntries(entries, fake, input) };
  const validating = accepted.filter(isValidatingPolicy);
  const { objects = [], images = new Map() } = input.celContext ?? {};
  const environment: Environment = {
    clock,
    random,
    data: { apiCall: fake.apiCall, ...globalReference },
    findTargets: createTargetFinder([...resources, ...targets, ...others], input.plurals ?? new Map(), WHERE),
    namespaceLabels: values.namespaceLabels,
    exceptions,
    registry: { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true },
  };
  return {
    policies,
    admissionPolicies: {
      policies: compileAdmissionPolicies(accepted),
      params: input.params ?? [],
      plurals: input.plurals ?? new Map(),
    },
    validatingPolicies: compileValidatingPolicies(validating, exceptions, {
      resources: resources.length > 0,
      payloads: (input.payloads ?? []).length > 0,
    }),
    surroundings: {
      namespaceObject: values.namespaceObject,
      host: createCelHost({
        clock,
        random,
        objects: { list: objects, plurals: new Map(), isCluster: false },
        images,
      }),
    },
    pluralOf: guessedPlural,
    resources,
    targets,
    values,
    user,
    environment,
    cloneSources: () => [],
    liveNamespaceLabels: fake.namespaceLabels,
    place: { file: WHERE },
    clusterMode: false,
  };
}

function overridden(values: Values, set: Readonly<Record<string, Json>>): Values {
  if (Object.keys(set).length === 0) return values;
  return { ...values, forResource: (policy, resource) => ({ ...values.forResource(policy, resource), ...set }) };
}

function withSource(
  response: TestResponse,
  { policies, admissionPolicies, validatingPolicies, environment: { namespaceLabels } }: TestInputs,
): AppliedResponse {
  const { kind, name, namespace } = response.policy;
  const isMeant = ({ policy }: { readonly policy: Policy }) =>
    policy.kind === kind && policy.name === name && policy.namespace === namespace;
  const found = policies.find(isMeant);
  const ruleless = [...admissionPolicies.policies, ...validatingPolicies].find(isMeant);
  // The command knows no action of theirs, and takes that for Audit.
  if (ruleless !== undefined) return { ...response, source: ruleless.policy, action: 'Audit' };
  if (found === undefined) throw new Error(`no policy ${name}`);
  const where = namespaceOf(response.resource);
  return { ...response, source: found.policy, action: failureActionOf(found, '', '', where, namespaceLabels(where)) };
}

function isGlobalEntry({ apiVersion, kind }: JsonObject): boolean {
  return apiVersion === 'kyverno.io/v2' && kind === 'GlobalContextEntry';
}

/** Upstream: `commands/apply/global_context.go`: lists of the local objects and their projections. */
function globalEntries(
  entries: readonly JsonObject[],
  fake: FakeCluster,
  { clock, random }: ApplyInput,
): (name: string) => Lookup<Json> {
  const table = new Map<string, Json>();
  for (const entry of entries) {
    const source = getPath(entry, 'spec', 'kubernetesResource');
    if (source === undefined || source === null) continue;
    const text = (field: string): string => asString(getPath(source, field)) ?? '';
    const root = text('group') === '' ? `/api/${text('version')}` : `/apis/${text('group')}/${text('version')}`;
    const scope = text('namespace') === '' ? '' : `/namespaces/${text('namespace')}`;
    const call = { method: 'GET', url: `${root}${scope}/${text('resource')}`, service: false } as const;
    const listed = fake.apiCall(call);
    const objects = listed.ok ? (asArray(getPath(listed.value, 'items')) ?? []) : [];
    table.set(nameOf(entry), objects);
    for (const projection of asArray(getPath(entry, 'spec', 'projections')) ?? []) {
      const query = asString(getPath(projection, 'jmesPath')) ?? '';
      const name = `${nameOf(entry)}.${asString(getPath(projection, 'name')) ?? ''}`;
      try {
        table.set(name, searchQuery(compileQuery(query), withNumbers(objects, 'int'), { clock, random }));
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
        throw new InputError({ code: 'bad-projection', message: `projection \`${name}\`: ${error.message}` });
      }
    }
  }
  return (name) => {
    const value = table.get(name);
    return value === undefined ? { ok: false, error: `failed to fetch entry key=${name}` } : { ok: true, value };
  };
}
