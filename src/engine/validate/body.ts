import { asArray, asObject, type Json, type JsonObject } from '../../model/json.ts';
import type { RulePath } from '../observe.ts';
import type { RuleHandler } from '../run.ts';
import { answering, isFailed } from './answers.ts';
import { compileConditions } from './conditions.ts';
import type { Messages } from './message.ts';
import { compilePatterns } from './patterns.ts';

/** What the parts of a rule share. */
export interface RuleTexts {
  readonly name: string;
  readonly messages: Messages;
  /** Where in the rule the part stands. */
  readonly at: RulePath;
}

/** Compiles a list of foreach entries. */
export type CompileForeach = (entries: readonly Json[], texts: RuleTexts, nesting: number) => RuleHandler;

/**
 * Compiles the one check that a `validate` block or a foreach entry makes: deny, else pattern or anyPattern, else
 * foreach; with none of them it says nothing.
 * Upstream: `validate` in `pkg/engine/handlers/validation/validate_resource.go`.
 */
export function compileBody(
  source: JsonObject,
  texts: RuleTexts,
  nesting: number,
  compileForeach: CompileForeach,
): RuleHandler {
  const has = (key: string) => source[key] !== undefined && source[key] !== null;
  if (has('deny')) return compileDeny(source, texts);
  if (has('pattern')) return compilePatterns(source['pattern'] ?? null, 'pattern', texts);
  if (has('anyPattern')) return compilePatterns(source['anyPattern'] ?? null, 'anyPattern', texts);
  const entries = asArray(source['foreach']);
  return entries === undefined ? () => undefined : compileForeach(entries, texts, nesting);
}

function compileDeny(source: JsonObject, { name, messages, at }: RuleTexts): RuleHandler {
  const conditions = compileConditions(asObject(source['deny'])?.['conditions'], {
    rule: name,
    at: [...at, 'deny', 'conditions'],
  });
  const passed = { status: 'pass', message: `validation rule '${name}' passed.` } as const;
  return ({ context, decide }) => {
    const result = answering('failed to check deny conditions', () => conditions(context, decide));
    if (isFailed(result)) return result.failed;
    return result.holds ? { status: 'fail', message: messages.denied(context, result.message) } : passed;
  };
}
