import { EvaluationError } from '../../model/failure.ts';
import {
  asArray,
  asObject,
  asString,
  deepEqual,
  isArray,
  type Json,
  type JsonObject,
  withNumbers,
} from '../../model/json.ts';
import { compileEntries } from '../context/index.ts';
import { registerEntries } from '../load-context.ts';
import type { RulePath } from '../observe.ts';
import type { RuleRun } from '../run.ts';
import { compileConditions } from '../validate/conditions.ts';
import { expressionOf } from '../variables/index.ts';
import { failingAs } from './failing.ts';
import { compileFilledPatch } from './filled-patch.ts';
import { failed, type Mutation, type Outcome } from './outcome.ts';

/**
 * Compiles a list of foreach entries: each works on what the ones before it made, and sees that as `request.object`.
 * The first error ends it.
 * Upstream: `mutateForEach` in `pkg/engine/handlers/mutation/common.go`.
 */
export function compileForeach(entries: readonly Json[], rule: string, at: RulePath, nesting: number): Mutation {
  const loops = entries.map((entry, i) => compileLoop(asObject(entry) ?? {}, rule, [...at, 'foreach', i], nesting));
  return (run, object) => {
    let current = object;
    let applied = 0;
    for (const { list, mutate } of loops) {
      const elements = attempt(() => elementsOf(run.context.query(expressionOf(list))));
      if (elements instanceof EvaluationError) {
        return failed(`failed to evaluate list ${list}: ${elements.message}`, elements.message);
      }
      const outcome = mutate(run, current, elements);
      if (outcome.status === 'error') return failed('failed to mutate elements', outcome.message);
      if (outcome.status === 'skip') continue;
      applied++;
      current = outcome.object;
      run.context.set(['request', 'object'], current);
    }
    return { status: applied === 0 ? 'skip' : 'pass', object: current, message: `${applied} elements processed` };
  };
}

function attempt<T>(work: () => T): T | EvaluationError {
  try {
    return work();
  } catch (error) {
    if (error instanceof EvaluationError) return error;
    throw error;
  }
}

/** A value that is no list is its own only element. */
function elementsOf(value: Json): readonly Json[] {
  return isArray(value) ? value : [value];
}

/** One entry: the expression of its list, and what it does to the elements. */
interface Loop {
  readonly list: string;
  readonly mutate: (run: RuleRun, object: JsonObject | null, elements: readonly Json[]) => Outcome;
}

/** Upstream: `mutateElements`. Strategic merge goes from the last element to the first unless told otherwise. */
function compileLoop(entry: JsonObject, rule: string, at: RulePath, nesting: number): Loop {
  const mutateOne = compileElement(entry, rule, at, nesting);
  const patch = entry['patchStrategicMerge'];
  const order = asString(entry['order']);
  const reverse = order === undefined ? patch !== undefined && patch !== null : order === 'Descending';
  return {
    list: asString(entry['list']) ?? '',
    mutate: (run, object, elements) => {
      const { context, decide } = run;
      let current = object;
      context.checkpoint();
      try {
        for (const [index, element] of reverse ? [...elements.entries()].reverse() : elements.entries()) {
          if (element === null) continue;
          context.reset();
          context.setElement(withNumbers(element, 'float'), index, nesting);
          const outcome = mutateOne(run, current, index);
          decide?.({ kind: 'element', rule, at, index, status: outcome?.status ?? 'skip' });
          if (outcome?.status === 'error') return outcome;
          if (outcome?.status === 'pass') current = outcome.object;
        }
      } finally {
        context.restore();
      }
      return deepEqual(object, current)
        ? { status: 'skip', object: current, message: 'no patches applied' }
        : { status: 'pass', object: current, message: '' };
    },
  };
}

/** What is done for one element; `undefined` when its preconditions do not hold. */
type ElementMutation = (run: RuleRun, object: JsonObject | null, index: number) => Outcome | undefined;

function compileElement(entry: JsonObject, rule: string, at: RulePath, nesting: number): ElementMutation {
  const entries = compileEntries(entry['context']);
  const conditions = compileConditions(entry['preconditions'], { rule, at: [...at, 'preconditions'] });
  const nested = asArray(entry['foreach']) ?? [];
  const { patchStrategicMerge = null, patchesJson6902 = '' } = entry;
  const mutate =
    nested.length > 0
      ? compileForeach(nested, rule, at, nesting + 1)
      : compileFilledPatch({ patchStrategicMerge, patchesJson6902 });
  return (run, object, index) => {
    const where = `mutate.foreach[${index}]`;
    const allowed = attempt(() => {
      failingAs(`failed to load to ${where}.context`, () => registerEntries(entries, rule, run));
      return failingAs(`failed to evaluate ${where}.preconditions`, () => conditions(run.context, run.decide));
    });
    if (allowed instanceof EvaluationError) return failed('', allowed.message);
    return allowed.holds ? mutate(run, object) : undefined;
  };
}
