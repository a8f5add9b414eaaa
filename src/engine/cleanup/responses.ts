import type { Environment } from '../../model/environment.ts';
import { EvaluationError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { PolicyResponse, RuleStatus } from '../../model/response.ts';
import type { CleanupRun, CompiledCleanup } from './policy.ts';

/**
 * What the command line says of each object, in order: `pass` would be deleted, `fail` not, `error`. The rule is named
 * as the policy. `what` is its word for an object, `resource` or `JSON payload`.
 * Upstream: `applyCleanupPolicies` in `cmd/cli/kubectl-kyverno/commands/apply/command.go`.
 */
export function cleanupResponses(
  compiled: CompiledCleanup,
  objects: readonly JsonObject[],
  env: Environment,
  what: string,
): readonly PolicyResponse[] {
  const { kind, name, namespace } = compiled.policy;
  const respond = (status: RuleStatus, message: string): PolicyResponse => ({
    policy: { kind, name, namespace },
    rules: [{ name, type: 'Deletion', status, message }],
  });
  let run: CleanupRun;
  try {
    run = compiled.begin(env, true);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return objects.map(() => respond('error', error.message));
  }
  return objects.map((object) => {
    const answer = run(object);
    if (answer.outcome === 'error') return respond('error', answer.error);
    return answer.outcome === 'delete' ? respond('pass', `${what} matched`) : respond('fail', `${what} did not match`);
  });
}
