import { isAlias, isMap, isScalar, isSeq, type ParsedNode, parseAllDocuments } from 'yaml';
import { EvaluationError } from '../../model/failure.ts';
import { isArray, isObject, type Json, setKey } from '../../model/json.ts';
import { goQuote } from '../go-text.ts';
import { decodeBase64 } from './base64.ts';
import { BAD_NAME, syntaxError } from './yaml-error.ts';
import { resolveScalar, scalarKey, scalarValue } from './yaml-scalar.ts';

/** Nodes that aliases may copy before the document counts as an attack. */
const MAX_ALIASED = 100_000;

/**
 * The first document of a YAML text as `parse_yaml` gives it: YAML 1.1 scalars, all numbers floats, keys text, of two
 * equal keys the last one.
 * Throws `EvaluationError`; syntax errors have Go's text where the parser here sees the same thing.
 * Upstream: sigs.k8s.io/yaml YAMLToJSON over go.yaml.in/yaml/v2.
 */
export function readYaml(text: string): Json {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that YAML forbids
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/.test(text)) {
    throw new EvaluationError('yaml: control characters are not allowed');
  }
  const [document] = parseAllDocuments(text, {
    version: '1.1',
    schema: 'failsafe',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  if (document === undefined) {
    if (/^\s*(#.*\s*)*$/.test(text)) return null;
    const isDirective = text.trimStart().startsWith('%');
    throw new EvaluationError(
      `yaml: ${isDirective ? 'could not find expected directive name' : 'did not find expected node content'}`,
    );
  }
  const root = document.contents;
  const [error] = document.errors;
  if (error !== undefined) {
    const problem = syntaxError(text, error, root);
    if (problem !== undefined) throw new EvaluationError(`yaml: ${problem}`);
  }
  return root === null
    ? null
    : convert(root, { text, anchors: new Map(), open: new Set(), aliased: 0, copying: false });
}

interface State {
  readonly text: string;
  readonly anchors: Map<string, ParsedNode>;
  readonly open: Set<ParsedNode>;
  aliased: number;
  copying: boolean;
}

function convert(node: ParsedNode | null, state: State): Json {
  if (node === null) return null;
  if (state.copying && ++state.aliased > MAX_ALIASED) {
    throw new EvaluationError('yaml: document contains excessive aliasing');
  }
  const name = isAlias(node) ? node.source : node.anchor;
  if (name !== undefined && !/^[\w-]+$/.test(name)) throw new EvaluationError(`yaml: ${BAD_NAME}`);
  if (isAlias(node)) return convertAlias(node.source, state);
  if (node.anchor !== undefined) state.anchors.set(node.anchor, node);
  if (isScalar(node)) return scalarValue(scalarOf(node, state.text));
  state.open.add(node);
  const value = isSeq(node)
    ? node.items.map((item) => convert(item as ParsedNode, state))
    : convertMap(node as Extract<ParsedNode, { items: unknown }>, state);
  state.open.delete(node);
  return value;
}

function convertAlias(name: string, state: State): Json {
  const target = state.anchors.get(name);
  if (target === undefined) throw new EvaluationError(`yaml: unknown anchor '${name}' referenced`);
  if (state.open.has(target)) throw new EvaluationError(`yaml: anchor '${name}' value contains itself`);
  const outer = state.copying;
  state.copying = true;
  const value = convert(target, state);
  state.copying = outer;
  return value;
}

function convertMap(node: ParsedNode, state: State): Json {
  const map: Record<string, Json> = {};
  if (!isMap(node)) return map;
  for (const pair of node.items) {
    const key = pair.key as ParsedNode | null;
    const value = pair.value as ParsedNode | null;
    if (isScalar(key) && key.type === 'PLAIN' && key.source === '<<' && key.tag === undefined) {
      mergeInto(map, value, state);
    } else setKey(map, keyOf(key, value, state), convert(value, state));
  }
  return map;
}

function mergeInto(map: Record<string, Json>, value: ParsedNode | null, state: State): void {
  // Of several maps the first one wins, so it is applied last.
  const sources = isSeq(value) ? [...(value.items as ParsedNode[])].reverse() : [value];
  for (const source of sources) {
    const merged = convert(source, state);
    if (!isObject(merged)) {
      throw new EvaluationError('yaml: map merge requires map or sequence of maps as the value');
    }
    for (const key of Object.keys(merged)) setKey(map, key, merged[key] ?? null);
  }
}

function keyOf(node: ParsedNode | null, value: ParsedNode | null, state: State): string {
  const target = isAlias(node) ? state.anchors.get(node.source) : node;
  if (target === undefined)
    throw new EvaluationError(`yaml: unknown anchor '${isAlias(node) ? node.source : ''}' referenced`);
  if (node !== null && !isAlias(node) && node.anchor !== undefined) state.anchors.set(node.anchor, node);
  if (target !== null && !isScalar(target)) {
    throw new EvaluationError(`yaml: invalid map key: ${goLiteral(convert(target, state))}`);
  }
  const scalar = target === null ? null : scalarOf(target, state.text);
  const key = scalarKey(scalar);
  if (key !== undefined) return key;
  const [type, shown] = typeof scalar === 'bigint' ? ['uint64', `0x${scalar.toString(16)}`] : ['%!s(<nil>)', '<nil>'];
  throw new EvaluationError(
    `unsupported map key of type: ${type}, key: ${shown}, value: ${goLiteral(convert(value, state))}`,
  );
}

/** Go's `%#v` of a value as its YAML reader has it. */
function goLiteral(value: Json): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (typeof value !== 'object') return String(value);
  if (isArray(value)) return `[]interface {}{${value.map(goLiteral).join(', ')}}`;
  const pairs = Object.keys(value).map((key) => `${goQuote(key)}:${goLiteral(value[key] ?? null)}`);
  return `map[interface {}]interface {}{${pairs.join(', ')}}`;
}

const STANDARD = 'tag:yaml.org,2002:';

function scalarOf(node: ParsedNode, document: string): Json {
  if (!isScalar(node)) return null;
  const value = typeof node.value === 'string' ? node.value : '';
  // A block that ends with the text has a line break there only if the text has.
  const cut = /^BLOCK/.test(node.type ?? '') && node.range[1] >= document.length && !document.endsWith('\n');
  return interpret(node, cut ? value.replace(/\n$/, '') : value);
}

function interpret(node: ParsedNode, text: string): Json {
  if (!isScalar(node)) return null;
  if (node.tag === undefined) return node.type === 'PLAIN' ? resolveScalar(text) : text;
  const name = node.tag.startsWith(STANDARD) ? node.tag.slice(STANDARD.length) : '';
  if (name === 'binary') return decodeBase64(text);
  if (!['bool', 'int', 'float', 'null'].includes(name)) return text;
  const value = resolveScalar(text);
  const type = typeName(value);
  if (type === name || (type === 'int' && name === 'float')) return value;
  throw new EvaluationError(`yaml: cannot decode !!${type} \`${text}\` as a !!${name}`);
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  const names: Readonly<Record<string, string>> = { bigint: 'int', number: 'float', boolean: 'bool' };
  return names[typeof value] ?? 'str';
}
