import { EvaluationError } from '../../model/failure.ts';
import { asArray, asObject, asString, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { parseSchedule } from './schedule.ts';
import { isStandardSchedule } from './standard-schedule.ts';

/** True for kinds of cleanup policies. */
export function isCleanupPolicy({ apiVersion, kind }: Pick<Policy, 'apiVersion' | 'kind'>): boolean {
  return apiVersion.startsWith('kyverno.io/') && (kind === 'CleanupPolicy' || kind === 'ClusterCleanupPolicy');
}

/**
 * Why Kyverno would refuse a cleanup policy, or never run it; empty for a good one.
 * Upstream: `Validate` in `api/kyverno/v2/cleanup_policy_types.go`, `match_resources_types.go` of v2beta1.
 */
export function cleanupProblems({ spec }: Policy): readonly string[] {
  const problems: string[] = [];
  for (const entry of asArray(spec['context']) ?? []) {
    const source = asObject(entry) ?? {};
    const name =
      source['imageRegistry'] !== undefined ? 'ImageRegistry' : source['configMap'] !== undefined ? 'ConfigMap' : '';
    if (name !== '') problems.push(`spec.context: ${name} is not allowed in CleanUp Policy`);
  }
  const schedule = asString(spec['schedule']) ?? '';
  try {
    parseSchedule(schedule);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const never = isStandardSchedule(schedule) ? 'Kyverno cannot run on it: ' : '';
    problems.push(`spec.schedule: \`${schedule}\`: ${never}${error.message}`);
  }
  for (const block of ['match', 'exclude']) problems.push(...matchProblems(spec[block], `spec.${block}`));
  return problems;
}

function matchProblems(block: Json | undefined, path: string): readonly string[] {
  const match = asObject(block);
  if (match === undefined) return [];
  const [any, all] = ['any', 'all'].map((how) => asArray(match[how]) ?? []);
  const problems = [...(any ?? []), ...(all ?? [])].flatMap((filter): readonly string[] => {
    const users = ['subjects', 'roles', 'clusterRoles'].filter(
      (key) => (asArray((asObject(filter) as JsonObject)?.[key]) ?? []).length > 0,
    );
    return users.map((key) => `${path}: ${key}: User info is not allowed`);
  });
  if ((any ?? []).length > 0 && (all ?? []).length > 0) problems.push(`${path}: Can't specify any and all together`);
  return problems;
}
