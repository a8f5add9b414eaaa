import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asArray, asObject, asString, isObject, type JsonObject } from '../../model/json.ts';
import { nameOf } from '../../model/resource.ts';
import { parsePolicies } from '../../policy/index.ts';
import { ENV } from '../../testing/evaluation.ts';
import { readDocuments } from '../../yaml/index.ts';
import { cleanupProblems } from './check.ts';
import { compileCleanup } from './policy.ts';
import { cleanupResponses } from './responses.ts';

const [first, ...cases] = readDocuments(
  readFileSync(new URL('cases.yaml', import.meta.url), 'utf8'),
  'cases.yaml',
  'int',
).map(({ value }) => value);
const objects = (asArray(first?.['objects']) ?? []).filter(isObject);

function policyOf({ kind = 'ClusterCleanupPolicy', namespace, spec = null }: JsonObject) {
  const metadata = { name: 'p', ...(namespace === undefined ? {} : { namespace }) };
  const [policy] = parsePolicies(JSON.stringify({ apiVersion: 'kyverno.io/v2', kind, metadata, spec }), 'policy.yaml');
  assert.ok(policy);
  return policy;
}

for (const { name = '', answers, messages, ...policy } of cases) {
  test(`as the real program: ${String(name)}`, () => {
    assert.ok(asString(policy['confirmed']));
    const responses = cleanupResponses(compileCleanup(policyOf(policy)), objects, ENV, 'resource');
    const got = responses.map(({ rules }, i) => ({ name: nameOf(objects[i] ?? {}), rule: rules[0] }));
    for (const [object, status] of Object.entries(asObject(answers) ?? {})) {
      assert.equal(got.find((one) => one.name === object)?.rule?.status, status, object);
    }
    for (const [object, message] of Object.entries(asObject(messages) ?? {})) {
      assert.equal(got.find((one) => one.name === object)?.rule?.message, message, object);
    }
  });
}

test('there are cases, objects and answers', () => {
  assert.equal(objects.length, 3);
  assert.equal(cases.length, 6);
});

const match = { any: [{ resources: { kinds: ['Pod'] } }] };
const faulty: readonly (readonly [spec: JsonObject, problem: RegExp])[] = [
  [{ schedule: '0 * * *', match }, /`0 \* \* \*`: schedule spec in the cleanupPolicy is not in proper cron format/],
  [{ schedule: '@midnight', match }, /`@midnight`: Kyverno cannot run on it: missing field/],
  [{ schedule: '0 * * * *', match, context: [{ name: 'c', configMap: { name: 'c' } }] }, /ConfigMap is not allowed/],
  [{ schedule: '0 * * * *', match: { any: [{ roles: ['r'] }] } }, /User info is not allowed/],
  [{ schedule: '0 * * * *', match: { ...match, all: match.any } }, /any and all together/],
];

for (const [spec, problem] of faulty) {
  test(`a policy is refused: ${problem.source}`, () => {
    assert.match(cleanupProblems(policyOf({ spec })).join('\n'), problem);
  });
}

test('a good policy has no problems', () => {
  assert.deepEqual(cleanupProblems(policyOf({ spec: { schedule: '0 3 * * mon-fri', match } })), []);
});
