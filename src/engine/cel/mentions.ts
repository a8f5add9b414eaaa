import { type CelExpr, childrenOf } from './ast.ts';
import { KUBERNETES_MACROS } from './macros.ts';
import { parseExpression } from './parser.ts';

/** Does an expression mention a variable? True for what does not parse. */
export function mentionsVariable(text: string, name: string): boolean {
  const { expr } = parseExpression(text, KUBERNETES_MACROS);
  return expr === undefined || mentions(expr, name);
}

function mentions(expr: CelExpr, name: string): boolean {
  return (expr.kind === 'ident' && expr.name === name) || childrenOf(expr).some((part) => mentions(part, name));
}
