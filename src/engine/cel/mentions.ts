import { type CelExpr, childrenOf } from './ast.ts';
import { KUBERNETES_MACROS } from './macros.ts';
import { parseExpression } from './parser.ts';

/** Does an expression mention a variable? For what does not parse the answer is `whenBroken`. */
export function mentionsVariable(text: string, name: string, whenBroken: boolean): boolean {
  const { expr } = parseExpression(text, KUBERNETES_MACROS);
  return expr === undefined ? whenBroken : mentions(expr, name);
}

function mentions(expr: CelExpr, name: string): boolean {
  return (expr.kind === 'ident' && expr.name === name) || childrenOf(expr).some((part) => mentions(part, name));
}
