import type { Policy } from '../model/policy.ts';

/** True for ValidatingPolicy and Kubernetes' ValidatingAdmissionPolicy: their answers bear the name of the policy. */
export function hasNoRules({ kind }: Policy): boolean {
  return /^(?:Namespaced)?ValidatingPolicy$|^ValidatingAdmissionPolicy$/.test(kind);
}

/** True for a ValidatingAdmissionPolicyBinding and the like: it may have the name of its policy. */
export function isBinding({ kind }: Policy): boolean {
  return kind.endsWith('Binding');
}

/** True when two policies cannot be in force together: they are of one name, and neither binds the other. */
export function areTwins(a: Policy, b: Policy): boolean {
  return a.name === b.name && a.namespace === b.namespace && isBinding(a) === isBinding(b);
}
