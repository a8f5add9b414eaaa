import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  asArray,
  asObject,
  asString,
  getPath,
  isObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../model/json.ts';
import { shared } from '../testing/shared.ts';
import { type ClusterView, checkPolicy, readPolicyDocuments } from './index.ts';
import { pathText } from './schema/unknown-fields.ts';

const recorded = shared('recorded/exchanges.json');
const WEBHOOK = 'admission webhook "validate-policy.kyverno.svc" denied the request: ';

/** What the recorded cluster knows: every kind; its Kyverno may read none of them. */
const cluster: ClusterView = {
  findKind: () => 'resource',
  isClusterScoped: () => false,
  deniedVerbs: ({ verbs }) => verbs,
};

function answerTo(body: JsonObject): { readonly message?: string; readonly warnings: readonly string[] } {
  const text = JSON.stringify(body, (_key, value) => (typeof value === 'bigint' ? Number(value) : value));
  const [document] = readPolicyDocuments(text, 'body');
  if (document?.type === 'broken') {
    const fields = document.failures.map((failure) => /`(.*)`/.exec(failure.message)?.[1] ?? '');
    const listed = fields.map((field) => `unknown field "${pathText([field])}"`).join(', ');
    const kind = asString(body['kind']);
    return {
      message: `${kind} in version "v1" cannot be handled as a ${kind}: strict decoding error: ${listed}`,
      warnings: [],
    };
  }
  assert.ok(document?.type === 'policy');
  const { refused, warnings } = checkPolicy(document.policy, { mode: 'cluster', cluster });
  return { ...(refused === undefined ? {} : { message: WEBHOOK + refused }), warnings };
}

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
    const { message, warnings } = answerTo(body);
    const given = (asArray(getPath(exchange, 'response', 'headers', 'Warning')) ?? []).map(warningText);
    assert.deepEqual(warnings, given);
    if (code === 400) assert.equal(message, getPath(exchange, 'response', 'body', 'message'));
    else assert.equal(message, undefined);
  }
  assert.ok(seen >= 7);
});

function warningText(header: Json): string {
  return /^299 - "(.*)"$/.exec(asString(header) ?? '')?.[1] ?? '';
}
