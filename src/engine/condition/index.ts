import { EvaluationError } from '../../model/failure.ts';
import type { Json } from '../../model/json.ts';
import { isIn } from './deprecated-membership.ts';
import { equals, notEquals } from './equality.ts';
import { isMember } from './membership.ts';
import { type Order, ordered, orderedDurations } from './order.ts';

/** Decides about a key and a value, both with their variables replaced. May throw `EvaluationError`. */
export type Operator = (key: Json, value: Json) => boolean;

/** Hears of every decision. */
export type ConditionObserver = (key: Json, operator: string, value: Json, result: boolean) => void;

const ORDERS: ReadonlyMap<string, Order> = new Map<string, Order>([
  ['GreaterThan', (a, b) => a > b],
  ['GreaterThanOrEquals', (a, b) => a >= b],
  ['LessThan', (a, b) => a < b],
  ['LessThanOrEquals', (a, b) => a <= b],
]);

const NEVER: Operator = () => false;

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['equal', equals],
  ['equals', equals],
  ['notequal', notEquals],
  ['notequals', notEquals],
  ['in', (key, value) => isIn(key, value, false)],
  ['notin', (key, value) => isIn(key, value, true)],
  ['anyin', (key, value) => isMember(key, value, 'AnyIn')],
  ['allin', (key, value) => isMember(key, value, 'AllIn')],
  ['anynotin', (key, value) => isMember(key, value, 'AnyNotIn')],
  ['allnotin', (key, value) => isMember(key, value, 'AllNotIn')],
  // Found under any spelling, but then false unless spelt exactly.
  ...[...ORDERS.keys()].flatMap((name): [string, Operator][] => [
    [name.toLowerCase(), NEVER],
    [`duration${name.toLowerCase()}`, NEVER],
  ]),
]);

const EXACT_OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>(
  [...ORDERS].flatMap(([name, holds]): [string, Operator][] => [
    [name, (key, value) => ordered(key, value, holds)],
    [`Duration${name}`, (key, value) => orderedDurations(key, value, holds)],
  ]),
);

/**
 * The operator of a condition, looked up once. Names are found in any case, but orders (`GreaterThan` …) in another
 * spelling are always false. An unknown name gives an operator that throws `EvaluationError` when it is used, and
 * so do `In` and `NotIn` for a key list with anything but texts. An observer is built in and costs nothing when
 * absent. Upstream: `CreateOperatorHandler` in `pkg/engine/variables/operator`.
 */
export function compileOperator(name: string, observer?: ConditionObserver): Operator {
  const operator = EXACT_OPERATORS.get(name) ?? OPERATORS.get(name.toLowerCase()) ?? unknownOperator;
  if (observer === undefined) return operator;
  return (key, value) => {
    const result = operator(key, value);
    observer(key, name, value, result);
    return result;
  };
}

function unknownOperator(): never {
  throw new EvaluationError('failed to create handler for condition operator: %!w(<nil>)');
}

/** One-off form of `compileOperator`. Throws `EvaluationError` as that does. */
export function evaluateOperator(key: Json, operator: string, value: Json): boolean {
  return compileOperator(operator)(key, value);
}
