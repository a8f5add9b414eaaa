import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ClientRequest } from '../model/admission.ts';
import { asObject, isArray, isObject, type Json, type JsonObject, parseJson } from '../model/json.ts';
import { type ApiServer, createApiServer, headerWarnings } from './index.ts';

/** What a Kubernetes 1.36.3 API server answered to dry runs, over the states of states.json. */
const FILES: Readonly<Record<string, string>> = {
  'special.jsonl': 'plugins, field validation, subresources, patches and custom resources are answered as measured',
  'pod-security.jsonl': 'pods are held to the pod security standards as measured',
  'quota.jsonl': 'quotas are enforced as measured',
  'creates.jsonl': 'random objects are stored as measured',
  'updates.jsonl': 'random updates and patches are stored as measured',
};
const HIDDEN = new Set(
  'uid creationTimestamp resourceVersion managedFields lastPhaseTransitionTime controller-uid batch.kubernetes.io/controller-uid clusterIP clusterIPs timeAdded selfLink'.split(
    ' ',
  ),
);

function readCases(name: string): string {
  return readFileSync(new URL(`./cases/${name}`, import.meta.url), 'utf8');
}

const STATES = parseJson(readCases('states.json'), 'int') as JsonObject;

function serverOf(state: string): ApiServer {
  const objects = STATES[state];
  assert.ok(isArray(objects), `state ${state}`);
  return createApiServer({
    objects: objects.filter(isObject),
    settings: {},
    clock: { now: () => Date.parse('2026-11-23T10:00:00Z') },
    random: { next: () => 0.5 },
  });
}

function ask(server: ApiServer, request: ClientRequest) {
  const decoded = server.decode(request);
  if (!decoded.ok) return decoded;
  const mutated = server.mutate(decoded.request);
  if (!mutated.ok) return mutated;
  const validated = server.validate(mutated.request);
  return validated.ok ? server.finish(validated.request) : validated;
}

function comparable(value: Json): Json {
  if (isArray(value)) return value.map(comparable);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !HIDDEN.has(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, comparable(item)]));
}

for (const [file, title] of Object.entries(FILES)) {
  test(title, () => {
    const servers = new Map<string, ApiServer>();
    const lines = readCases(file).trim().split('\n');
    assert.ok(lines.length > 5, `${lines.length} cases`);
    for (const [i, line] of lines.entries()) {
      const row = parseJson(line, 'int') as JsonObject;
      const state = String(row['state']);
      const server = servers.get(state) ?? serverOf(state);
      servers.set(state, server);
      const answer = ask(server, row['request'] as unknown as ClientRequest);
      const ours = answer.ok
        ? { code: answer.code, message: undefined, object: answer.object }
        : { code: answer.status.code, message: answer.status.message, object: undefined };
      const where = `${file}:${i + 1}`;
      assert.deepEqual([BigInt(ours.code), ours.message], [row['code'], row['message']], where);
      const stored = asObject(row['object']);
      if (stored !== undefined) assert.deepEqual(comparable(ours.object ?? {}), comparable(stored), where);
      assert.deepEqual(headerWarnings(answer.warnings), row['warnings'] ?? [], where);
    }
  });
}
