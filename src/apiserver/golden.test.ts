import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  asObject,
  asString,
  deepEqual,
  getPath,
  isArray,
  isObject,
  type Json,
  type JsonObject,
} from '../model/json.ts';
import { shared, sharedLines } from '../testing/shared.ts';
import { readDocuments } from '../yaml/index.ts';
import { type ApiServer, createApiServer, headerWarnings } from './index.ts';

const DEFAULTS = 'golden/api-server-defaults.jsonl';
const ADMISSION = 'golden/network-policies-admission.jsonl';
const WORKLOADS = 'Pod Service Ingress Deployment StatefulSet DaemonSet ReplicaSet Job CronJob'.split(' ');
/** Of kinds with fewer rows than this one miss is forgiven, else two in a hundred. */
const FEW_ROWS = 50;
const VARYING = new Set(
  'uid creationTimestamp resourceVersion generation clusterIP clusterIPs nodePort healthCheckNodePort lastPhaseTransitionTime controller-uid batch.kubernetes.io/controller-uid'.split(
    ' ',
  ),
);

function serverOver(objects: readonly JsonObject[]): ApiServer {
  const clock = { now: () => Date.parse('2026-11-23T10:00:00Z') };
  return createApiServer({ objects, settings: {}, clock, random: { next: () => 0.5 } });
}

/** Every stage in turn, with no webhook in between. */
function create(server: ApiServer, object: JsonObject, namespace: string | undefined) {
  const path = namespace === undefined ? {} : { namespace };
  const decoded = server.decode({ operation: 'CREATE', object, dryRun: true, ...path });
  if (!decoded.ok) return decoded;
  const mutated = server.mutate(decoded.request);
  if (!mutated.ok) return mutated;
  const validated = server.validate(mutated.request);
  return validated.ok ? server.finish(validated.request) : validated;
}

/** Without what varies by nature. */
function comparable(value: Json): Json {
  if (isArray(value)) return value.map(comparable);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !VARYING.has(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, comparable(item)]));
}

function firstDifference(a: Json | undefined, b: Json | undefined, path: string): string | undefined {
  if (deepEqual(a, b)) return undefined;
  if ((isObject(a) && isObject(b)) || (isArray(a) && isArray(b))) {
    const [left, right] = [a as JsonObject, b as JsonObject];
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const found = firstDifference(left[key], right[key], `${path}.${key}`);
      if (found !== undefined) return found;
    }
  }
  const show = (value: Json | undefined): string =>
    JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? Number(item) : item)) ?? 'nothing';
  return `${path}: ours ${show(a)}, theirs ${show(b)}`;
}

interface Row {
  readonly name: string;
  readonly kind: string;
  /** What is wrong; absent when our answer is the recorded one. */
  readonly miss: string | undefined;
  readonly refused: boolean;
}

function judge(server: ApiServer, row: JsonObject, name: string): Row {
  const object = asObject(row['object']) ?? {};
  const kind = asString(object['kind']) ?? '';
  const answer = create(server, object, asString(row['namespace']));
  const stored = asObject(row['stored']);
  if (stored === undefined) {
    const message = answer.ok ? 'allowed' : answer.status.message;
    const same = message === row['message'];
    return { name, kind, refused: true, miss: same ? undefined : `ours ${message}, theirs ${String(row['message'])}` };
  }
  const miss = answer.ok
    ? firstDifference(comparable(answer.object ?? {}), comparable(stored), '')
    : `refused: ${answer.status.message}`;
  return { name, kind, refused: false, miss };
}

function clusterOfPolicies(): ApiServer {
  const text = readFileSync(shared('golden/network-policies-cluster.yaml').url, 'utf8');
  return serverOver(readDocuments(text, 'cluster.yaml', 'int').map((document) => document.value));
}

function judgeAll(): readonly Row[] {
  const rows = sharedLines(DEFAULTS, 'int') as readonly JsonObject[];
  const names = new Set(rows.map((row) => asString(getPath(row['object'], 'metadata', 'namespace')) ?? 'default'));
  const server = serverOver([...names].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
  const cluster = clusterOfPolicies();
  const requests = sharedLines(ADMISSION, 'int') as readonly JsonObject[];
  return [
    ...rows.map((row, i) => judge(server, row, `${DEFAULTS}:${i + 1}`)),
    ...requests
      .filter((row) => row['stored'] !== undefined || row['code'] === 422n)
      .map((row) => judge(cluster, row, String(row['id']))),
  ];
}

function missesOf(rows: readonly Row[]): string {
  return rows
    .filter(({ miss }) => miss !== undefined)
    .map(({ name, kind, miss }) => `${name} ${kind}: ${miss}`)
    .join('\n');
}

const skip = shared(DEFAULTS).skip || shared(ADMISSION).skip;

test('new objects take the form that the real API server stores, and are refused in its words', { skip }, () => {
  const rows = judgeAll();
  const stored = rows.filter(({ refused }) => !refused);
  assert.ok(stored.length > 1400, `${stored.length} stored objects`);
  for (const kind of WORKLOADS) {
    const ofKind = stored.filter((row) => row.kind === kind);
    assert.ok(ofKind.length > 0, `rows of ${kind}`);
    const missed = ofKind.filter(({ miss }) => miss !== undefined);
    const forgiven = ofKind.length < FEW_ROWS ? 1 : Math.floor(ofKind.length * 0.02);
    assert.ok(missed.length <= forgiven, `${kind}: ${missed.length} of ${ofKind.length}\n${missesOf(missed)}`);
  }
  assert.equal(missesOf(stored.filter(({ kind }) => !WORKLOADS.includes(kind))), '');
  const refused = rows.filter((row) => row.refused);
  assert.ok(refused.length > 90, `${refused.length} refused objects`);
  assert.equal(missesOf(refused), '');
});

test('the API server warns in the recorded words and order', { skip: shared(ADMISSION).skip }, () => {
  const server = clusterOfPolicies();
  let seen = 0;
  for (const row of sharedLines(ADMISSION, 'int') as readonly JsonObject[]) {
    // Refusals carry the warnings of what came before them; 422 comes first.
    if (row['code'] === 422n) continue;
    const answer = create(server, asObject(row['object']) ?? {}, asString(row['namespace']));
    const recorded = isArray(row['warnings']) ? row['warnings'] : [];
    const ours = headerWarnings(answer.warnings).map((text) => `299 - "${text.replace(/["\\]/g, '\\$&')}"`);
    assert.deepEqual(ours, recorded, String(row['id']));
    seen += recorded.length;
  }
  assert.ok(seen > 50, `${seen} warnings`);
});
