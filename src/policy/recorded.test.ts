import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asArray, asObject, asString, getPath, isObject, type Json, parseJson } from '../model/json.ts';
import { shared } from '../testing/shared.ts';
import { admitPolicy, type ClusterView } from './index.ts';

const recorded = shared('recorded/exchanges.json');

/** What the recorded cluster knows: every kind; its Kyverno may read none of them. */
const cluster: ClusterView = {
  findKind: () => 'resource',
  isClusterScoped: () => false,
  deniedVerbs: ({ verbs }) => verbs,
};

test('recorded policies are refused in the recorded words with the recorded warnings', { skip: recorded.skip }, () => {
  const scenarios = (asArray(parseJson(readFileSync(recorded.url, 'utf8'), 'int')) ?? []).filter(isObject);
  let seen = 0;
  for (const exchange of scenarios.flatMap((scenario) => asArray(scenario['exchanges']) ?? [])) {
    const method = asString(getPath(exchange, 'request', 'method'));
    const path = asString(getPath(exchange, 'request', 'path')) ?? '';
    const body = asObject(getPath(exchange, 'request', 'body'));
    const code = Number(getPath(exchange, 'response', 'status') ?? 0n);
    if (method !== 'POST' || !path.includes('/clusterpolicies') || body === undefined) continue;
    seen++;
    const answer = admitPolicy(body, { cluster });
    const given = (asArray(getPath(exchange, 'response', 'headers', 'Warning')) ?? []).map(warningText);
    assert.deepEqual(answer.warnings, given);
    const expected = getPath(exchange, 'response', 'body');
    if (answer.allowed) {
      assert.ok(code === 201 || code === 409);
      if (code === 201) assert.deepEqual(answer.policy.spec, getPath(expected, 'spec'));
    } else {
      assert.equal(answer.code, code);
      assert.equal(answer.message, getPath(expected, 'message'));
      assert.equal(answer.reason, getPath(expected, 'reason'));
    }
  }
  assert.ok(seen >= 7);
});

function warningText(header: Json): string {
  return /^299 - "(.*)"$/.exec(asString(header) ?? '')?.[1] ?? '';
}
