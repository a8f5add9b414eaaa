import { type CelExpr, childrenOf } from '../ast.ts';
import { type CheckedTypes, checkTypes } from '../checker/checker.ts';
import type { CelEnvironment } from '../environment.ts';
import { parseExpression, type SourceNotes } from '../parser.ts';
import { resultTypeText } from '../types.ts';
import { celText } from './value-text.ts';

/** The deepest tree has as many levels as the parser allows, so no indent needs a limit. */
const INDENT = 2;

/**
 * The syntax tree of an expression, a part a line with its type, macros as they are written. `undefined` for an
 * expression that does not parse; what has a wrong type is shown without one.
 */
export function celTreeText(text: string, env: CelEnvironment): string | undefined {
  const notes: SourceNotes = { spans: new Map(), macros: new Map() };
  const { expr } = parseExpression(text, env.macros, notes);
  if (expr === undefined) return undefined;
  const lines: string[] = [];
  print(expr, 0, { types: checkTypes(expr, env), macros: notes.macros, lines });
  return `${lines.join('\n')}\n`;
}

interface Printer {
  readonly types: CheckedTypes;
  readonly macros: SourceNotes['macros'];
  readonly lines: string[];
}

function print(expr: CelExpr, depth: number, printer: Printer): void {
  const { types, macros, lines } = printer;
  const macro = macros.get(expr);
  const name = types.names.get(expr);
  const label = macro === undefined ? labelOf(expr, name) : `macro ${macro.fn}`;
  const type = types.typeOf(expr);
  // What a macro takes apart has no type of its own.
  lines.push(`${' '.repeat(depth * INDENT)}${label}${type.kind === 'error' ? '' : `: ${resultTypeText(type)}`}`);
  if (macro !== undefined) {
    for (const part of childrenOf(macro)) print(part, depth + 1, printer);
    return;
  }
  // `a.b` may be one variable, and `a.b(c)` a function with a dot in its name.
  const inside = name === undefined ? childrenOf(expr) : expr.kind === 'call' ? expr.args : [];
  for (const child of inside) print(child, depth + 1, printer);
}

function labelOf(expr: CelExpr, name: string | undefined): string {
  switch (expr.kind) {
    case 'literal':
      return `literal ${celText(expr.value)}`;
    case 'ident':
      return `variable ${expr.name}`;
    case 'select':
      if (name !== undefined) return `variable ${name}`;
      return expr.test ? `has field ${expr.field}` : `field ${expr.field}`;
    case 'call':
      return `call ${name ?? expr.fn}`;
    case 'struct':
      return `message ${expr.name}`;
    case 'fold':
      return 'loop';
    default:
      return expr.kind;
  }
}
