import { goTrimSpace } from '../../language/go-text-numbers.ts';
import { type BoundVariables, type Expression, evaluateAll, type Outcome, type Outcomes } from './expression.ts';
import { bindInput, type ValidationInput } from './input.ts';
import {
  type ConditionsAnswer,
  type FailedExpression,
  judgeConditions,
  MATCH_CONDITIONS_BUDGET,
} from './match-conditions.ts';
import { compileParts, type Validation, type ValidatorSource } from './parts.ts';
import { bindVariables } from './variables.ts';

/** What all validations together may cost. Upstream: `RuntimeCELCostBudget` in `k8s.io/apiserver/pkg/apis/cel`. */
export const VALIDATION_BUDGET = 10_000_000;

const LONGEST_MESSAGE = 5 * 1024;

/** What one validation decided. */
export interface Verdict {
  readonly action: 'admit' | 'deny';
  /** `error`: it could not be evaluated. */
  readonly evaluation: 'admit' | 'deny' | 'error';
  readonly message: string;
  /** The reason of a denial. */
  readonly reason: string;
  /** Which validation; `undefined` when none in particular. */
  readonly index: number | undefined;
  /** What failed, of an error that one expression is to blame for. */
  readonly failed?: FailedPart;
}

/** An expression that failed: one of the validations or of the match conditions. */
export interface FailedPart extends FailedExpression {
  readonly part: 'condition' | 'validation';
}

/** An audit annotation, or why there is none. */
export interface AuditAnnotation {
  readonly key: string;
  readonly value?: string;
  readonly error?: string;
}

/** Verdicts in the order of validations; `undefined` where match conditions are not met. */
export type ValidationResult =
  | { readonly verdicts: readonly Verdict[]; readonly annotations: readonly AuditAnnotation[] }
  | undefined;

/** A policy's expressions ready for evaluation. */
export type Validator = (input: ValidationInput) => ValidationResult;

/**
 * Compiles variables and expressions. What does not compile is an error of each evaluation.
 * Upstream: `k8s.io/apiserver/pkg/admission/plugin/policy/validating/validator.go`.
 */
export function compileValidator(source: ValidatorSource): Validator {
  const { variables, validations, messages, audits, conditions } = compileParts(source);
  const run = (list: readonly (Expression | undefined)[], input: ValidationInput, budget: number): Outcomes => {
    if (!list.some((one) => one !== undefined)) return { outcomes: list.map(() => undefined), remaining: budget };
    const bound: BoundVariables = bindVariables(variables, bindInput(input), input.host);
    return evaluateAll(list, bound, input.host, budget);
  };
  const failed = (message: string): Verdict => ({
    action: source.ignoresErrors ? 'admit' : 'deny',
    evaluation: 'error',
    message,
    reason: '',
    index: undefined,
  });
  return (input) => {
    const answer = askConditions(conditions, input, run, source.ignoresErrors);
    if (answer.error !== undefined) {
      const part = answer.failed === undefined ? {} : { failed: { part: 'condition' as const, ...answer.failed } };
      return { verdicts: [{ ...failed(answer.error), ...part }], annotations: [] };
    }
    if (!answer.met) return undefined;
    const results = run(validations, input, VALIDATION_BUDGET);
    if (results.stopped !== undefined) return { verdicts: [failed(results.stopped)], annotations: [] };
    const texts = run(messages, { ...input, hasAuthorizer: false }, results.remaining);
    const verdicts = source.validations.map((validation, index): Verdict => {
      const outcome = results.outcomes[index];
      if (outcome?.error !== undefined) {
        const { error, explain } = outcome;
        return { ...failed(error), index, failed: { part: 'validation', index, explain } };
      }
      if (texts.stopped !== undefined) return { ...failed(`failed messageExpression: ${texts.stopped}`), index };
      if (outcome?.value === true) return { action: 'admit', evaluation: 'admit', message: '', reason: '', index };
      const message = messageOf(validation, texts.outcomes[index]);
      return { action: 'deny', evaluation: 'deny', message, reason: validation.reason || 'Invalid', index };
    });
    const audited = run(audits, { ...input, hasAuthorizer: false }, VALIDATION_BUDGET);
    if (audited.stopped !== undefined) return { verdicts: [failed(audited.stopped)], annotations: [] };
    const annotations = source.auditAnnotations.map(({ key }, index) => annotationOf(key, audited.outcomes[index]));
    return { verdicts, annotations };
  };
}

function askConditions(
  conditions: readonly Expression[],
  input: ValidationInput,
  run: (list: readonly Expression[], input: ValidationInput, budget: number) => Outcomes,
  ignoresErrors: boolean,
): ConditionsAnswer {
  if (conditions.length === 0) return { met: true };
  const answer = judgeConditions(
    conditions,
    run(conditions, { ...input, namespaceObject: null }, MATCH_CONDITIONS_BUDGET),
  );
  return answer.error !== undefined && ignoresErrors ? { met: false } : answer;
}

function messageOf(validation: Validation, outcome: Outcome | undefined): string {
  const computed = typeof outcome?.value === 'string' ? goTrimSpace(outcome.value) : '';
  const isUsable =
    computed !== '' && !computed.includes('\n') && new TextEncoder().encode(computed).length <= LONGEST_MESSAGE;
  if (isUsable) return computed;
  return goTrimSpace(validation.message) || `failed expression: ${goTrimSpace(validation.expression)}`;
}

function annotationOf(key: string, outcome: Outcome | undefined): AuditAnnotation {
  if (outcome?.error !== undefined) return { key, error: outcome.error };
  const value = typeof outcome?.value === 'string' ? goTrimSpace(outcome.value) : '';
  return value === '' ? { key } : { key, value };
}
