import { goTypeName } from '../../language/go-text.ts';
import { isArray, type Json, type JsonObject, withNumbers } from '../../model/json.ts';
import type { Observer, RulePath } from '../observe.ts';
import { compilePattern, type PatternResult } from '../pattern/index.ts';
import type { Answer, RuleHandler, RuleRun } from '../run.ts';
import { compileTemplate, type Template } from '../variables/index.ts';
import { answering, errorAnswer, isFailed } from './answers.ts';
import type { Messages } from './message.ts';

/** What a pattern check needs to know about its rule. */
interface PatternTexts {
  readonly name: string;
  readonly messages: Messages;
  readonly at: RulePath;
}

/** Applies the patterns, variables already replaced, to an object. */
type Check = (object: JsonObject, run: RuleRun) => Answer;

/**
 * Compiles `pattern` or `anyPattern`. Without variables it is compiled once, otherwise each time they are filled in.
 * Upstream: `validateResourceWithRule`, `validatePatterns` in `pkg/engine/handlers/validation/validate_resource.go`.
 */
export function compilePatterns(source: Json, kind: 'pattern' | 'anyPattern', texts: PatternTexts): RuleHandler {
  const compile = (patterns: Json): Check =>
    kind === 'pattern' ? singlePattern(patterns, texts) : severalPatterns(patterns, texts);
  const template = compileTemplate(source);
  const constant = template.constant === undefined ? undefined : compile(template.constant.value);
  return (run) => {
    const check = constant ?? answering('variable substitution failed', () => compile(fillIn(template, run)));
    if (isFailed(check)) return check.failed;
    const object = run.element ?? (run.operation === 'DELETE' ? null : run.object);
    return object === null ? undefined : check(object, run);
  };
}

/** Replaces the variables; in a pattern that was filled in before for the new object only those that came out of values. */
function fillIn(template: Template, { context, filledIn, element }: RuleRun): Json {
  if (filledIn === undefined || element !== undefined) return template.render(context);
  const before = filledIn.pattern;
  filledIn.pattern = (before === undefined ? template : compileTemplate(before)).render(context);
  return filledIn.pattern;
}

function singlePattern(pattern: Json, { name, messages, at }: PatternTexts): Check {
  const matches = observablePattern(pattern, name, [...at, 'pattern']);
  const passed: Answer = { status: 'pass', message: `validation rule '${name}' passed.` };
  return (object, { context, decide }) => {
    const outcome = matches(object, decide);
    switch (outcome.result) {
      case 'pass':
        return passed;
      case 'skip':
        return { status: 'skip', message: outcome.message };
      case 'fail':
        return { status: 'fail', message: messages.failure(context, outcome.path, outcome.message) };
      case 'error':
        return { status: 'error', message: messages.execution(context, outcome.message) };
    }
  };
}

function severalPatterns(source: Json, { name, messages, at }: PatternTexts): Check {
  if (!isArray(source)) {
    const cause = `json: cannot unmarshal ${goTypeName(source)} into Go value of type []interface {}`;
    const broken = errorAnswer('failed to deserialize anyPattern, expected type array', cause);
    return () => broken;
  }
  const patterns = source.map((pattern, index) =>
    observablePattern(withNumbers(pattern, 'float'), name, [...at, 'anyPattern', index]),
  );
  return (object, { context, decide }) => {
    const failed: string[] = [];
    const skipped: string[] = [];
    for (const [index, matches] of patterns.entries()) {
      const outcome = matches(object, decide);
      if (outcome.result === 'pass') {
        return { status: 'pass', message: `validation rule '${name}' anyPattern[${index}] passed.` };
      }
      const where = `rule ${name}[${index}]`;
      if (outcome.result === 'skip') skipped.push(`${where} skipped: ${outcome.message}`);
      else if (outcome.path === '') failed.push(`${where} failed: ${outcome.message}`);
      else failed.push(`${where} failed at path ${outcome.path}`);
    }
    if (failed.length > 0) return { status: 'fail', message: messages.anyPattern(context, failed.join(' ')) };
    if (skipped.length > 0) return { status: 'skip', message: skipped.join(' ') };
    return { status: 'pass', message: messages.raw };
  };
}

/** A pattern that is compiled once, and once more with an observer inside when somebody asks. */
function observablePattern(pattern: Json, rule: string, at: RulePath) {
  const matches = compilePattern(pattern);
  return (object: JsonObject, decide: Observer | undefined): PatternResult => {
    if (decide === undefined) return matches(object);
    const outcome = compilePattern(pattern, ({ patternPath, ...step }) => {
      decide({ kind: 'step', rule, at: [...at, ...patternPath], ...step });
    })(object);
    decide({ kind: 'pattern', rule, at, result: outcome.result, path: outcome.result === 'pass' ? '' : outcome.path });
    return outcome;
  };
}
