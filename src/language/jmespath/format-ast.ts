import { EvaluationError } from '../../model/failure.ts';
import { isArray, type Json } from '../../model/json.ts';
import { compareBytes, formatFloatG, goQuote } from '../go-text.ts';
import type { Node, SliceParts } from './ast.ts';
import { guarded } from './errors.ts';
import { parseQuery } from './parser.ts';

/**
 * The syntax tree of a query as `kyverno jp parse` prints it, with a line break at the end. Where upstream prints
 * the addresses of a slice's numbers, the numbers stand.
 * Throws `QuerySyntaxError` or `EvaluationError`.
 * Upstream: github.com/kyverno/go-jmespath parser.go, PrettyPrint.
 */
export function formatAst(query: string): string {
  return guarded(() => {
    const lines: string[] = [];
    print(parseQuery(query), 0, lines);
    return `${lines.join('\n')}\n`;
  });
}

/** Deeper trees would fill the memory with blanks. */
const MAX_INDENT = 4000;

function print(node: Node, indent: number, lines: string[]): void {
  if (indent > MAX_INDENT) throw new EvaluationError('the query nests too deeply to be printed');
  const pad = ' '.repeat(indent);
  lines.push(`${pad}${node.type} {`);
  const value = valueText(node);
  if (value !== undefined) lines.push(`${pad}  value: ${value}`);
  if (node.children.length > 0) {
    // Upstream never closes this brace.
    lines.push(`${pad}  children: {`);
    for (const child of node.children) print(child, indent + 4, lines);
  }
  lines.push(`${pad}}`);
}

function valueText(node: Node): string | undefined {
  if (!('value' in node) || node.value === null) return undefined;
  switch (node.type) {
    case 'ASTComparator':
      return node.value;
    case 'ASTSlice':
      return sliceText(node.value);
    default:
      return goSyntax(node.value);
  }
}

function sliceText(parts: SliceParts): string {
  return `[]*int{${parts.map((part) => `(*int)(${part ?? 'nil'})`).join(', ')}}`;
}

/** Go's `%#v` of a JSON value. */
function goSyntax(value: Json): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number') return formatFloatG(value);
  if (typeof value !== 'object') return String(value);
  if (isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  const fields = Object.keys(value).sort(compareBytes);
  return `map[string]interface {}{${fields.map((key) => `${goQuote(key)}:${goSyntax(value[key] ?? null)}`).join(', ')}}`;
}
