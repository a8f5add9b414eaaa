import type { Node } from '../../language/jmespath/ast.ts';
import { parseQuery } from '../../language/jmespath/parser.ts';
import { EvaluationError } from '../../model/failure.ts';
import { KEYS } from '../path.ts';
import {
  type Abstract,
  elements,
  fieldOf,
  flattened,
  link,
  listOf,
  literal,
  look,
  NOTHING,
  union,
} from './abstract.ts';
import type { Collector } from './collect.ts';

/** Names that a rule defines itself: context entries, `element`. */
export type Names = (name: string) => Abstract | undefined;

/** What a JMESPath query of a policy may stand for; every place that it looks at is noted. */
export function traceQuery(text: string, names: Names, collector: Collector): Abstract {
  let node: Node;
  try {
    node = parseQuery(text);
  } catch (error) {
    if (error instanceof EvaluationError) return NOTHING;
    throw error;
  }
  return createTracer(names, collector)(node, { paths: [[]], literals: [] });
}

type Trace = (node: Node, input: Abstract) => Abstract;

function createTracer(names: Names, collector: Collector): Trace {
  const field = (input: Abstract, key: string): Abstract => {
    const isTop = input.paths.length === 1 && input.paths[0]?.length === 0;
    const own = isTop ? names(key) : undefined;
    return look(own ?? fieldOf(input, key), collector);
  };
  const trace: Trace = (node, input) => {
    switch (node.type) {
      case 'ASTField':
        return field(input, node.value);
      case 'ASTLiteral':
        return literal(node.value);
      case 'ASTIndex':
        return look(elements(input), collector);
      case 'ASTSlice':
      case 'ASTIdentity':
      case 'ASTCurrentNode':
        return input;
      case 'ASTSubexpression':
      case 'ASTIndexExpression':
      case 'ASTPipe':
        return trace(node.children[1], trace(node.children[0], input));
      case 'ASTProjection':
        return listOf(trace(node.children[1], elements(trace(node.children[0], input))));
      case 'ASTFlatten':
        return flattened(trace(node.children[0], input));
      case 'ASTValueProjection':
        return listOf(trace(node.children[1], fieldOf(trace(node.children[0], input), '*')));
      case 'ASTFilterProjection': {
        const items = elements(trace(node.children[0], input));
        trace(node.children[2], items);
        return listOf(trace(node.children[1], items));
      }
      case 'ASTMultiSelectList':
        return listOf(union(node.children.map((child) => trace(child, input))));
      case 'ASTMultiSelectHash': {
        const fields = new Map(node.children.map((pair) => [pair.value, trace(pair.children[0], input)]));
        return { ...NOTHING, fields };
      }
      case 'ASTKeyValPair':
      case 'ASTExpRef':
        return trace(node.children[0], input);
      case 'ASTOrExpression':
        return union(node.children.map((child) => trace(child, input)));
      case 'ASTAndExpression':
        trace(node.children[0], input);
        return trace(node.children[1], input);
      case 'ASTNotExpression':
        trace(node.children[0], input);
        return NOTHING;
      case 'ASTComparator':
        link(
          node.children.map((child) => trace(child, input)),
          collector,
        );
        return NOTHING;
      case 'ASTFunctionExpression':
        return call(String(node.value), node.children, input);
      case 'ASTEmpty':
        return NOTHING;
    }
  };
  const call = (name: string, children: readonly Node[], input: Abstract): Abstract => {
    const plain = children.filter((child) => child.type !== 'ASTExpRef').map((child) => trace(child, input));
    const items = elements(union(plain));
    const mapped = children.filter((child) => child.type === 'ASTExpRef').map((child) => trace(child, items));
    link(plain, collector);
    const [first = NOTHING, second = NOTHING] = plain;
    switch (name) {
      case 'keys':
        return listOf(fieldOf(first, KEYS));
      case 'values':
        return listOf(fieldOf(first, '*'));
      case 'items': {
        const texts = plain.slice(1).flatMap(({ literals }) => literals.map(String));
        const [key = 'key', value = 'value'] = texts;
        const fields = new Map([
          [key, fieldOf(first, KEYS)],
          [value, fieldOf(first, '*')],
        ]);
        return { ...NOTHING, fields, list: true };
      }
      case 'lookup':
        return union(second.literals.map((key) => fieldOf(first, String(key))));
      case 'map':
        return listOf(union(mapped));
      default:
        return { paths: union(plain).paths, literals: [], ...(first.list ? { list: true } : {}) };
    }
  };
  return trace;
}
