import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ClientRequest } from '../../model/admission.ts';
import { asArray, asObject, isObject, type Json, type JsonObject, parseJson } from '../../model/json.ts';
import { type ApiServer, createApiServer } from '../index.ts';

/** Objects and requests, then cases: policies and what kube-apiserver v1.36.3 answered to requests by their number. */
const [HEAD = {}, ...CASES] = measured('./validating-admission-policy.measured.jsonl');
const REQUESTS = objects(HEAD['requests']) as unknown as readonly ClientRequest[];

function measured(path: string): readonly JsonObject[] {
  const lines = readFileSync(new URL(path, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => asObject(parseJson(line, 'int')) ?? {});
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return (asArray(value) ?? []).filter(isObject);
}

interface Answer {
  readonly code: number;
  readonly message?: string;
  readonly reason?: string | undefined;
  readonly warnings: readonly string[];
}

function serverOf(state: readonly JsonObject[]): ApiServer {
  return createApiServer({ objects: state, settings: {}, clock: { now: () => 0 }, random: { next: () => 0 } });
}

function ask(server: ApiServer, request: ClientRequest): Answer {
  let answer = server.decode({ ...request, dryRun: true });
  for (const stage of [server.mutate, server.validate]) if (answer.ok) answer = stage(answer.request);
  if (answer.ok) return { code: 200, warnings: answer.request.warnings };
  const { code, message, reason } = answer.status;
  return { code, message, reason, warnings: answer.warnings };
}

function texts(headers: Json | undefined): readonly string[] {
  return (asArray(headers) ?? []).map((header) => String(parseJson(String(header).replace(/^299 - /, ''), 'int')));
}

test('admission policies answer as those of the real API server do', () => {
  let count = 0;
  for (const { name, objects: policies, answers } of CASES) {
    const server = serverOf([...objects(HEAD['base']), ...objects(policies)]);
    for (const row of asArray(answers) ?? []) {
      const [index, code, ...rest] = asArray(row) ?? [];
      const request = REQUESTS[Number(index)];
      assert.ok(request);
      const actual = ask(server, request);
      const about = `${String(name)}: request ${Number(index)}`;
      const isRefused = Number(code) >= 300;
      assert.equal(actual.code >= 300 ? actual.code : 200, isRefused ? Number(code) : 200, about);
      const [message, reason] = isRefused ? rest : [];
      if (message !== undefined) assert.deepEqual([actual.message, actual.reason], [message, reason], about);
      const warnings = rest[isRefused ? 2 : 0];
      assert.deepEqual([...actual.warnings].sort(), [...texts(warnings)].sort(), about);
      count++;
    }
  }
  assert.ok(count > 300, `${count} requests`);
});

test('admission policies and conditions of webhooks are refused as by the real API server', () => {
  const rows = measured('../validate/misc/admission-policies.measured.jsonl');
  assert.ok(rows.length > 90);
  const server = serverOf([]);
  for (const { object, code, message, warnings } of rows) {
    const sent = asObject(object) ?? {};
    const actual = ask(server, { operation: 'CREATE', object: sent, fieldValidation: 'Strict' });
    const about = JSON.stringify(sent, (_, value) => (typeof value === 'bigint' ? Number(value) : value));
    assert.equal(actual.message, message, about);
    if (message !== undefined) assert.equal(actual.code, Number(code), about);
    assert.deepEqual(actual.warnings, texts(warnings), about);
  }
});
