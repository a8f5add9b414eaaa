import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asObject, asString, isObject, type JsonObject } from '../../model/json.ts';
import { gvkOf, nameOf } from '../../model/resource.ts';
import { shared, sharedLines } from '../../testing/shared.ts';
import { type ApiServer, createApiServer } from '../index.ts';
import { fieldErrorsText, validateCreate, validateUpdate } from './index.ts';

const STORED = ['golden/network-policies-admission.jsonl', 'golden/api-server-defaults.jsonl'];
const UPDATES = 'golden/network-policies-updates.jsonl';

function rowsOf(file: string): readonly JsonObject[] {
  return sharedLines(file, 'int').filter((row) => isObject(row));
}

function objectsOf(file: string): readonly JsonObject[] {
  return rowsOf(file)
    .map((row) => row['stored'])
    .filter((row) => isObject(row));
}

for (const file of STORED) {
  const { skip } = shared(file);
  test(`everything that the API server stored for ${file} is valid, new and unchanged`, { skip }, () => {
    const objects = objectsOf(file);
    assert.ok(objects.length > 100, `${objects.length} objects`);
    for (const object of objects) {
      const gvk = gvkOf(object);
      const about = `${gvk.kind} ${nameOf(object)}`;
      // What a dry run allocates is out of the ranges for a new service.
      if (gvk.kind !== 'Service') assert.equal(fieldErrorsText(validateCreate(gvk, object)), '[]', about);
      assert.equal(fieldErrorsText(validateUpdate(gvk, object, object)), '[]', about);
    }
  });
}

function serverWith(old: JsonObject): ApiServer {
  const namespace = asString(asObject(old['metadata'])?.['namespace']) ?? 'default';
  return createApiServer({
    objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, old],
    settings: {},
    clock: { now: () => Date.parse('2026-11-23T10:00:00Z') },
    random: { next: () => 0.5 },
  });
}

/** What the API server alone says to an update; empty when it allows it. */
function answer(row: JsonObject): string {
  const [object, old] = [asObject(row['object']) ?? {}, asObject(row['oldObject']) ?? {}];
  const server = serverWith(old);
  const namespace = asString(row['namespace']) ?? '';
  const decoded = server.decode({ operation: 'UPDATE', object, name: nameOf(old), namespace, dryRun: true });
  if (!decoded.ok) return decoded.status.message;
  const mutated = server.mutate(decoded.request);
  if (!mutated.ok) return mutated.status.message;
  const validated = server.validate(mutated.request);
  return validated.ok ? '' : validated.status.message;
}

test('updates are refused as recorded, and only those', { skip: shared(UPDATES).skip }, () => {
  const rows = rowsOf(UPDATES);
  assert.ok(rows.length > 100, `${rows.length} rows`);
  let refused = 0;
  for (const row of rows) {
    const expected = row['code'] === 422n ? (asString(row['message']) ?? '') : '';
    if (expected !== '') refused++;
    // What a policy refused might have been refused here later.
    if (row['code'] !== 400n) assert.equal(answer(row), expected, asString(row['id']));
  }
  assert.ok(refused > 10, `${refused} refused`);
});
