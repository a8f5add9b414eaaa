import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asArray, asObject, asString, getPath, type Json, type JsonObject, parseJson } from '../model/json.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { parsePolicies } from '../policy/index.ts';
import { createAdmission } from './admission.ts';
import { warningText } from './warning-header.ts';

/**
 * Measured on a real API server with Kyverno and a registry: the first line has keys and what the registry holds, then
 * each has a policy's `spec`, the images of a `pod`, and the `warnings` with either what was `stored` (images,
 * Kyverno's `annotations`) or the `message`.
 */
const [HEAD = '', ...LINES] = readFileSync(new URL('image-verification.measured.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
const PEMS = asObject(read(HEAD)['pems']) ?? {};

function read(line: string): JsonObject {
  return asObject(parseJson(line, 'int')) ?? {};
}

function filledIn(line: string): JsonObject {
  return read(line.replaceAll(/\$\((k\d)\)/g, (_, name: string) => JSON.stringify(PEMS[name]).slice(1, -1)));
}

function admissionOf(row: JsonObject) {
  const policy: Json = {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: { name: 'p' },
    spec: row['spec'] ?? {},
  };
  const images = (asArray(filledIn(HEAD)['images']) ?? []).map(
    (spec): JsonObject => ({ apiVersion: 'kyverdict/v1', kind: 'ImageData', metadata: { name: 'i' }, spec }),
  );
  const exception = asObject(row['exception']);
  return createAdmission({
    policies: parsePolicies(JSON.stringify(policy), 'policy.yaml'),
    objects: exception === undefined ? images : [...images, exception],
    settings: DEFAULT_SETTINGS,
    clock: { now: () => Date.UTC(2026, 0, 1) },
    random: { next: () => 0.5 },
  });
}

function ask(row: JsonObject): JsonObject {
  const containers = (asArray(row['pod']) ?? []).map((image, i) => ({ name: `c${i}`, image }));
  const metadata = { name: 'web', namespace: 'default' };
  const object: JsonObject = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers } };
  const { answer, judged } = admissionOf(row)({ operation: 'CREATE', object, dryRun: true });
  const warnings = answer.warnings.map(warningText);
  if (answer.allowed !== true) return { warnings, message: answer.message.trimEnd() };
  const stored = (asArray(getPath(judged, 'spec', 'containers')) ?? []).map(
    (container) => asString(asObject(container)?.['image']) ?? '',
  );
  return { warnings, stored, annotations: getPath(judged, 'metadata', 'annotations') ?? {} };
}

for (const line of LINES) {
  const row = filledIn(line);
  test(`images are verified as on a real cluster: ${String(row['about'])}, ${String(row['pod'])}`, () => {
    const { warnings, stored, annotations, message } = row;
    const wanted = message === undefined ? { warnings, stored, annotations } : { warnings, message };
    assert.deepEqual(ask(row), wanted);
  });
}
