import { goValue } from '../go-text.ts';
import type { Node } from './ast.ts';
import type { Evaluate } from './value.ts';

/** The node types in upstream's order: Go prints their numbers. */
const TYPES: readonly Node['type'][] = [
  'ASTEmpty',
  'ASTComparator',
  'ASTCurrentNode',
  'ASTExpRef',
  'ASTFunctionExpression',
  'ASTField',
  'ASTFilterProjection',
  'ASTFlatten',
  'ASTIdentity',
  'ASTIndex',
  'ASTIndexExpression',
  'ASTKeyValPair',
  'ASTLiteral',
  'ASTMultiSelectHash',
  'ASTMultiSelectList',
  'ASTOrExpression',
  'ASTAndExpression',
  'ASTNotExpression',
  'ASTPipe',
  'ASTProjection',
  'ASTSubexpression',
  'ASTSlice',
  'ASTValueProjection',
];

const NODES = new WeakMap<Evaluate, Node>();

/** Remembers what an expression reference was compiled from, for `expRefText`. */
export function markExpRef(expression: Evaluate, node: Node): Evaluate {
  NODES.set(expression, node);
  return expression;
}

/** Go's `%v` of an expression reference, which error texts quote: `{{5 name []}}` for `&name`. */
export function expRefText(expression: Evaluate): string {
  const node = NODES.get(expression);
  return node === undefined ? '{}' : `{${nodeText(node)}}`;
}

function nodeText(node: Node): string {
  return `{${TYPES.indexOf(node.type)} ${valueText(node)} [${node.children.map(nodeText).join(' ')}]}`;
}

function valueText(node: Node): string {
  if (!('value' in node)) return '<nil>';
  if (node.type === 'ASTSlice') return `[${node.value.map((part) => part ?? '<nil>').join(' ')}]`;
  return goValue(node.value);
}
