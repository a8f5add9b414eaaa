import { ruleNamesOf } from '../../engine/index.ts';
import { isValidatingPolicy } from '../../policy/index.ts';
import { reportResult } from '../responses.ts';
import type { AppliedResponse, ApplyOutcome } from './apply.ts';

/** The closing counts of `apply`. */
export interface ApplyCounts {
  readonly pass: number;
  readonly fail: number;
  readonly warn: number;
  readonly error: number;
  readonly skip: number;
}

/** The words of a count. */
export type CountWord = keyof ApplyCounts;

/** The word under which a rule's answer is counted and reported. `auditWarn` makes warnings of failures of Audit policies. */
export function countWord(
  response: AppliedResponse,
  rule: AppliedResponse['rules'][number],
  auditWarn: boolean,
): CountWord {
  const word = reportResult(rule.status, response.scored);
  return word === 'fail' && auditWarn && response.action === 'Audit' ? 'warn' : word;
}

/**
 * Counts answers once for each rule of that name, and one error for each refused policy. Of policies without rule
 * names warnings are not counted, and skips only those of ValidatingPolicies.
 * Upstream: `cmd/cli/kubectl-kyverno/processor/result.go`.
 */
export function countAnswers({ responses, refused }: ApplyOutcome, auditWarn: boolean): ApplyCounts {
  const counts = { pass: 0, fail: 0, warn: 0, error: refused.length, skip: 0 };
  for (const response of responses) {
    if (response.rules.length === 0) continue;
    if (response.ruleless) {
      const skips = isValidatingPolicy(response.source);
      for (const { status } of response.rules) {
        if (status !== 'warning' && (status !== 'skip' || skips)) counts[status] += 1;
      }
      continue;
    }
    const names = ruleNamesOf(response.source);
    for (const rule of response.rules) {
      counts[countWord(response, rule, auditWarn)] += names.filter((name) => name === rule.name).length;
    }
  }
  return counts;
}
