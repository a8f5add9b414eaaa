import {
  type AdmissionPolicyRequest,
  type CompiledAdmissionPolicy,
  compileAdmissionPolicy,
  isAdmissionPolicyKind,
} from '../engine/index.ts';
import type { ClusterObjects } from '../model/environment.ts';
import { NotSupportedError } from '../model/failure.ts';
import { type JsonObject, withNumbers } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { PolicyResponse } from '../model/response.ts';
import { admissionRequest } from './admission-request.ts';
import { mustFindResource } from './rest-mapping.ts';
import type { UserInfoSpec } from './test-document.ts';
import type { Values } from './values.ts';

/** The ValidatingAdmissionPolicies of a run and what they are asked with. */
export interface AdmissionPolicies {
  readonly policies: readonly CompiledAdmissionPolicy[];
  /** Objects given as parameters. */
  readonly params: readonly JsonObject[];
  /** The objects of a fake cluster; absent without one. */
  readonly cluster?: ClusterObjects;
  /** Plural names of CustomResourceDefinitions, by `group/Kind`. */
  readonly plurals: ReadonlyMap<string, string>;
}

/** Compiles the ValidatingAdmissionPolicies among policies, each with its bindings among them. */
export function compileAdmissionPolicies(policies: readonly Policy[]): readonly CompiledAdmissionPolicy[] {
  const own = policies.filter(isAdmissionPolicyKind);
  const bindings = own.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding');
  return own
    .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
    .map((policy) => compileAdmissionPolicy(policy, bindings));
}

/**
 * The answers of ValidatingAdmissionPolicies to one resource. Throws `InputError` for a kind that the command line does
 * not know. Upstream: `ApplyPoliciesOnResource` in `cmd/cli/kubectl-kyverno/processor/policy_processor.go`.
 */
export function judgeByAdmissionPolicies(
  { policies, params, cluster, plurals }: AdmissionPolicies,
  object: JsonObject | null,
  asked: { readonly values: Values; readonly user: UserInfoSpec | undefined; readonly file: string },
): readonly { readonly compiled: CompiledAdmissionPolicy; readonly response: PolicyResponse }[] {
  if (policies.length === 0) return [];
  if (object === null)
    throw new NotSupportedError('ValidatingAdmissionPolicy on what a mutate rule left of a deletion');
  const { values, user, file } = asked;
  const subresources = cluster === undefined ? values.spec.subresources : [];
  const { parentKind, userInfo } = admissionRequest({ resource: object, operation: 'CREATE', user, subresources });
  const request: AdmissionPolicyRequest = {
    object,
    kind: parentKind,
    resource: mustFindResource(parentKind, plurals, file),
    user: userInfo,
    namespaceLabels: values.namespaceLabels,
    explain: true,
    params: params.map((param) => withNumbers(param, 'int') as JsonObject),
    ...(cluster === undefined ? {} : { cluster }),
  };
  return policies.map((compiled) => ({ compiled, response: compiled.judge(request) }));
}
