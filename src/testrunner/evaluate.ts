import { type CompiledPolicy, type EngineRequest, evaluatePolicy } from '../engine/index.ts';
import type { Environment } from '../model/environment.ts';
import type { JsonObject } from '../model/json.ts';
import { asString } from '../model/json.ts';
import { nameOf } from '../model/resource.ts';
import { admissionRequest } from './admission-request.ts';
import { resourceKey } from './resources.ts';
import type { TestResponse, TestRun } from './responses.ts';
import type { UserInfoSpec } from './test-document.ts';
import type { Values } from './values.ts';

/** Everything a test evaluates. */
export interface TestInputs {
  /** Accepted policies in load order. */
  readonly policies: readonly CompiledPolicy[];
  readonly resources: readonly JsonObject[];
  readonly values: Values;
  readonly user: UserInfoSpec | undefined;
  readonly environment: Environment;
  readonly apiCallMocks?: EngineRequest['apiCallMocks'];
  /** True with a fake cluster: `subresources` values are then ignored. */
  readonly clusterMode: boolean;
}

/** Runs a test: once as it is, and once more for each operation that one of its rows asks for. */
export function evaluateTest(inputs: TestInputs, operations: readonly string[]): TestRun {
  const byOperation = new Map(operations.map((operation) => [operation, evaluateAll(inputs, operation)]));
  return { trigger: evaluateAll(inputs, undefined), byOperation, targets: new Map() };
}

function evaluateAll(inputs: TestInputs, rowOperation: string | undefined): Map<string, readonly TestResponse[]> {
  const responses = new Map<string, readonly TestResponse[]>();
  for (const resource of inputs.resources) {
    const key = resourceKey(resource);
    responses.set(key, evaluateResource(inputs, resource, key, rowOperation));
  }
  return responses;
}

function evaluateResource(
  inputs: TestInputs,
  resource: JsonObject,
  key: string,
  rowOperation: string | undefined,
): readonly TestResponse[] {
  const { values, user, environment } = inputs;
  return inputs.policies.map((compiled) => {
    const { policy } = compiled;
    const variables: Record<string, ReturnType<Values['forResource']>[string]> = {
      ...values.forResource(policy.name, nameOf(resource)),
    };
    if (rowOperation !== undefined) variables['request.operation'] = rowOperation;
    const operation = asString(variables['request.operation']) ?? 'CREATE';
    const request: EngineRequest = {
      request: admissionRequest({
        resource,
        operation,
        user,
        subresources: inputs.clusterMode ? [] : values.spec.subresources,
      }),
      mode: 'cli',
      userKnown: user !== undefined,
      values: variables,
      ruleValues: (rule) => values.forRule(policy.name, rule),
      ...(inputs.apiCallMocks === undefined ? {} : { apiCallMocks: inputs.apiCallMocks }),
    };
    const response = evaluatePolicy(compiled, request, environment);
    return {
      ...response,
      key,
      resource,
      ruleless: false,
      scored: policy.annotations['policies.kyverno.io/scored'] !== 'false',
    };
  });
}
