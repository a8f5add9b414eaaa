import { EvaluationError } from '../../model/failure.ts';
import { isArray, isObject, type Json, type JsonObject, setKey } from '../../model/json.ts';
import { childPath, resolveReferences } from './references.ts';
import type { Scope } from './scope.ts';
import { compileText, type Node } from './text.ts';

/** A document with variables, ready to be filled in. */
export interface Template {
  /** What `render` always gives, when the document has no variables and no broken reference. */
  readonly constant?: { readonly value: Json };
  /**
   * The document with its variables replaced. Never changes the original; parts without variables are shared.
   * Throws `EvaluationError`, e.g. `failed to resolve a.b at path /spec/x: JMESPath query failed: Unknown key "b" in path`.
   */
  readonly render: (scope: Scope) => Json;
}

/**
 * Compiles the substitution of `$()` references and `{{ }}` variables in a document.
 * Upstream: `SubstituteAll` in `pkg/engine/variables/vars.go`, `pkg/engine/jsonutils/traverse.go`.
 */
export function compileTemplate(document: Json): Template {
  try {
    const node = compileNode(resolveReferences(document), '');
    if ('value' in node) return { constant: node, render: () => node.value };
    return { render: node.render };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const broken = error;
    return {
      render: () => {
        throw broken;
      },
    };
  }
}

/** Replaces variables in a value that itself came out of a variable. A string stays as it is. */
function renderValue(value: Json, path: string, scope: Scope): Json {
  if (typeof value === 'string' || !mentionsBraces(value)) return value;
  const node = compileNode(value, path);
  return 'value' in node ? node.value : node.render(scope);
}

function mentionsBraces(value: Json): boolean {
  if (typeof value === 'string') return value.includes('{{');
  if (isArray(value)) return value.some(mentionsBraces);
  return isObject(value) && Object.keys(value).some((key) => key.includes('{{') || mentionsBraces(value[key] ?? null));
}

function compileNode(value: Json, path: string): Node {
  if (typeof value === 'string') return compileText(value, path, renderValue);
  if (isArray(value)) return compileList(value, path);
  return isObject(value) ? compileObject(value, path) : { value };
}

function compileList(list: readonly Json[], path: string): Node {
  const nodes = list.map((item, i) => compileNode(item, `${path}/${i}`));
  if (nodes.every((node) => 'value' in node)) return { value: unchanged(list, nodes) ? list : nodes.map(constantOf) };
  return { render: (scope) => nodes.map((node) => ('value' in node ? node.value : node.render(scope))) };
}

function constantOf(node: Node): Json {
  return 'value' in node ? node.value : null;
}

function unchanged(list: readonly Json[], nodes: readonly Node[]): boolean {
  return nodes.every((node, i) => constantOf(node) === list[i]);
}

interface Entry {
  readonly key: string;
  readonly name: Node;
  readonly node: Node;
}

function compileObject(object: JsonObject, path: string): Node {
  const entries: readonly Entry[] = Object.keys(object).map((key) => ({
    key,
    name: compileText(key, path, renderValue),
    node: compileNode(object[key] ?? null, childPath(path, key)),
  }));
  if (entries.every(({ name, node }) => 'value' in name && 'value' in node)) {
    return { value: build(entries, (entry) => constantOf(entry)) };
  }
  return { render: (scope) => build(entries, (entry) => ('value' in entry ? entry.value : entry.render(scope))) };
}

function build(entries: readonly Entry[], evaluate: (node: Node) => Json): JsonObject {
  const result: Record<string, Json> = {};
  for (const { key, name, node } of entries) setKey(result, keyText(key, evaluate(name)), evaluate(node));
  return result;
}

function keyText(key: string, name: Json): string {
  if (typeof name === 'string') return name;
  if (name === null) return key;
  throw new EvaluationError(`expected string after substituting variables in key "${key}"`);
}
