import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ClientRequest } from '../model/admission.ts';
import { asArray, asObject, isObject, type Json, type JsonObject, parseJson } from '../model/json.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { policyOf } from '../policy/index.ts';
import { createAdmission } from './index.ts';

/** Objects and requests, then cases: policies and what Kyverno v1.19.0 on Kubernetes 1.36.3 answered to requests. */
const [HEAD = {}, ...CASES] = readFileSync(new URL('./validating-policies.measured.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => asObject(parseJson(line, 'int')) ?? {});
const REQUESTS = objects(HEAD['requests']) as unknown as readonly ClientRequest[];
const EXCEPTIONS = { enabled: true, namespace: '*' };
const SETTINGS = { ...DEFAULT_SETTINGS, kyverno: { ...DEFAULT_SETTINGS.kyverno, exceptions: EXCEPTIONS } };

function objects(value: Json | undefined): readonly JsonObject[] {
  return (asArray(value) ?? []).filter(isObject);
}

function isPolicy({ apiVersion, kind }: JsonObject): boolean {
  return /kyverno\.io\//.test(String(apiVersion)) && String(kind).endsWith('Policy');
}

function clusterOf(all: readonly JsonObject[]) {
  return createAdmission({
    policies: all.filter(isPolicy).map((document) => policyOf(document)),
    objects: all.filter((object) => !isPolicy(object)),
    settings: SETTINGS,
    clock: { now: () => Date.UTC(2026, 10, 30) },
    random: { next: () => 0.5 },
  });
}

test('ValidatingPolicies answer as those of the real Kyverno do', () => {
  let count = 0;
  for (const { name, objects: given, answers } of CASES) {
    const admit = clusterOf([...objects(HEAD['base']), ...objects(given)]);
    for (const row of asArray(answers) ?? []) {
      const [index, code, ...rest] = asArray(row) ?? [];
      const request = REQUESTS[Number(index)];
      assert.ok(request);
      const { answer } = admit({ ...request, dryRun: true });
      const about = `${String(name)}: request ${Number(index)}`;
      const isRefused = Number(code) >= 300;
      const message = isRefused ? String(rest[0]) : '';
      const warnings = asArray(rest[isRefused ? 1 : 0]) ?? [];
      assert.deepEqual([answer.error, answer.message], [undefined, message], about);
      assert.equal(answer.code >= 300 ? answer.code : 200, isRefused ? Number(code) : 200, about);
      assert.deepEqual([...answer.warnings].sort(), [...warnings].sort(), about);
      count++;
    }
  }
  assert.ok(count > 300, String(count));
});
