import type { Json } from '../../model/json.ts';
import type { TokenType } from './tokens.ts';

/** The comparison operators. */
export type Comparator = Extract<TokenType, 'tEQ' | 'tNE' | 'tLT' | 'tLTE' | 'tGT' | 'tGTE'>;

/** Start, stop and step of a slice; `undefined` where the query gives none. */
export type SliceParts = readonly [number | undefined, number | undefined, number | undefined];

/**
 * A parsed query. Types and children are those of upstream, because `kyverno jp parse` prints them.
 * Upstream: github.com/kyverno/go-jmespath parser.go, ASTNode.
 */
export type Node =
  | { readonly type: 'ASTEmpty'; readonly children: readonly [] }
  | { readonly type: 'ASTComparator'; readonly value: Comparator; readonly children: readonly [Node, Node] }
  | { readonly type: 'ASTCurrentNode'; readonly children: readonly [] }
  | { readonly type: 'ASTExpRef'; readonly children: readonly [Node] }
  /** `value` is no text when the thing before `(` has no name: an error at evaluation. */
  | { readonly type: 'ASTFunctionExpression'; readonly value: Json; readonly children: readonly Node[] }
  | { readonly type: 'ASTField'; readonly value: string; readonly children: readonly [] }
  /** Children: the list, what is taken of each element, the condition. */
  | { readonly type: 'ASTFilterProjection'; readonly children: readonly [Node, Node, Node] }
  | { readonly type: 'ASTFlatten'; readonly children: readonly [Node] }
  | { readonly type: 'ASTIdentity'; readonly children: readonly [] }
  | { readonly type: 'ASTIndex'; readonly value: number; readonly children: readonly [] }
  | { readonly type: 'ASTIndexExpression'; readonly children: readonly [Node, Node] }
  | { readonly type: 'ASTKeyValPair'; readonly value: string; readonly children: readonly [Node] }
  | { readonly type: 'ASTLiteral'; readonly value: Json; readonly children: readonly [] }
  | { readonly type: 'ASTMultiSelectHash'; readonly children: readonly KeyValPair[] }
  | { readonly type: 'ASTMultiSelectList'; readonly children: readonly Node[] }
  | { readonly type: 'ASTOrExpression'; readonly children: readonly [Node, Node] }
  | { readonly type: 'ASTAndExpression'; readonly children: readonly [Node, Node] }
  | { readonly type: 'ASTNotExpression'; readonly children: readonly [Node] }
  | { readonly type: 'ASTPipe'; readonly children: readonly [Node, Node] }
  | { readonly type: 'ASTProjection'; readonly children: readonly [Node, Node] }
  | { readonly type: 'ASTSubexpression'; readonly children: readonly [Node, Node] }
  | { readonly type: 'ASTSlice'; readonly value: SliceParts; readonly children: readonly [] }
  | { readonly type: 'ASTValueProjection'; readonly children: readonly [Node, Node] };

/** One `key: expression` of a multi-select hash. */
export type KeyValPair = Extract<Node, { readonly type: 'ASTKeyValPair' }>;

/** The node that gives its input unchanged. */
export const IDENTITY: Node = { type: 'ASTIdentity', children: [] };
/** What upstream leaves behind where it drops the error of a bad index at the start of an expression. */
export const EMPTY: Node = { type: 'ASTEmpty', children: [] };
