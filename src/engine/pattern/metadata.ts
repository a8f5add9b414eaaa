import { compareBytes } from '../../language/go-text.ts';
import { hasWildcard, wildcardMatch } from '../../language/wildcard.ts';
import { asObject, isArray, isObject, type Json, type JsonObject, setKey } from '../../model/json.ts';
import { anchorText, parseAnchor } from './anchor.ts';

/**
 * Wildcards in the keys of labels and annotations. At every map that has `metadata` in pattern and value, the
 * pattern's labels and annotations are rebuilt with the value's keys, and stay so for what is checked next.
 * Upstream: `ExpandInMetadata` in `pkg/engine/wildcards/wildcards.go`.
 */

const TAGS = ['labels', 'annotations'];

/** A pattern map whose metadata may be rewritten while it is checked; part of a copy made for one call. */
export type MutablePattern = Record<string, Json>;

/** True when checking the pattern, or a part of it, may rewrite it. */
export function hasRewrites(pattern: Json): boolean {
  if (isArray(pattern)) return pattern.some(hasRewrites);
  if (!isObject(pattern)) return false;
  return rewritesHere(pattern) || Object.values(pattern).some(hasRewrites);
}

function rewritesHere(pattern: JsonObject): boolean {
  const metadata = entryOf(pattern, 'metadata')?.value;
  if (!isObject(metadata)) return false;
  return TAGS.some((tag) => {
    const tagged = entryOf(metadata, tag)?.value;
    return isObject(tagged) && Object.keys(tagged).some((key) => hasWildcard(key) || typeof tagged[key] !== 'string');
  });
}

/**
 * Copies the parts of a pattern that may be rewritten, and lists them in `rewritten`; the rest is shared, so that it
 * can be recognised.
 */
export function copyRewritable(pattern: Json, rewritten: WeakSet<object>): Json {
  if (!hasRewrites(pattern)) return pattern;
  if (isArray(pattern)) return pattern.map((item) => copyRewritable(item, rewritten));
  if (!isObject(pattern)) return pattern;
  const copy: MutablePattern = {};
  for (const key of Object.keys(pattern)) setKey(copy, key, copyRewritable(pattern[key] ?? null, rewritten));
  if (!rewritesHere(pattern)) return copy;
  rewritten.add(copy);
  const metadata = entryOf(copy, 'metadata');
  if (metadata !== undefined && isObject(metadata.value)) setKey(copy, metadata.key, copyOf(metadata.value));
  return copy;
}

function copyOf(map: JsonObject): JsonObject {
  const copy: MutablePattern = {};
  for (const key of Object.keys(map)) setKey(copy, key, map[key] ?? null);
  return copy;
}

/** Rewrites labels and annotations of a pattern that `copyRewritable` made, after the resource at hand. */
export function expandMetadata(pattern: JsonObject, value: JsonObject): void {
  const metadata = entryOf(pattern, 'metadata')?.value;
  const actual = Object.hasOwn(value, 'metadata') ? asObject(value['metadata']) : undefined;
  if (!isObject(metadata) || actual === undefined) return;
  for (const tag of TAGS) {
    const wanted = entryOf(metadata, tag);
    const given = entryOf(actual, tag)?.value;
    if (isObject(wanted?.value) && isObject(given)) {
      setKey(metadata as MutablePattern, wanted.key, expandKeys(wanted.value, given));
    }
  }
}

function expandKeys(wanted: JsonObject, given: JsonObject): JsonObject {
  const candidates = Object.keys(given).filter((key) => typeof given[key] === 'string');
  const result: MutablePattern = {};
  for (const text of Object.keys(wanted)) {
    const value = wanted[text];
    if (typeof value === 'string') setKey(result, hasWildcard(text) ? expandKey(text, candidates) : text, value);
  }
  return result;
}

/** Of several keys that match upstream takes a random one; here it is the first in byte order. */
function expandKey(text: string, candidates: readonly string[]): string {
  const anchor = parseAnchor(text);
  const wildcard = anchor?.key ?? text;
  const matching = candidates.filter((candidate) => wildcardMatch(wildcard, candidate));
  const key = matching.length === 0 ? wildcard : matching.reduce((a, b) => (compareBytes(b, a) < 0 ? b : a));
  return anchor === undefined ? key : anchorText({ kind: anchor.kind, key });
}

function entryOf(map: JsonObject, name: string): { readonly key: string; readonly value: Json } | undefined {
  for (const key of Object.keys(map)) {
    if (key === name || parseAnchor(key)?.key === name) return { key, value: map[key] ?? null };
  }
  return undefined;
}
