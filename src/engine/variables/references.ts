import { posix } from 'node:path';
import { formatFloatF6, goValue } from '../../language/go-text.ts';
import { EvaluationError } from '../../model/failure.ts';
import { isArray, isObject, type Json, type JsonObject, setKey } from '../../model/json.ts';

const REFERENCE = /^\$\(.[^ ]*\)|[^\\]\$\(.[^ ]*\)/gu;
const ESCAPED_REFERENCE = /\\\$\(.[^ )]*\)/gu;
const OPERATOR = /^(>=|<=|>|<|!)/;

/**
 * The document with its `$(path)` references replaced by the leaves they point at. They depend on nothing but the
 * document. The same document comes back when it has none. Throws `EvaluationError`.
 * Upstream: `substituteReferencesIfAny` in `pkg/engine/variables/vars.go`.
 */
export function resolveReferences(document: Json): Json {
  return mentionsReference(document) ? walk(document, document, '') : document;
}

function mentionsReference(value: Json): boolean {
  if (typeof value === 'string') return value.includes('$(');
  if (isArray(value)) return value.some(mentionsReference);
  return (
    isObject(value) && Object.keys(value).some((key) => key.includes('$(') || mentionsReference(value[key] ?? null))
  );
}

function walk(document: Json, value: Json, path: string): Json {
  if (typeof value === 'string') return resolveText(document, value, path);
  if (isArray(value)) return value.map((item, i) => walk(document, item, `${path}/${i}`));
  if (!isObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    setKey(copy, resolveText(document, key, path), walk(document, value[key] ?? null, childPath(path, key)));
  }
  return copy;
}

/** The path of a map entry; a `/` in the key is escaped. */
export function childPath(path: string, key: string): string {
  return `${path}/${key.replaceAll('/', '\\/')}`;
}

function resolveText(document: Json, text: string, path: string): string {
  if (!text.includes('$(')) return text;
  let result = text;
  for (const [match] of text.matchAll(REFERENCE)) {
    const prefix = match.startsWith('$(') ? '' : (match.match(/^./su)?.[0] ?? '');
    const reference = match.slice(prefix.length);
    const value = resolveOne(document, reference, path);
    result = replaceFirst(result, match, prefix + value);
  }
  return result.replace(ESCAPED_REFERENCE, (escaped) => escaped.slice(1));
}

function replaceFirst(text: string, search: string, replacement: string): string {
  const at = text.indexOf(search);
  return at < 0 ? text : text.slice(0, at) + replacement + text.slice(at + search.length);
}

function resolveOne(document: Json, reference: string, path: string): string {
  const body = reference.replace(/^[$()]+/, '').replace(/[$()]+$/, '');
  const operator = body.length < 2 ? '' : (OPERATOR.exec(body)?.[0] ?? '');
  const target = body.slice(operator.length);
  const failed = (cause: string) => new EvaluationError(`failed to resolve ${reference} at path ${path}: ${cause}`);
  if (target === '') throw failed('expected path, found empty reference');
  const found = findLeaf(document, target.startsWith('/') ? target : posix.join(path, target));
  if (operator !== '') {
    const text = operandText(found ?? null);
    if (text === undefined) {
      const value = goValue(found ?? null);
      throw failed(`incorrect expression: operator ${operator} does not match with value ${value}`);
    }
    return operator + text;
  }
  if (found === undefined || found === null) {
    throw new EvaluationError(`got nil resolved variable ${reference} at path ${path}: <nil>`);
  }
  if (typeof found === 'string') return found;
  throw new EvaluationError(`NotResolvedReferenceErr,reference ${reference} not resolved at path ${path}`);
}

function operandText(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'number' ? formatFloatF6(value) : undefined;
}

/** The leaf (or, as upstream visits keys with the path of their map, the last key) at a path without anchors. */
function findLeaf(document: Json, wanted: string): Json | undefined {
  let found: Json | undefined;
  const visit = (value: Json, path: string): void => {
    if (isArray(value)) for (const [i, item] of value.entries()) visit(item, `${path}/${i}`);
    else if (isObject(value)) visitObject(value, path);
    else if (withoutAnchors(path) === wanted) found = value;
  };
  const visitObject = (value: JsonObject, path: string): void => {
    for (const key of Object.keys(value)) {
      if (withoutAnchors(path) === wanted) found = key;
      visit(value[key] ?? null, childPath(path, key));
    }
  };
  visit(document, '');
  return found;
}

const ANCHOR = /^[+<=X^]?\((.+)\)$/;

/** Upstream: `RemoveAnchorsFromPath` in `pkg/engine/anchor/utils.go`. */
function withoutAnchors(path: string): string {
  const cleaned = path.split('/').map((part) => ANCHOR.exec(part.trim())?.[1] ?? part);
  const joined = posix.join(...cleaned);
  return path.startsWith('/') ? `/${joined === '.' ? '' : joined}` : joined === '.' ? '' : joined;
}
