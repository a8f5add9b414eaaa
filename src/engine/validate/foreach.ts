import { goTypeName } from '../../language/go-text.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asObject, asString, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { compileEntries } from '../context/index.ts';
import { registerEntries } from '../load-context.ts';
import type { Answer, RuleHandler, RuleRun } from '../run.ts';
import { expressionOf } from '../variables/index.ts';
import { answering, errorAnswer, isFailed } from './answers.ts';
import { compileBody, type RuleTexts } from './body.ts';
import { compileConditions, joinNonEmpty } from './conditions.ts';

const PASSED: Answer = { status: 'pass', message: 'rule passed' };

/**
 * Compiles a list of foreach entries. Elements that do not apply are passed over; the first that fails decides; when
 * nothing applied the rule says nothing.
 * Upstream: `validateForEach`, `validateElements` in `pkg/engine/handlers/validation/validate_resource.go`.
 */
export function compileForeach(entries: readonly Json[], texts: RuleTexts, nesting: number): RuleHandler {
  const loops = entries.map((entry, index) => {
    const at = [...texts.at, 'foreach', index];
    return compileLoop(asObject(entry) ?? {}, { ...texts, at }, nesting);
  });
  return (run) => {
    let applied = 0;
    let listError: string | undefined;
    for (const loop of loops) {
      const outcome = loop(run);
      if (typeof outcome === 'string') listError = outcome;
      else if (typeof outcome === 'number') applied += outcome;
      else return outcome;
    }
    if (applied > 0) return PASSED;
    return listError === undefined ? undefined : errorAnswer('failed to evaluate list', listError);
  };
}

/** How many elements applied, the answer of the one that failed, or the error of the list. */
type Loop = (run: RuleRun) => number | Answer | string;

function compileLoop(entry: JsonObject, texts: RuleTexts, nesting: number): Loop {
  const list = expressionOf(asString(entry['list']) ?? '');
  const scope = elementScope(entry['elementScope']);
  const check = compileElement(entry, texts, nesting + 1);
  return ({ filledIn: _, ...run }) => {
    const { context, decide } = run;
    const elements = attempt(() => elementsOf(context.query(list)));
    if (typeof elements === 'string') return elements.includes('Unknown key') ? 0 : elements;
    let applied = 0;
    context.checkpoint();
    try {
      for (const [index, element] of elements.entries()) {
        if (element === null) continue;
        context.reset();
        context.setElement(typeof element === 'bigint' ? Number(element) : element, index, nesting);
        const narrowed = scope(run, element);
        const answer = isFailed(narrowed) ? narrowed.failed : check(narrowed);
        const status = answer?.status ?? 'none';
        decide?.({ kind: 'element', rule: texts.name, at: texts.at, index, status });
        if (isFailed(narrowed)) return narrowed.failed;
        if (answer === undefined || isPassedOver(answer)) continue;
        if (answer.status !== 'pass')
          return { status: answer.status, message: `validation failure: ${answer.message}` };
        applied++;
      }
      return applied;
    } finally {
      context.restore();
    }
  };
}

function attempt<T>(work: () => T): T | string {
  try {
    return work();
  } catch (error) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
}

function elementsOf(value: Json): readonly Json[] {
  return isArray(value) ? value : [value];
}

function isPassedOver({ status, message }: Answer): boolean {
  return status === 'skip' || (status === 'error' && message.includes('failed to evaluate preconditions'));
}

/** Narrows a run to an element: map elements unless told otherwise; else what was narrowed before stays. */
function elementScope(declared: Json | undefined) {
  return (run: RuleRun, element: Json) => {
    if (isObject(element)) return declared === false ? run : { ...run, element };
    if (declared !== true) return run;
    const problem = 'cannot use elementScope=true foreach rules for elements that are not maps';
    const cause = `${problem}, expected type=map got type=${goTypeName(element)}`;
    return { failed: errorAnswer('failed to process foreach', cause) };
  };
}

/** The check of one element, with the entry's context and preconditions before it. */
function compileElement(entry: JsonObject, texts: RuleTexts, nesting: number): RuleHandler {
  const check = compileBody(entry, texts, nesting, compileForeach);
  const entries = compileEntries(entry['context']);
  const conditions = compileConditions(entry['preconditions'], {
    rule: texts.name,
    at: [...texts.at, 'preconditions'],
  });
  return (run) => {
    const loaded = answering('failed to load context', () => registerEntries(entries, texts.name, run));
    if (isFailed(loaded)) return loaded.failed;
    const allowed = answering('failed to evaluate preconditions', () => conditions(run.context, run.decide));
    if (isFailed(allowed)) return allowed.failed;
    return allowed.holds ? check(run) : { status: 'skip', message: notMet(allowed.message) };
  };
}

/** The message of a rule whose preconditions do not hold. */
export function notMet(messages: string): string {
  return joinNonEmpty(['preconditions not met', messages], '; ');
}
