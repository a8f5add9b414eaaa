import {
  type CelSurroundings,
  type CompiledValidatingPolicy,
  compileValidatingPolicy,
  evaluateJsonPayload,
  evaluateValidatingPolicy,
} from '../engine/index.ts';
import { InputError } from '../model/failure.ts';
import { asString, type JsonObject, withNumbers } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { GroupVersionKind } from '../model/resource.ts';
import type { PolicyResponse } from '../model/response.ts';
import { refusalFailures } from '../policy/index.ts';
import { admissionRequest } from './admission-request.ts';
import type { UserInfoSpec } from './test-document.ts';
import type { Values } from './values.ts';

/** What ValidatingPolicies are evaluated with. */
export interface ValidatingInputs {
  /** In load order, those of a namespace among them. */
  readonly validatingPolicies: readonly CompiledValidatingPolicy[];
  readonly surroundings: CelSurroundings;
  /** The plural name of a kind. Throws `InputError` for one that a fake cluster does not know. */
  readonly pluralOf: (kind: GroupVersionKind) => string;
  readonly values: Values;
  readonly user: UserInfoSpec | undefined;
  readonly clusterMode: boolean;
}

/**
 * Compiles policies with the exceptions in force. `judged`: something is there to be evaluated, without which the real
 * command does not find out that a policy is unusable. Throws `InputError` for one that is.
 */
export function compileValidatingPolicies(
  policies: readonly Policy[],
  exceptions: readonly JsonObject[],
  judged: { readonly resources: boolean; readonly payloads: boolean },
): readonly CompiledValidatingPolicy[] {
  const compiled = policies.map((policy) => compileValidatingPolicy(policy, exceptions));
  const failures = compiled.flatMap(({ policy, mode, refusal }) => {
    const isJudged = judged.resources || (mode === 'JSON' && judged.payloads);
    return isJudged && refusal !== undefined ? refusalFailures(policy, refusal) : [];
  });
  if (failures.length > 0) throw new InputError(...failures);
  return compiled;
}

/**
 * The answers of ValidatingPolicies to a resource: first those in Kubernetes mode, then those in JSON mode, for which the
 * resource is a document as any other and which are left out where they do not answer. `operation` is what a row asks
 * for. `ownNumbers`: a mutation made the resource.
 * Upstream: `cmd/cli/kubectl-kyverno/processor/policy_processor.go`.
 */
export function validateResource(
  inputs: ValidatingInputs,
  resource: JsonObject,
  { operation, ownNumbers }: { readonly operation: string | undefined; readonly ownNumbers: boolean },
): readonly Answered[] {
  const { validatingPolicies: all, values, user, surroundings } = inputs;
  if (all.length === 0) return [];
  const wanted = operation ?? asString(values.global['request.operation']) ?? 'CREATE';
  const subresources = inputs.clusterMode ? [] : values.spec.subresources;
  const asked = admissionRequest({ resource, operation: wanted, user, subresources });
  const { group, version } = asked.parentKind;
  const inKubernetesMode = all.filter(({ mode }) => mode === 'Kubernetes');
  const plural = inKubernetesMode.length === 0 ? '' : inputs.pluralOf(asked.parentKind);
  const request = { ...asked, resource: { group, version, resource: plural } };
  const engineRequest = { request, mode: 'cli', userKnown: user !== undefined, ownNumbers } as const;
  return [
    ...inKubernetesMode.flatMap((compiled) =>
      evaluateValidatingPolicy(compiled, engineRequest, surroundings).map((response) => ({ compiled, response })),
    ),
    ...validatePayload(inputs, ownNumbers ? resource : (withNumbers(resource, 'float') as JsonObject)).filter(
      ({ response }) => response.rules.length > 0,
    ),
  ];
}

/** The answers of ValidatingPolicies in JSON mode to a document. */
export function validatePayload(inputs: ValidatingInputs, payload: JsonObject): readonly Answered[] {
  return inputs.validatingPolicies
    .filter(({ mode }) => mode === 'JSON')
    .flatMap((compiled) =>
      evaluateJsonPayload(compiled, payload, inputs.surroundings).map((response) => ({ compiled, response })),
    );
}

/** What one variant of a policy said. */
export interface Answered {
  readonly compiled: CompiledValidatingPolicy;
  readonly response: PolicyResponse;
}
