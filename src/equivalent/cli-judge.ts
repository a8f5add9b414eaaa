import { compilePolicy, isAdmissionPolicyKind } from '../engine/index.ts';
import type { Environment } from '../model/environment.ts';
import { EvaluationError, type Failure, InputError, NotSupportedError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { nameOf } from '../model/resource.ts';
import { isValidatingPolicy } from '../policy/index.ts';
import { compileAdmissionPolicies } from '../testrunner/admission-policies.ts';
import { createCelHost } from '../testrunner/cel-host.ts';
import { evaluateTest, type TestInputs } from '../testrunner/evaluate.ts';
import { createFakeCluster } from '../testrunner/fake-cluster.ts';
import { guessedPlural } from '../testrunner/open-validating.ts';
import { createPolicyReader } from '../testrunner/policy-reader.ts';
import { normalizeResource } from '../testrunner/resources.ts';
import type { TestResponse } from '../testrunner/responses.ts';
import { compileValidatingPolicies } from '../testrunner/validating-phase.ts';
import { createValues } from '../testrunner/values.ts';
import type { Surrounding } from './admission-judge.ts';
import type { Draft } from './draft.ts';
import { type Judge, type Judgement, worstStatus } from './judgement.ts';
import { isJudging, type PolicySet } from './policy-set.ts';

/**
 * Asks a set as `kyverno test` would: the object as it stands, no API server before it. Throws `InputError` for policies
 * that the command line would refuse.
 */
export function cliJudge(set: PolicySet, surrounding: Surrounding): Judge {
  refuseFaulty(set.policies);
  const policies = set.policies
    .filter((policy) => isJudging(policy) && !isAdmissionPolicyKind(policy) && !isValidatingPolicy(policy))
    .map((policy) => compilePolicy(policy));
  const all = [...surrounding.objects, ...set.objects];
  const clusterMode = all.some(
    ({ kind }) => kind !== 'Namespace' && kind !== 'CustomResourceDefinition' && kind !== 'PolicyException',
  );
  const cluster = createFakeCluster(all);
  const environment: Environment = {
    clock: surrounding.clock,
    random: surrounding.random,
    data: clusterMode ? { configMap: cluster.configMap, apiCall: cluster.apiCall } : {},
    namespaceLabels: cluster.namespaceLabels,
    exceptions: set.objects.filter(({ kind }) => kind === 'PolicyException'),
    registry: { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true },
  };
  const inputs: Omit<TestInputs, 'resources' | 'values' | 'user'> = {
    policies,
    admissionPolicies: {
      policies: compileAdmissionPolicies(set.policies),
      params: set.objects,
      plurals: new Map(),
    },
    validatingPolicies: compileValidatingPolicies(set.policies.filter(isValidatingPolicy), environment.exceptions, {
      resources: true,
      payloads: false,
    }),
    surroundings: {
      namespaceObject: (name) => all.find((one) => one['kind'] === 'Namespace' && nameOf(one) === name),
      host: createCelHost({
        ...surrounding,
        objects: { list: all, plurals: new Map(), isCluster: clusterMode },
      }),
    },
    pluralOf: guessedPlural,
    targets: [],
    environment,
    cloneSources: () => [],
    liveNamespaceLabels: cluster.namespaceLabels,
    place: { file: set.title },
    clusterMode,
  };
  return (draft) => {
    try {
      return judged(inputs, draft);
    } catch (error) {
      if (error instanceof NotSupportedError)
        return { kind: 'unsupported', feature: error.message.replace(/^not supported yet: /, '') };
      if (error instanceof InputError || error instanceof EvaluationError)
        return { kind: 'invalid', reason: error.message };
      throw error;
    }
  };
}

function judged(inputs: Omit<TestInputs, 'resources' | 'values' | 'user'>, draft: Draft): Judgement {
  const { operation, user } = draft;
  const resource: JsonObject = normalizeResource(draft.object, new Set());
  const values = createValues(operation === 'CREATE' ? {} : { globalValues: { 'request.operation': operation } });
  const asked = user === undefined ? undefined : { userInfo: { username: user.username, groups: user.groups ?? [] } };
  const run = evaluateTest({ ...inputs, resources: [resource], values, user: asked }, []);
  const responses: readonly TestResponse[] = [...run.trigger.values()].flat();
  const rules = responses
    .flatMap(({ policy, rules: answers }) => answers.map((answer) => ({ ...answer, policy: policy.name })))
    .filter(({ type }) => type === 'Validation' || type === 'ImageVerify');
  return { kind: 'judged', status: worstStatus(rules), rules, denied: [], message: '' };
}

function refuseFaulty(policies: readonly Policy[]): void {
  const reader = createPolicyReader();
  const failures = policies.flatMap((policy): readonly Failure[] => {
    const refusal = reader.refusal(policy);
    if (refusal === undefined) return [];
    const message = `Kyverno refuses the policy \`${policy.name}\`: ${refusal.trim()}`;
    return [{ code: 'refused-policy', message, ...(policy.place === undefined ? {} : { place: policy.place }) }];
  });
  if (failures.length > 0) throw new InputError(...failures);
}
