import { goTypeName } from '../go-value-text.ts';
import { asMade } from '../made.ts';
import {
  CelError,
  CelMap,
  type CelValue,
  entriesOf,
  GrowingList,
  GrowingMap,
  isList,
  isObjectValue,
} from '../values.ts';
import type { Frame, Step } from './frame.ts';

/** Parts of a macro over a list or map, and the places of its variables. */
export interface FoldPlan {
  readonly range: Step;
  readonly init: Step;
  readonly condition: Step;
  readonly step: Step;
  readonly result: Step;
  readonly accumulator: number;
  readonly first: number;
  readonly second: number | undefined;
}

/** A loop at work. The accumulator starts when it is first read. Upstream: `evalFold` in `interpreter/interpretable.go`. */
export function runFold(plan: FoldPlan, frame: Frame): CelValue {
  const range = plan.range(frame);
  if (range instanceof CelError) return range;
  frame.locals[plan.accumulator] = undefined;
  const problem = plan.second === undefined ? loop(plan, range, frame) : loopPairs(plan, plan.second, range, frame);
  return problem ?? grown(plan.result(frame));
}

/** Reads the accumulator. */
export function accumulatorOf(place: number, init: Step): Step {
  return (frame) => {
    const known = frame.locals[place];
    if (known !== undefined) return known;
    const start = growing(init(frame));
    frame.locals[place] = start;
    return start;
  };
}

function loop(plan: FoldPlan, range: CelValue, frame: Frame): CelError | undefined {
  const elements = isList(range) ? range : entriesOf(range)?.map(([key]) => key);
  if (elements === undefined) return new CelError(`got '${goTypeName(range)}', expected iterable type`);
  for (const element of elements) {
    frame.locals[plan.first] = element;
    if (plan.condition(frame) === false) return undefined;
    frame.locals[plan.accumulator] = plan.step(frame);
  }
  return undefined;
}

function loopPairs(plan: FoldPlan, second: number, range: CelValue, frame: Frame): CelError | undefined {
  const pairs = isList(range)
    ? range.map((one, index): [CelValue, CelValue] => [BigInt(index), one])
    : entriesOf(range);
  if (pairs === undefined) return new CelError(`unsupported comprehension range type: ${goTypeName(range)}`);
  for (const [key, value] of pairs) {
    frame.locals[plan.first] = key;
    frame.locals[second] = value;
    if (plan.condition(frame) === false) return undefined;
    frame.locals[plan.accumulator] = plan.step(frame);
  }
  return undefined;
}

function growing(start: CelValue): CelValue {
  if (isList(start) && start.length === 0) return new GrowingList();
  return isObjectValue(start) && Object.keys(start).length === 0 ? new GrowingMap() : start;
}

/** What was built, as a value that no longer changes. */
function grown(result: CelValue): CelValue {
  if (result instanceof GrowingList) return asMade(Array.from(result));
  if (!(result instanceof GrowingMap)) return result;
  const entries = [...result.entries.values()];
  if (!entries.every(([key]) => typeof key === 'string')) return new CelMap(result.entries);
  return asMade(Object.fromEntries(entries as [string, CelValue][]));
}
