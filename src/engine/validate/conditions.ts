import { EvaluationError } from '../../model/failure.ts';
import { asArray, asObject, asString, isArray, type Json, type JsonObject, withNumbers } from '../../model/json.ts';
import { compileOperator, type Operator } from '../condition/index.ts';
import type { Decision, RulePath } from '../observe.ts';
import type { Scope, Template } from '../variables/index.ts';
import { compileTemplate } from '../variables/index.ts';

/** The outcome of a block with the messages of the conditions that decided it, joined. */
export interface ConditionsResult {
  readonly holds: boolean;
  readonly message: string;
}

type Observe = ((decision: Decision) => void) | undefined;

/** A condition block. Throws `EvaluationError` when a variable cannot be resolved. */
export type Conditions = (scope: Scope, decide?: Observe) => ConditionsResult;

interface Condition {
  readonly index: number;
  readonly key: Template;
  readonly operator: Operator;
  /** The operator as written. */
  readonly name: string;
  readonly value: Template;
  readonly message: string;
}

/** Says where a block stands, for explanations. */
export interface ConditionPlace {
  readonly rule: string;
  readonly at: RulePath;
}

type BlockName = 'any' | 'all' | 'list';

const NO_CONDITIONS: ConditionsResult = { holds: true, message: '' };

/**
 * Compiles a condition block: an object with `any` and `all`, or a list. Nothing at all holds.
 * Upstream: `EvaluateConditionsWithContext` in `pkg/engine/variables/evaluate.go`.
 */
export function compileConditions(block: Json | undefined, place: ConditionPlace): Conditions {
  if (isArray(block)) return compileOldList(block.map(compileCondition), place);
  const any = asArray(asObject(block)?.['any'])?.map(compileCondition);
  const all = asArray(asObject(block)?.['all'])?.map(compileCondition) ?? [];
  if (any === undefined && all.length === 0) return () => NO_CONDITIONS;
  return (scope, decide) => {
    const trueMessages: string[] = [];
    const falseMessages: string[] = [];
    const test = (condition: Condition, name: BlockName): boolean => {
      const result = evaluate(condition, scope, decide, place, name);
      (result ? trueMessages : falseMessages).push(condition.message);
      return result;
    };
    const anyHolds = any === undefined || any.some((condition) => test(condition, 'any'));
    const allHold = all.every((condition) => test(condition, 'all'));
    const holds = anyHolds && allHold;
    return { holds, message: joinNonEmpty(holds ? trueMessages : falseMessages, '; ') };
  };
}

function compileOldList(conditions: readonly Condition[], place: ConditionPlace): Conditions {
  return (scope, decide) => {
    const failed = conditions.find((condition) => !evaluate(condition, scope, decide, place, 'list'));
    if (failed !== undefined) return { holds: false, message: failed.message };
    return {
      holds: true,
      message: joinNonEmpty(
        conditions.map(({ message }) => message),
        ';',
      ),
    };
  };
}

function compileCondition(condition: Json, index: number): Condition {
  const source: JsonObject = asObject(condition) ?? {};
  const name = asString(source['operator']) ?? '';
  return {
    index,
    key: compileTemplate(operand(source['key'])),
    operator: compileOperator(name),
    name,
    value: compileTemplate(operand(source['value'])),
    message: asString(source['message']) ?? '',
  };
}

/** A bare number becomes a float; whole numbers inside lists and maps stay. */
function operand(value: Json | undefined): Json {
  return typeof value === 'bigint' ? withNumbers(value, 'float') : (value ?? null);
}

function evaluate(
  condition: Condition,
  scope: Scope,
  decide: Observe,
  { rule, at }: ConditionPlace,
  block: BlockName,
): boolean {
  const key = render(condition.key, scope, 'key');
  const value = render(condition.value, scope, 'value');
  const result = condition.operator(key, value);
  if (decide !== undefined) {
    const { index, name } = condition;
    decide({ kind: 'condition', rule, at, block, index, key, operator: name, value, result });
  }
  return result;
}

function render(template: Template, scope: Scope, what: 'key' | 'value'): Json {
  try {
    return template.render(scope);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new EvaluationError(`failed to substitute variables in condition ${what}: ${error.message}`);
  }
}

/** The texts that are not empty, joined. */
export function joinNonEmpty(texts: readonly string[], separator: string): string {
  return texts.filter((text) => text !== '').join(separator);
}
