import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  admit,
  applyPolicies,
  EvaluationError,
  evaluateCondition,
  InputError,
  type Json,
  type JsonObject,
  jmespath,
  matchPattern,
  matchScalar,
  parsePolicies,
  wildcardMatch,
} from './index.ts';
import { shared } from './testing/shared.ts';

const POLICY = `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: { name: need-team }
spec:
  background: false
  rules:
  - name: team
    match: { any: [ { resources: { kinds: [Pod] } } ] }
    validate: { failureAction: Enforce, message: team is missing, pattern: { metadata: { labels: { team: "?*" } } } }
`;
const pod = (labels: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', labels },
  spec: { containers: [{ name: 'web', image: 'nginx' }] },
});

test('admit answers as the API server with Kyverno', () => {
  const world = { policies: parsePolicies(POLICY) };
  const refused = admit(world, { operation: 'CREATE', object: pod({}) });
  assert.equal(refused.allowed, false);
  assert.deepEqual(refused.denied, [
    {
      policy: 'need-team',
      rule: 'team',
      message: 'validation error: team is missing. rule team failed at path /metadata/labels/',
    },
  ]);
  assert.equal(admit(world, { operation: 'CREATE', object: pod({ team: 'a' }) }).allowed, true);
  const [wrong] = parsePolicies(POLICY.replace('team is missing', '"{{ nope }}"'));
  assert.ok(wrong !== undefined);
  assert.throws(() => admit({ policies: [wrong] }, { operation: 'CREATE', object: pod({}) }), InputError);
});

test('parsePolicies names every mistake with its place', () => {
  assert.throws(
    () => parsePolicies(POLICY.replace('pattern:', 'patern:'), 'p.yaml'),
    (error) =>
      error instanceof InputError &&
      /^p\.yaml:9:\d+: unknown field .* \(did you mean `pattern`\?\)$/.test(error.message),
  );
});

const CEL_POLICY = `apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: { name: known-team }
spec:
  matchConstraints:
    resourceRules: [{ apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
  variables:
  - { name: teams, expression: "resource.get('v1', 'configmaps', 'default', 'teams').data" }
  validations:
  - { expression: object.metadata.?labels.team.orValue('') in variables.teams, message: nobody knows the team }
`;

test('applyPolicies judges ValidatingPolicies, with exceptions and what they read of a cluster', () => {
  const policies = parsePolicies(CEL_POLICY);
  const teams = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'teams', namespace: 'default' },
    data: { a: 'A' },
  };
  const excused = {
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'PolicyException',
    metadata: { name: 'c', namespace: 'default' },
    spec: {
      policyRefs: [{ name: 'known-team', kind: 'ValidatingPolicy' }],
      matchConditions: [{ name: 'c', expression: "object.metadata.?labels.team.orValue('') == 'c'" }],
    },
  };
  const options = { exceptions: [excused], celContext: { objects: [teams], images: new Map() } };
  const { responses } = applyPolicies(policies, [pod({ team: 'a' }), pod({ team: 'b' }), pod({ team: 'c' })], options);
  assert.deepEqual(
    responses.flatMap(({ rules }) => rules.map(({ status, message }) => `${status}: ${message}`)),
    ['pass: success', 'fail: nobody knows the team', 'skip: rule is skipped due to policy exception: default/c'],
  );
});

test('applyPolicies refuses a ValidatingPolicy that does not compile, with its place', () => {
  const broken = parsePolicies(CEL_POLICY.replace('variables.teams', 'variables.team'), 'p.yaml');
  assert.throws(
    () => applyPolicies(broken, [pod({})]),
    (error) => error instanceof InputError && /^p\.yaml:10:\d+: .* undefined field 'team'/.test(error.message),
  );
});

test('applyPolicies gives every answer and the refused policies', () => {
  const policies = [
    ...parsePolicies(POLICY),
    ...parsePolicies(POLICY.replace('need-team', 'x').replace('team is missing', '"{{ nope }}"')),
  ];
  const { responses, refused } = applyPolicies(policies, [pod({}), pod({ team: 'a' })]);
  assert.deepEqual(
    responses.map(({ policy, rules }) => [policy.name, rules.map(({ name, status }) => `${name} ${status}`)]),
    [
      ['need-team', ['team fail']],
      ['need-team', ['team pass']],
    ],
  );
  assert.deepEqual(
    refused.map(({ policy }) => policy),
    ['x'],
  );
  const excused = {
    apiVersion: 'kyverno.io/v2',
    kind: 'PolicyException',
    metadata: { name: 'e', namespace: 'default' },
    spec: {
      exceptions: [{ policyName: 'need-team', ruleNames: ['team'] }],
      match: { any: [{ resources: { kinds: ['Pod'] } }] },
    },
  };
  const [first] = applyPolicies(parsePolicies(POLICY), [pod({})], { exceptions: [excused] }).responses;
  assert.equal(first?.rules[0]?.status, 'skip');
});

