import type { CompiledPolicy } from './policy.ts';

/** What a failed validate rule does to the request. */
export type FailureAction = 'Enforce' | 'Audit';

/** Labels of a namespace; `undefined` when the request has no namespace or it does not exist. */
type NamespaceLabels = Readonly<Record<string, string>> | undefined;

/**
 * Before evaluation: the action of each declared rule for requests in `namespace` (`""`: cluster-scoped), in order.
 * `undefined` for rules without `validate`. Enforce and Audit rules are evaluated as two reduced policies, see `selectRules`.
 * Upstream: `checkValidationFailureActionOverrides` in `pkg/policycache/cache.go`.
 */
export function splitActions(
  _compiled: CompiledPolicy,
  _namespace: string,
  _labels: NamespaceLabels,
): readonly (FailureAction | undefined)[] {
  return [];
}

/**
 * After evaluation: does a failure of `rule` (computed name) block? `kind` is the kind of the new object, `""` on DELETE.
 * Upstream: `failureActionForRule` in `pkg/engine/api/engineresponse.go`.
 */
export function failureActionOf(
  _compiled: CompiledPolicy,
  _rule: string,
  _kind: string,
  _namespace: string,
  _labels: NamespaceLabels,
): FailureAction {
  return 'Audit';
}
