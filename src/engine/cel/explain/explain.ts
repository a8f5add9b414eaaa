import { type CelExpr, childrenOf } from '../ast.ts';
import { checkTypes } from '../checker/checker.ts';
import { CostExceeded, EXPRESSION_LIMIT } from '../cost.ts';
import type { CelEnvironment } from '../environment.ts';
import type { CelHost } from '../host.ts';
import { InternalError } from '../internal-error.ts';
import { parseExpression, type SourceNotes } from '../parser.ts';
import type { Activation } from '../plan/frame.ts';
import { planExpression, type Watch } from '../plan/plan.ts';
import { CelError, CelLazyMap, type CelValue } from '../values.ts';
import { shortCelText } from './value-text.ts';

/** Where in an expression an error arose, and from what. */
export interface Explanation {
  readonly message: string;
  /** An index into the text: an operator, or the name of a function, field or variable. -1 for the whole. */
  readonly at: number;
  /** The name of the one of `variables` that has the error, when it is the error of one. */
  readonly variable: string | undefined;
  /** Values of the operands, and of the variables of macros around them. */
  readonly values: readonly NamedValue[];
}

/** A part of an expression with its value as an expression. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

interface Origin {
  readonly expr: CelExpr;
  readonly values: readonly (readonly [CelExpr | string, CelValue])[];
}

const LONGEST_VALUE = 160;
const LONGEST_NAME = 80;

/**
 * Evaluates an expression again, part by part, to tell where its error comes from. `undefined` when it does not compile
 * or gives no error.
 */
export function explainError(
  text: string,
  env: CelEnvironment,
  variables: Activation,
  host: CelHost,
): Explanation | undefined {
  const notes: SourceNotes = { spans: new Map(), macros: new Map() };
  const { expr } = parseExpression(text, env.macros, notes);
  if (expr === undefined) return undefined;
  const types = checkTypes(expr, env);
  if (types.issues.length > 0) return undefined;
  const { watch, origins } = watcher();
  try {
    const run = planExpression(expr, types, env, watch);
    // Watched parts cost more, as each is read by itself.
    const result = run({ variables, host, locals: [], cost: 0, limit: 10 * EXPRESSION_LIMIT });
    if (!(result instanceof CelError)) return undefined;
    const origin = origins.get(result);
    return origin === undefined ? whole(result.message) : told(origin, result, text, notes);
  } catch (problem) {
    if (problem instanceof CostExceeded || problem instanceof InternalError) return whole(problem.message);
    throw problem;
  }
}

function whole(message: string): Explanation {
  return { message, at: -1, variable: undefined, values: [] };
}

/** Remembers for each error which part it arose in. */
function watcher(): { readonly watch: Watch; readonly origins: ReadonlyMap<CelError, Origin> } {
  const origins = new Map<CelError, Origin>();
  const latest = new Map<CelExpr, CelValue>();
  const watch: Watch = (expr, value, variables) => {
    latest.set(expr, value);
    if (!(value instanceof CelError) || origins.has(value)) return value;
    // Some errors are one object wherever they arise, so each gets one of its own.
    const error = new CelError(value.message);
    const operands = (expr.kind === 'fold' ? [expr.range] : childrenOf(expr)).flatMap((part) => {
      const known = latest.get(part);
      return known === undefined ? [] : [[part, known] as const];
    });
    origins.set(error, { expr, values: [...operands, ...variables()] });
    latest.set(expr, error);
    return error;
  };
  return { watch, origins };
}

function told({ expr, values }: Origin, { message }: CelError, text: string, notes: SourceNotes): Explanation {
  const named = new Map<string, string>();
  for (const [part, value] of values) {
    if (value instanceof CelLazyMap || (typeof part !== 'string' && part.kind === 'literal')) continue;
    const name = typeof part === 'string' ? part : textOf(part, text, notes);
    const shown = shortCelText(value, LONGEST_VALUE);
    if (name !== undefined && !named.has(name) && !shown.startsWith('<')) named.set(name, shown);
  }
  return {
    message,
    at: placeOf(expr, text),
    variable: variableOf(expr),
    values: [...named].map(([name, value]) => ({ name, value })),
  };
}

function variableOf(expr: CelExpr): string | undefined {
  if (expr.kind !== 'select' || expr.operand.kind !== 'ident') return undefined;
  return expr.operand.name === 'variables' ? expr.field : undefined;
}

/** The text of a part on one line; `undefined` for what a macro added. */
function textOf(expr: CelExpr, text: string, { spans }: SourceNotes): string | undefined {
  const span = spanOf(expr, spans);
  if (span === undefined) return undefined;
  const written = text
    .slice(...span)
    .replaceAll(/\.\s*\n\s*|\s*\n\s*\./g, '.')
    .replaceAll(/\s+/g, ' ');
  return written.length <= LONGEST_NAME ? written : `${written.slice(0, LONGEST_NAME - 1)}…`;
}

/** Operators reach from their first operand to their last. */
function spanOf(expr: CelExpr, spans: SourceNotes['spans']): readonly [number, number] | undefined {
  const known = spans.get(expr);
  if (known !== undefined || expr.kind !== 'call') return known;
  const [first, last] = [expr.args[0], expr.args.at(-1)];
  const from = first === undefined ? undefined : spanOf(first, spans)?.[0];
  const to = last === undefined ? undefined : spanOf(last, spans)?.[1];
  return from === undefined || to === undefined ? undefined : [from, to];
}

/** Where a reader looks: cel-go points at the dot of a field and at the parenthesis of a call. */
function placeOf(expr: CelExpr, text: string): number {
  if (expr.kind === 'select') return Math.max(text.indexOf(expr.field, expr.at), expr.at);
  if (expr.kind !== 'call' || text[expr.at] !== '(') return expr.at;
  const name = text.lastIndexOf(expr.fn.replace(/^.*\./, ''), expr.at);
  return name < 0 ? expr.at : name;
}