test('single operations take plain JavaScript values', () => {
  assert.equal(matchScalar('>1Gi', '2Gi'), true);
  assert.equal(matchScalar('1', 1), true);
  assert.deepEqual(matchPattern({ a: { b: '?*' } }, { a: { b: '' } }), {
    result: 'fail',
    path: '/a/b/',
    message: "resource value '' does not match '?*' at path /a/b/",
  });
  assert.deepEqual(matchPattern({ a: 1 }, { a: 1 }), { result: 'pass', path: '', message: '' });
  assert.equal(evaluateCondition({ key: 'a', operator: 'AnyIn', value: ['a', 'b'] }), true);
  assert.equal(wildcardMatch('a?*', 'ab/c'), true);
  assert.equal(jmespath('length(a)', { a: [1, 2] }), 2);
  const clock = { now: () => Date.UTC(2024, 1, 29) };
  assert.equal(jmespath('time_now_utc()', {}, { clock }), '2024-02-29T00:00:00Z');
  assert.match(String(jmespath("random('[0-9]{3}')", {}, { random: { next: () => 0 } })), /^\d{3}$/);
});

test('queries and conditions throw EvaluationError alone', () => {
  for (const query of ['a.(', 'missing', "nope('x')", "parse_json('{')", `${'['.repeat(20000)}`]) {
    assert.throws(() => jmespath(query, {}), EvaluationError, query.slice(0, 20));
  }
  assert.throws(() => evaluateCondition({ key: 'a', operator: 'Is', value: 'a' }), EvaluationError);
});

test('data that nests deeper than the stack reaches is an error, not an exception of JavaScript', () => {
  let deep: JsonObject = { a: 'x' };
  for (let i = 0; i < 50_000; i++) deep = { a: deep };
  assert.equal(matchPattern(deep, deep).result, 'error');
  assert.equal(typeof matchScalar(deep, deep), 'boolean');
  for (const operator of ['Equals', 'AnyIn', 'GreaterThan']) {
    try {
      evaluateCondition({ key: deep, operator, value: { ...deep } });
    } catch (error) {
      assert.ok(error instanceof EvaluationError, String(error));
    }
  }
  assert.throws(() => jmespath('to_string(@)', deep), EvaluationError);
});

interface Row {
  readonly pattern: Json;
  readonly value: Json;
  readonly key: Json;
  readonly operator: string;
  readonly query: string;
  readonly result?: Json;
  readonly path?: string;
  readonly message?: string;
  readonly error?: string;
  readonly panic?: string;
  readonly unencodable?: string;
}

/** Every third row, so that the operations are held to the measured answers through this door too. */
function rows(name: string): readonly Row[] {
  const { url } = shared(`golden/units/${name}.jsonl`);
  const lines = readFileSync(url, 'utf8').split('\n');
  return lines.filter((line, index) => line !== '' && index % 3 === 0).map((line) => JSON.parse(line) as Row);
}

const UNITS = { skip: shared('golden/units').skip };
const failing = (row: Row) => row.error !== undefined || row.panic !== undefined;

test('single operations answer as the real ones', UNITS, () => {
  let count = 0;
  for (const { pattern, value, result } of rows('pattern')) {
    assert.equal(matchScalar(pattern, value), result, JSON.stringify([pattern, value]));
    count++;
  }
  for (const { pattern, value, result, path = '', message = '' } of rows('match')) {
    assert.deepEqual(matchPattern(pattern, value), { result, path, message }, JSON.stringify([pattern, value]));
    count++;
  }
  for (const { pattern, value, result } of rows('wildcard')) {
    assert.equal(wildcardMatch(String(pattern), String(value)), result);
    count++;
  }
  for (const row of rows('condition')) {
    const run = () => evaluateCondition(row);
    if (failing(row)) assert.throws(run, EvaluationError, JSON.stringify(row));
    else assert.equal(run(), row.result, JSON.stringify(row));
    count++;
  }
  const data = JSON.parse(readFileSync(shared('golden/units/jmespath-data.json').url, 'utf8')) as Json;
  for (const row of rows('jmespath')) {
    const run = () => plain(jmespath(row.query, data));
    if (failing(row)) assert.throws(run, EvaluationError, row.query);
    else if (row.unencodable !== undefined) assert.ok(Number.isNaN(run()), row.query);
    else assert.deepEqual(run(), row.result ?? null, row.query);
    count++;
  }
  assert.ok(count > 5000, `${count} rows`);
});

/** Integers as numbers, as JSON has them. */
function plain(value: Json): Json {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Array.from(value, plain);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item as Json)]));
}
