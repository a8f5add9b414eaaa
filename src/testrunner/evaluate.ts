import {
  type CompiledPolicy,
  type EngineRequest,
  evaluatePolicy,
  hasImageChecks,
  hasMutate,
  hasValidate,
  hasVerifyImages,
  isAdmissionPolicyKind,
  isEmptyOutcome,
  mutatePolicy,
  type Observer,
  verifyPolicyImages,
  withOutcomes,
} from '../engine/index.ts';
import { asString, deepEqual, getPath, type Json, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { nameOf } from '../model/resource.ts';
import type { PolicyResponse } from '../model/response.ts';
import { isValidatingPolicy } from '../policy/index.ts';
import { type AdmissionPolicies, judgeByAdmissionPolicies } from './admission-policies.ts';
import { admissionRequest } from './admission-request.ts';
import { type GenerateInputs, generateFor } from './generate-phase.ts';
import type { JsonPayload } from './json-payloads.ts';
import { resourceKey } from './resources.ts';
import { type ResponseMap, type TestResponse, type TestRun, targetAnswer } from './responses.ts';
import type { UserInfoSpec } from './test-document.ts';
import { type ValidatingInputs, validatePayload, validateResource } from './validating-phase.ts';
import type { Values } from './values.ts';

/** Everything a test evaluates. */
export interface TestInputs extends GenerateInputs, ValidatingInputs {
  /** Accepted policies of `kyverno.io` in load order. */
  readonly policies: readonly CompiledPolicy[];
  readonly admissionPolicies: AdmissionPolicies;
  readonly resources: readonly JsonObject[];
  /** Documents for policies in JSON mode. */
  readonly payloads?: readonly JsonPayload[];
  /** What `targetResources` holds. */
  readonly targets: readonly JsonObject[];
  readonly values: Values;
  readonly user: UserInfoSpec | undefined;
  readonly apiCallMocks?: EngineRequest['apiCallMocks'];
  /** Labels of the Namespace objects among what the test loads. */
  readonly liveNamespaceLabels: (namespace: string) => Readonly<Record<string, string>> | undefined;
  /** True with a fake cluster: `subresources` values are then ignored. */
  readonly clusterMode: boolean;
}

/**
 * Runs a test: once as it is, and once more for each operation that one of its rows asks for, in alphabetical order.
 * Values that change a resource stay in it for the policies and runs that follow, as in the real command.
 */
export function evaluateTest(inputs: TestInputs, operations: readonly string[]): TestRun {
  const trigger = new Map<string, readonly TestResponse[]>();
  const sorted = [...operations].sort();
  const byOperation = new Map(sorted.map((operation) => [operation, new Map<string, readonly TestResponse[]>()]));
  for (const resource of inputs.resources) {
    const key = resourceKey(resource);
    let current = evaluateResource(inputs, resource, resource, key, undefined);
    trigger.set(key, current.responses);
    for (const [operation, responses] of byOperation) {
      current = evaluateResource(inputs, resource, current.resource, key, operation);
      responses.set(key, current.responses);
    }
  }
  for (const { name, document } of inputs.payloads ?? []) trigger.set(name, evaluatePayload(inputs, name, document));
  return { trigger, byOperation, targets: responsesByTarget(inputs.targets, [trigger, ...byOperation.values()]) };
}

/** Other policies are asked about an object that is not there. */
function evaluatePayload(inputs: TestInputs, key: string, resource: JsonObject): readonly TestResponse[] {
  const silent = (test: (policy: Policy) => boolean) =>
    inputs.policies
      .filter(({ policy }) => test(policy))
      .map((compiled) => respond(compiled.policy, unanswered(compiled), key, resource));
  return [
    ...silent(({ rules }) => rules.some(hasMutate)),
    ...silent(({ rules }) => rules.some(hasVerifyImages)),
    ...silent(isChecked),
    ...validatePayload(inputs, resource).map(({ compiled, response }) =>
      respond(compiled.policy, response, key, resource),
    ),
  ];
}

function respond(policy: Policy, response: PolicyResponse, key: string, resource: JsonObject): TestResponse {
  const scored = policy.annotations['policies.kyverno.io/scored'] !== 'false';
  const ruleless = isValidatingPolicy(policy) || isAdmissionPolicyKind(policy);
  return { ...response, key, resource, ruleless, scored, lost: false };
}

/** Responses of all runs by the target that they patched. */
function responsesByTarget(targets: readonly JsonObject[], runs: readonly ResponseMap[]): ResponseMap {
  const all = runs.flatMap((run) => [...run.values()].flat());
  const byTarget = new Map<string, readonly TestResponse[]>();
  for (const key of new Set(targets.map(resourceKey))) {
    const found = all.filter((response) => targetAnswer(response, key) !== undefined);
    if (found.length > 0) byTarget.set(key, found);
  }
  return byTarget;
}

/** Answers, and the resource as values have left it. */
interface Evaluated {
  readonly responses: readonly TestResponse[];
  readonly resource: JsonObject;
}

function evaluateResource(
  inputs: TestInputs,
  original: JsonObject,
  given: JsonObject,
  key: string,
  rowOperation: string | undefined,
): Evaluated {
  const responses: TestResponse[] = [];
  let kept = given;
  // `null`: a mutation has lost it; then nothing applies any more.
  let resource: JsonObject | null = given;
  let ownNumbers = false;
  const keep = (judged: JsonObject | undefined): void => {
    if (judged === undefined) return;
    if (resource === kept) kept = judged;
    resource = judged;
  };
  const add = ({ policy }: CompiledPolicy, response: PolicyResponse, more?: Partial<TestResponse>): void => {
    responses.push({ ...respond(policy, response, key, original), ...more });
  };
  for (const compiled of inputs.policies.filter(({ policy }) => policy.rules.some(hasMutate))) {
    if (resource === null) {
      add(compiled, unanswered(compiled));
      continue;
    }
    const request = { ...requestOf(inputs, compiled.policy, resource, original, rowOperation), ownNumbers };
    const response = mutatePolicy(compiled, request, inputs.environment);
    keep(response.judged);
    if (response.patched !== undefined || response.object === null) {
      resource = response.object;
      ownNumbers = true;
    }
    add(compiled, response, { lost: response.object === null });
  }
  for (const compiled of inputs.policies.filter(({ policy }) => policy.rules.some(hasVerifyImages))) {
    if (resource === null) {
      add(compiled, unanswered(compiled));
      continue;
    }
    const request = { ...requestOf(inputs, compiled.policy, resource, original, rowOperation), ownNumbers };
    const { outcomes, object, ...response } = verifyPolicyImages(compiled, request, inputs.environment);
    const noted = object === null || isEmptyOutcome(outcomes) ? object : withOutcomes(object, outcomes);
    if (noted !== resource) {
      resource = noted;
      ownNumbers = true;
    }
    add(compiled, {
      ...response,
      ...(noted === null || deepEqual(noted, request.request.object) ? {} : { patched: noted }),
    });
  }
  for (const compiled of inputs.policies.filter(({ policy }) => isChecked(policy))) {
    if (resource === null) {
      add(compiled, unanswered(compiled));
      continue;
    }
    const hidden = new Map<string, string>();
    const observe = hasLoops(compiled.policy) ? { observe: hiddenErrors(hidden) } : {};
    const request = { ...requestOf(inputs, compiled.policy, resource, original, rowOperation), ...observe, ownNumbers };
    const response = evaluatePolicy(compiled, request, inputs.environment);
    keep(response.judged);
    add(compiled, response, hidden.size === 0 ? {} : { hiddenErrors: hidden });
  }
  const left: JsonObject | null = resource;
  const asked = { values: inputs.values, user: inputs.user, file: inputs.place.file };
  const kubernetes = judgeByAdmissionPolicies(inputs.admissionPolicies, left, asked);
  for (const { compiled, response } of left === null
    ? []
    : validateResource(inputs, left, { operation: rowOperation, ownNumbers })) {
    responses.push(respond(compiled.policy, response, key, original));
  }
  for (const compiled of left === null ? [] : inputs.policies) {
    const response = generateFor(
      compiled,
      requestOf(inputs, compiled.policy, left ?? given, original, rowOperation),
      inputs,
    );
    if (response !== undefined) add(compiled, response);
  }
  for (const { compiled, response } of kubernetes) {
    responses.push(respond(compiled.policy, response, key, original));
  }
  return { responses, resource: kept };
}

function unanswered({ policy: { kind, name, namespace } }: CompiledPolicy): PolicyResponse {
  return { policy: { kind, name, namespace }, rules: [] };
}

/** Is the policy considered when resources are validated? Upstream: `policyHasValidateOrVerifyImageChecks`. */
function isChecked({ rules }: Policy): boolean {
  return rules.some((rule) => hasValidate(rule) || hasImageChecks(rule));
}

function requestOf(
  inputs: TestInputs,
  policy: Policy,
  resource: JsonObject,
  original: JsonObject,
  rowOperation: string | undefined,
): EngineRequest {
  const { values, user } = inputs;
  const variables: Record<string, Json> = { ...values.forResource(policy.name, nameOf(resource)) };
  if (rowOperation !== undefined) variables['request.operation'] = rowOperation;
  const operation = asString(variables['request.operation']) ?? 'CREATE';
  const subresources = inputs.clusterMode ? [] : values.spec.subresources;
  return {
    request: admissionRequest({ resource, original, operation, user, subresources }),
    mode: 'cli',
    userKnown: user !== undefined,
    values: variables,
    ruleValues: (rule) => values.forRule(policy.name, rule),
    liveNamespaceLabels: inputs.liveNamespaceLabels,
    explain: true,
    ...(inputs.apiCallMocks === undefined ? {} : { apiCallMocks: inputs.apiCallMocks }),
  };
}

function hasLoops({ rules }: Policy): boolean {
  return rules.some((rule) => getPath(rule, 'validate', 'foreach') !== undefined);
}

/** Notes foreach elements that are passed over because of an error. */
function hiddenErrors(found: Map<string, string>): Observer {
  return (decision) => {
    if (decision.kind !== 'element' || decision.status !== 'error' || found.has(decision.rule)) return;
    found.set(decision.rule, `the preconditions of foreach element ${decision.index} cannot be evaluated`);
  };
}
