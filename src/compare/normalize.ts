import { asObject, isArray, isObject, type Json, type JsonObject, setKey } from '../model/json.ts';

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
  'metadata.labels.kyverdict.io/owned',
  'metadata.labels.controller-uid',
  'metadata.labels.batch.kubernetes.io/controller-uid',
]);

/** An object without what differs from one request to the next by nature. */
export function withoutVolatile(object: JsonObject): JsonObject {
  return clean(object, '') as JsonObject;
}

function clean(value: Json, path: string): Json {
  if (isArray(value)) return value.map((item) => clean(item, path));
  if (!isObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    const inner = path === '' ? key : `${path}.${key}`;
    if (DRAWN.has(inner) || (path === 'metadata' && VOLATILE_METADATA.has(key)) || inner === 'status') continue;
    const item = clean(value[key] as Json, inner);
    if (inner === 'metadata.labels' && Object.keys(asObject(item) ?? {}).length === 0) continue;
    setKey(copy, key, item);
  }
  return copy;
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
