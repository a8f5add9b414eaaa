import { asObject, asString, deepEqual, isArray, isObject, type Json, type JsonObject, setKey } from '../model/json.ts';

/** `metadata` fields that the API server fills in anew for each request. */
const VOLATILE_METADATA = new Set([
  'uid',
  'creationTimestamp',
  'resourceVersion',
  'generation',
  'managedFields',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
]);
/** Values that the cluster draws: addresses, ports, ids. By path, lists without their index. */
const DRAWN = new Set([
  'spec.clusterIP',
  'spec.clusterIPs',
  'spec.ports.nodePort',
  'spec.healthCheckNodePort',
  'spec.template.metadata.labels.controller-uid',
  'spec.template.metadata.labels.batch.kubernetes.io/controller-uid',
  'spec.selector.matchLabels.controller-uid',
  'spec.selector.matchLabels.batch.kubernetes.io/controller-uid',
  'metadata.labels.controller-uid',
  'metadata.labels.batch.kubernetes.io/controller-uid',
]);
/** The label by which the cluster lane knows its own. */
const OWN_LABEL = 'kyverdict.io/owned';
/** The volume of a service account's token: the ServiceAccount plugin ends its name with five random letters. */
const TOKEN_VOLUME = /^kube-api-access-[a-z0-9]{5}$/;
/** Generated names: so much of `generateName`, and so many random letters. Upstream: `apiserver/pkg/storage/names`. */
const GENERATED = { base: 58, letters: 5 } as const;

/** What stands in a recording for a value that the cluster drew. */
export const DRAWN_VALUE = '(drawn)';

/** An object without what differs from one request to the next by nature. */
export function withoutVolatile(object: JsonObject): JsonObject {
  return walkFields(object, (path, value) => (path === 'status' || isDrawn(path, object) ? undefined : steady(value)));
}

/**
 * An object as it is kept in a recording: without ids, times and versions, with `DRAWN_VALUE` for addresses, ports and
 * names that the cluster drew: those that were not `given` so.
 */
export function forRecording(object: JsonObject, given: JsonObject = {}): JsonObject {
  return walkFields(
    object,
    (path, value, before) => (isDrawn(path, object) && !deepEqual(value, before) ? DRAWN_VALUE : steady(value)),
    given,
  );
}

/** An object of a cluster without the label by which the cluster lane knows its own. */
export function withoutOwnLabel(object: JsonObject): JsonObject {
  const { labels, ...metadata } = asObject(object['metadata']) ?? {};
  const others = Object.entries(asObject(labels) ?? {}).filter(([key]) => key !== OWN_LABEL);
  return {
    ...object,
    metadata: others.length === 0 ? metadata : { ...metadata, labels: Object.fromEntries(others) },
  };
}

/**
 * An object that a cluster stored, as one that can be sent: without ids, times, versions, status, and what a recording does
 * not know.
 */
export function forRequest(object: JsonObject): JsonObject {
  return walkFields(object, (path, value) => (path === 'status' || value === DRAWN_VALUE ? undefined : value));
}

/** An object of a recording without the values that a recording does not know. */
export function withoutDrawn(object: JsonObject): JsonObject {
  return walkFields(object, (_path, value) => (value === DRAWN_VALUE ? undefined : value));
}

function isDrawn(path: string, object: JsonObject): boolean {
  return DRAWN.has(path) || (path === 'metadata.name' && isGenerated(asObject(object['metadata'])));
}

function isGenerated(metadata: JsonObject | undefined): boolean {
  const [base = '', name = ''] = [asString(metadata?.['generateName']), asString(metadata?.['name'])];
  const start = base.slice(0, GENERATED.base);
  return start !== '' && name.startsWith(start) && name.length === start.length + GENERATED.letters;
}

function steady(value: Json): Json {
  return typeof value === 'string' && TOKEN_VOLUME.test(value) ? 'kube-api-access' : value;
}

type Change = (path: string, value: Json, given: Json | undefined) => Json | undefined;

/**
 * A copy without what the API server fills in; `change` gives each field's value by its path (lists without index) and
 * what was given there, or leaves it out.
 */
function walkFields(object: JsonObject, change: Change, given?: JsonObject): JsonObject {
  const walkValue = (value: Json, path: string, before: Json | undefined): Json => {
    if (isArray(value)) return value.map((item, i) => walkValue(item, path, isArray(before) ? before[i] : undefined));
    if (!isObject(value)) return value;
    const copy: Record<string, Json> = {};
    for (const [key, item] of Object.entries(value)) {
      const inner = path === '' ? key : `${path}.${key}`;
      if (inner === `metadata.labels.${OWN_LABEL}` || (path === 'metadata' && VOLATILE_METADATA.has(key))) continue;
      const there = isObject(before) && Object.hasOwn(before, key) ? before[key] : undefined;
      const changed = change(inner, item, there);
      if (changed === undefined) continue;
      const deep = changed === item ? walkValue(item, inner, there) : changed;
      if (inner === 'metadata.labels' && Object.keys(asObject(deep) ?? {}).length === 0) continue;
      setKey(copy, key, deep);
    }
    return copy;
  };
  return walkValue(object, '', given) as JsonObject;
}

/** The paths at which two values differ, with both sides as text; at most `limit` of them. */
export function differingPaths(a: Json | undefined, b: Json | undefined, limit: number): readonly PathDifference[] {
  const found: PathDifference[] = [];
  walk(a, b, '', found, limit);
  return found;
}

/** One place at which two values differ; an absent side is `undefined`. */
export interface PathDifference {
  readonly path: string;
  readonly left: Json | undefined;
  readonly right: Json | undefined;
}

function walk(a: Json | undefined, b: Json | undefined, path: string, found: PathDifference[], limit: number): void {
  if (a === b || found.length >= limit) return;
  if (isObject(a) && isObject(b)) {
    for (const key of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort())
      walk(a[key], b[key], path === '' ? key : `${path}.${key}`, found, limit);
  } else if (isArray(a) && isArray(b)) {
    for (let i = 0; i < Math.max(a.length, b.length); i++) walk(a[i], b[i], `${path}[${i}]`, found, limit);
  } else if (!sameNumber(a, b)) found.push({ path, left: a, right: b });
}

function sameNumber(a: Json | undefined, b: Json | undefined): boolean {
  const numeric = (value: Json | undefined): value is number | bigint =>
    typeof value === 'number' || typeof value === 'bigint';
  return numeric(a) && numeric(b) && Number(a) === Number(b);
}
