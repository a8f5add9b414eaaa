import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { AdmissionAnswer, ClientRequest } from '../model/admission.ts';
import { asArray, asString, getPath, isObject, type Json, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { parsePolicies } from '../policy/index.ts';
import { shared, sharedLines } from '../testing/shared.ts';
import { readDocuments } from '../yaml/index.ts';
import { createAdmission } from './admission.ts';
import type { Admission } from './world.ts';

const GUIDE = [
  'application-network-policies',
  'disallow-host-network',
  'disallow-host-ports',
  'environment-network-security',
  'network-segmentation-enforcement',
  'require-network-policies',
  'restrict-dns-configuration',
  'restrict-host-port-range',
  'restrict-service-types',
  'secure-ingress-configuration',
];

function guidePolicies(): readonly Policy[] {
  return GUIDE.flatMap((name) => {
    const url = new URL(`../../policies/${name}.yaml`, import.meta.url);
    return parsePolicies(readFileSync(url, 'utf8'), `${name}.yaml`);
  });
}

function chain(policies: readonly Policy[]): Admission {
  const state = readFileSync(shared('golden/network-policies-cluster.yaml').url, 'utf8');
  const objects = readDocuments(state, 'network-policies-cluster.yaml', 'int').map(({ value }) => value);
  const clock = { now: () => 0 };
  return createAdmission({ policies, objects, settings: DEFAULT_SETTINGS, clock, random: { next: () => 0.5 } });
}

const SENT = ['id', 'operation', 'namespace', 'object', 'oldObject'];

function requestOf(row: JsonObject): ClientRequest {
  const sent = Object.entries(row).filter(([key]) => SENT.includes(key));
  return { ...(Object.fromEntries(sent) as unknown as ClientRequest), dryRun: true };
}

/** What both the row and our answer say, in the same form. */
function measured(row: JsonObject): JsonObject {
  return {
    allowed: row['allowed'] ?? null,
    code: Number(row['code']),
    message: row['message'] ?? '',
    denied: row['denied'] ?? [],
    warnings: row['warnings'] ?? [],
  };
}

function ours({ allowed, code, message, denied, warnings, error }: AdmissionAnswer): JsonObject {
  const refusals = denied.map((denial): JsonObject => ({ ...denial }));
  return {
    allowed,
    code,
    message,
    denied: refusals,
    warnings: [...warnings],
    ...(error === undefined ? {} : { error }),
  };
}

function rowsOf(file: string): readonly JsonObject[] {
  return sharedLines(`golden/${file}`, 'int').filter(isObject);
}

const together = 'network-policies-admission.jsonl';
test('with all ten policies each of the 600 measured answers is ours', {
  skip: shared(`golden/${together}`).skip,
}, () => {
  const rows = rowsOf(together);
  assert.equal(rows.length, 600);
  const admission = chain(guidePolicies());
  for (const row of rows) assert.deepEqual(ours(admission(requestOf(row)).answer), measured(row), String(row['id']));
});

const alone = 'network-policies-one-by-one.jsonl';
test('with one policy each of the 800 measured answers is ours', { skip: shared(`golden/${alone}`).skip }, () => {
  const rows = rowsOf(alone);
  assert.equal(rows.length, 800);
  const chains = new Map(guidePolicies().map((policy) => [policy.name, chain([policy])]));
  for (const row of rows) {
    const admission = chains.get(asString(row['policy']) ?? '');
    assert.ok(admission, `policy of ${String(row['id'])}`);
    assert.deepEqual(ours(admission(requestOf(row)).answer), measured(row), String(row['id']));
  }
});

/** Go prints whole structs and differences of structs into some messages: what comes before the first one counts. */
function beforeStructs(message: string): string {
  return message.split(/\n@@|(?<=spec\.template: Invalid value: )\{/)[0] ?? '';
}

const updates = 'network-policies-updates.jsonl';
test('of the 220 measured updates verdict and rules are ours, and the text on 99 %', {
  skip: shared(`golden/${updates}`).skip,
}, () => {
  const rows = rowsOf(updates);
  assert.equal(rows.length, 220);
  const admission = chain(guidePolicies());
  const textDiffers: Json[] = [];
  for (const row of rows) {
    const { answer } = admission(requestOf(row));
    const want = measured(row);
    const got = ours(answer);
    for (const part of ['allowed', 'denied', 'warnings', 'error']) {
      assert.deepEqual(got[part], want[part], `${part} of ${String(row['id'])}`);
    }
    const texts = [got, want].map((one) => beforeStructs(asString(one['message']) ?? ''));
    if (texts[0] !== texts[1]) textDiffers.push(row['id'] ?? null);
  }
  assert.ok(textDiffers.length <= 2, `texts differ: ${textDiffers.join(', ')}`);
});

test('objects that are let through are given back as they would be stored', {
  skip: shared(`golden/${together}`).skip,
}, () => {
  const admission = chain([]);
  let compared = 0;
  for (const row of rowsOf(together)) {
    const stored = row['stored'];
    if (!isObject(stored)) continue;
    const { answer } = admission(requestOf(row));
    assert.equal(answer.allowed, true, String(row['id']));
    assert.equal(getPath(answer.object, 'metadata', 'uid'), undefined);
    assert.equal(asArray(answer.object?.['items']), undefined);
    compared++;
  }
  assert.equal(compared, 529);
});
