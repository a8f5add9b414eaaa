import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asObject, asString, parseJson } from '../model/json.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { parsePolicies } from '../policy/index.ts';
import { recordedObjects as objects, recordedRequest } from '../testing/recorded-request.ts';
import { shared } from '../testing/shared.ts';
import { createAdmission } from './admission.ts';

/** Exchanges that are about something other than admission. */
const NOT_MEANT: Readonly<Record<string, string>> = {
  'policy-lifecycle': 'reads and requests to clusterpolicies',
  'webhook-unreachable': 'Kyverno is down',
  'user-info#2': 'the refusal is one of RBAC',
  'schema-rejections#7': 'the API is unknown to routing',
};

/** Scenarios that need what is not built: they must say so. */
const NOT_SUPPORTED: Readonly<Record<string, RegExp>> = {};

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
      const { answer } = admission(recordedRequest(asObject(exchange['request']) ?? {}));
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
