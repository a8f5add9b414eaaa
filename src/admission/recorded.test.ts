import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ClientRequest } from '../model/admission.ts';
import { asArray, asObject, asString, isObject, type Json, type JsonObject, parseJson } from '../model/json.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { parsePolicies } from '../policy/index.ts';
import { shared } from '../testing/shared.ts';
import { createAdmission } from './admission.ts';
import { parseApiPath } from './api-path.ts';

/** Exchanges that are about something other than admission. */
const NOT_MEANT: Readonly<Record<string, string>> = {
  'policy-lifecycle': 'reads and requests to clusterpolicies',
  'webhook-unreachable': 'Kyverno is down',
  'user-info#2': 'the refusal is one of RBAC',
  'schema-rejections#7': 'the API is unknown to routing',
};

/** Scenarios that need what is not built: they must say so. */
const NOT_SUPPORTED: Readonly<Record<string, RegExp>> = {};

const PATCHES: Readonly<Record<string, 'json' | 'merge' | 'strategic' | 'apply'>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

const OPERATIONS = { POST: 'CREATE', PUT: 'UPDATE', PATCH: 'UPDATE', DELETE: 'DELETE' } as const;

/** The admission request that an HTTP request amounts to. */
function clientRequest(http: JsonObject): ClientRequest {
  const text = (key: string) => asString(http[key]) ?? '';
  const headers = asObject(http['headers']) ?? {};
  const path = parseApiPath(text('path'));
  assert.ok(path, text('path'));
  const method = text('method') as keyof typeof OPERATIONS;
  const patch = PATCHES[asString(headers['Content-Type']) ?? ''];
  const body = asObject(http['body']);
  const connects = ['exec', 'attach', 'portforward', 'proxy'].includes(path.subresource);
  const user = asString(headers['Impersonate-User']);
  const fieldValidation = path.query.get('fieldValidation');
  return {
    operation: connects ? 'CONNECT' : OPERATIONS[method],
    resource: path.group === '' ? path.resource : `${path.resource}.${path.group}`,
    ...(path.namespace === '' ? {} : { namespace: path.namespace }),
    ...(path.name === '' ? {} : { name: path.name }),
    ...(path.subresource === '' ? {} : { subresource: path.subresource }),
    ...(connects ? { options: connectOptions(path.query) } : {}),
    ...(body === undefined ? {} : patch === undefined ? { object: body } : { patch: { type: patch, body } }),
    ...(path.query.get('dryRun') === 'All' ? { dryRun: true } : {}),
    ...(fieldValidation === undefined ? {} : { fieldValidation: fieldValidation as 'Strict' }),
    ...(user === undefined ? {} : { userInfo: { username: user, groups: ['system:masters', 'system:authenticated'] } }),
  };
}

/** The options of a CONNECT, which HTTP has in the query. */
function connectOptions(query: ReadonlyMap<string, string>): JsonObject {
  const typed = [...query].map(([key, text]): [string, Json] => [key, key === 'command' ? [text] : text === 'true']);
  return Object.fromEntries(typed);
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return (asArray(value) ?? []).filter(isObject);
}

const { url, skip } = shared('recorded/exchanges.json');
const source = skip === false ? readFileSync(url, 'utf8') : '[]';
const scenarios = objects(parseJson(source, 'int'));
const policyTexts = (JSON.parse(source) as { readonly policies: readonly unknown[] }[]).map(({ policies }) =>
  policies.map((policy) => JSON.stringify(policy)),
);

test('there are 33 recorded scenarios', { skip }, () => {
  assert.equal(scenarios.length, 33);
});

for (const [at, scenario] of scenarios.entries()) {
  const name = asString(scenario['name']) ?? '';
  if (NOT_MEANT[name] !== undefined) continue;
  test(`the recorded scenario ${name} has the recorded answers`, () => {
    const admission = createAdmission({
      policies: (policyTexts[at] ?? []).flatMap((text) => parsePolicies(text, `${name}.json`)),
      objects: [...objects(scenario['existing']), ...objects(scenario['exceptions'])],
      settings: DEFAULT_SETTINGS,
      clock: { now: () => 0 },
      random: { next: () => 0.5 },
    });
    const exchanges = objects(scenario['exchanges']);
    assert.ok(exchanges.length > 0);
    for (const [index, exchange] of exchanges.entries()) {
      if (NOT_MEANT[`${name}#${index}`] !== undefined) continue;
      const { answer } = admission(clientRequest(asObject(exchange['request']) ?? {}));
      const missing = NOT_SUPPORTED[name];
      if (missing !== undefined) {
        assert.equal(answer.allowed, null);
        assert.match(answer.error ?? '', missing);
        continue;
      }
      const response = asObject(exchange['response']) ?? {};
      const status = Number(response['status']);
      const warnings = asObject(response['headers'])?.['Warning'] ?? [];
      const message = status < 400 ? '' : (asObject(response['body'])?.['message'] ?? '');
      const got = { error: answer.error, status: answer.code, message: answer.message, warnings: answer.warnings };
      assert.deepEqual(got, { error: undefined, status, message, warnings }, `exchange ${index}`);
    }
  });
}
