import { asArray, asObject, getPath, isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import type { Draft } from './draft.ts';
import { edited, type Place, placesIn, valueAt } from './edit.ts';
import { podTemplateOf } from './generate/type-at.ts';
import type { Answer, Tester } from './tester.ts';

/** Questions that one shrinking may ask. */
const MAX_QUESTIONS = 1500;

/** Texts up to this length are not cut. */
const READABLE = 24;

/** Is it still the same difference? */
export type SameDifference = (answer: Answer) => boolean;

/**
 * The smallest request found on which the sets still differ in the same way: simpler operation and kind, fewer fields and
 * list elements, plainer values. Removing any single field of it makes the difference go away (or the request invalid).
 */
export function shrink(tester: Tester, start: Answer, isSame: SameDifference): Answer {
  let best = start;
  let questions = 0;
  const tried = (draft: Draft): boolean => {
    if (questions >= MAX_QUESTIONS) return false;
    questions += 1;
    const answer = tester.ask(draft);
    if (answer === undefined || !isSame(answer)) return false;
    best = answer;
    return true;
  };
  for (const simpler of simplerDrafts(best.draft)) if (tried(simpler)) break;
  for (let changed = true; changed && questions < MAX_QUESTIONS; ) {
    changed = false;
    for (const simpler of withoutExtras(best.draft)) changed = tried(simpler) || changed;
    for (const part of ['object', 'old'] as const) {
      changed = removeParts(() => best.draft, part, tried) || changed;
      changed = plainParts(() => best.draft, part, tried) || changed;
    }
  }
  return best;
}

/** The same question asked more plainly: a pod for its controller, CREATE for UPDATE. The plainest comes first. */
function simplerDrafts(draft: Draft): readonly Draft[] {
  const pod = podOf(draft.object);
  const oldPod = draft.old === undefined ? undefined : podOf(draft.old);
  const asPod: readonly Draft[] =
    pod === undefined ? [] : [{ ...draft, object: pod, ...(oldPod === undefined ? {} : { old: oldPod }) }];
  return [...asPod.flatMap(asCreate), ...asPod, ...asCreate(draft)];
}

function asCreate({ operation, object, user }: Draft): readonly Draft[] {
  return operation === 'CREATE' ? [] : [{ operation: 'CREATE', object, ...(user === undefined ? {} : { user }) }];
}

function podOf(object: JsonObject): JsonObject | undefined {
  const template = podTemplateOf(String(object['kind']));
  if (template === undefined || template.length === 0) return undefined;
  const inner = asObject(getPath(object, ...template.filter((step) => step !== null))) ?? {};
  const { name, namespace } = asObject(object['metadata']) ?? {};
  const place = namespace === undefined ? {} : { namespace };
  const metadata = { ...asObject(inner['metadata']), ...(name === undefined ? {} : { name }), ...place };
  return { apiVersion: 'v1', kind: 'Pod', metadata, ...(inner['spec'] === undefined ? {} : { spec: inner['spec'] }) };
}

function withoutExtras(draft: Draft): readonly Draft[] {
  const { user, old, ...plain } = draft;
  return [
    ...(user === undefined ? [] : [{ ...plain, ...(old === undefined ? {} : { old }) }]),
    // An update that changes nothing.
    ...(old === undefined || old === draft.object ? [] : [{ ...draft, old: draft.object }]),
  ];
}

type Part = 'object' | 'old';
type Try = (draft: Draft) => boolean;

function withPart(draft: Draft, part: Part, change: (object: JsonObject) => JsonObject): Draft {
  const value = part === 'object' ? draft.object : draft.old;
  if (value === undefined) return draft;
  // An update that changes nothing stays one.
  if (part === 'object' && draft.old === draft.object) {
    const object = change(draft.object);
    return { ...draft, object, old: object };
  }
  return part === 'object' ? { ...draft, object: change(draft.object) } : { ...draft, old: change(value) };
}

function partOf(draft: Draft, part: Part): JsonObject | undefined {
  if (part === 'old' && draft.old === draft.object) return undefined;
  return part === 'object' ? draft.object : draft.old;
}

const KEPT: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata/name']);

/** Removes fields and elements, whole branches first. */
function removeParts(current: () => Draft, part: Part, tried: Try): boolean {
  let changed = false;
  const object = partOf(current(), part);
  if (object === undefined) return false;
  const places = [...placesIn(object)].sort((a, b) => a.length - b.length);
  // Elements from behind, so that the places of those before them stay right.
  const ordered = places.sort((a, b) => a.length - b.length || lastIndex(b) - lastIndex(a));
  for (const place of ordered) {
    if (KEPT.has(place.join('/')) || place.join('/') === 'metadata') continue;
    const now = partOf(current(), part);
    if (now === undefined || valueAt(now, place) === undefined) continue;
    changed = tried(withPart(current(), part, (value) => edited(value, place, undefined))) || changed;
  }
  return changed;
}

function lastIndex(place: Place): number {
  const last = place.at(-1);
  return typeof last === 'number' ? last : -1;
}

/** Makes values plainer: empty maps and lists, short texts, small numbers. */
function plainParts(current: () => Draft, part: Part, tried: Try): boolean {
  let changed = false;
  const object = partOf(current(), part);
  if (object === undefined) return false;
  for (const place of placesIn(object)) {
    if (place[0] === 'apiVersion' || place[0] === 'kind') continue;
    const now = partOf(current(), part);
    const value = now === undefined ? undefined : valueAt(now, place);
    if (value === undefined) continue;
    for (const plainer of plainerThan(value)) {
      if (!tried(withPart(current(), part, (whole) => edited(whole, place, plainer)))) continue;
      changed = true;
      break;
    }
  }
  return changed;
}

function plainerThan(value: Json): readonly Json[] {
  if (isArray(value)) return value.length > 1 ? [[value[0] ?? null], [value.at(-1) ?? null]] : [];
  if (isObject(value)) return Object.keys(value).length > 1 ? [{}] : [];
  if (typeof value === 'bigint')
    return [0n, 1n].filter((number) => number !== value && !(value === 0n && number === 1n));
  if (typeof value === 'number') return [0, 1].filter((number) => number !== value && value !== 0);
  if (typeof value !== 'string' || value.length <= 1) return [];
  const half = Math.ceil(value.length / 2);
  // Short texts stay readable: `x:latest` says more than `:latest`.
  const parts = value.length <= READABLE ? [] : [value.slice(0, half), value.slice(half)];
  return ['x', ...parts];
}

/** Fields below an object that stand for its shape: paths with list positions and pod templates left out. */
export function shapeOf(object: JsonObject): readonly string[] {
  const template = podTemplateOf(String(object['kind'])) ?? [];
  const prefix = template.join('/');
  const leaves = placesIn(object).filter((place) => {
    const value = valueAt(object, place);
    return (
      !(isObject(value) && Object.keys(value).length > 0) &&
      !(asArray(value) !== undefined && asArray(value)?.length !== 0)
    );
  });
  const texts = leaves.map((place) => {
    const path = place.map((step) => (typeof step === 'number' ? '*' : step)).join('/');
    const relative = prefix !== '' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : path;
    return `${relative}${emptiness(valueAt(object, place))}`;
  });
  return [...new Set(texts)].filter((text) => !/^(?:apiVersion|kind|metadata\/name)$/.test(text)).sort();
}

function emptiness(value: Json | undefined): string {
  if (value === null) return '=null';
  if (value === '') return '=""';
  if (isArray(value)) return '=[]';
  return isObject(value) ? '={}' : '';
}
