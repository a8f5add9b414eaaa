import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../model/json.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { type CompareResult, compareSets, type Mode } from './compare-sets.ts';
import { pathText } from './path.ts';
import { type ReadSet, readPolicySet } from './read-set.ts';
import { featureText } from './report/feature.ts';
import { jsonReport } from './report/json.ts';

function policy(name: string, validate: string, kinds = 'Pod'): string {
  return `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: { name: ${name} }
spec:
  rules:
    - name: check
      match: { any: [{ resources: { kinds: [${kinds}] } }] }
      validate:
        failureAction: Enforce
        message: not allowed
${validate.replaceAll(/^/gm, '        ')}
`;
}

/** A ValidatingPolicy about Pods, of which Kyverno derives copies for their controllers. */
function validatingPolicy(name: string, validations: string): string {
  return `apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: { name: ${name} }
spec:
  validationActions: [Deny]
  matchConstraints:
    resourceRules:
      - { apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods] }
  variables:
    - { name: all, expression: "object.spec.containers + object.spec.?initContainers.orValue([])" }
  validations:
    - message: not allowed
      expression: ${JSON.stringify(validations)}
`;
}

const CASES: Readonly<Record<string, string>> = {
  tag: policy('tag', 'pattern: { spec: { containers: [{ image: "!*:latest" }] } }'),
  port: policy('port', 'pattern: { spec: { =(containers): [{ =(ports): [{ =(hostPort): "<8080" }] }] } }'),
  capabilities: policy(
    'capabilities',
    `deny:
  conditions:
    all:
      - key: "{{ request.object.spec.[initContainers, containers][].securityContext.capabilities.add[] }}"
        operator: AnyNotIn
        value: [CHOWN, KILL]`,
  ),
  replicas: policy(
    'replicas',
    `deny:
  conditions:
    any:
      - { key: "{{ request.object.spec.replicas }}", operator: GreaterThan, value: 5 }`,
    'Deployment',
  ),
  cel: policy(
    'cel',
    `cel:
  expressions:
    - expression: "object.spec.?volumes.orValue([]).all(v, !has(v.hostPath) || v.hostPath.path.startsWith('/data'))"`,
  ),
  vpol: validatingPolicy('vpol', 'variables.all.all(c, c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) < 8080))'),
  images: validatingPolicy(
    'images',
    "variables.all.all(c, c.image.startsWith('ghcr.io/') && !c.image.endsWith(':latest'))",
  ),
};

/** One character (or one operator) of a case changed. */
const PLANTED: readonly (readonly [string, string, string])[] = [
  ['tag', '!*:latest', '!*:lates'],
  ['port', '<8080', '<8081'],
  ['port', '<8080', '<=8080'],
  ['capabilities', 'KILL', 'KILLS'],
  ['capabilities', 'initContainers', 'initContainer'],
  ['capabilities', 'AnyNotIn', 'AllNotIn'],
  ['replicas', 'value: 5', 'value: 6'],
  ['replicas', 'GreaterThan', 'GreaterThanOrEquals'],
  ['cel', "'/data'", "'/dat'"],
  ['cel', '!has', 'has'],
  ['vpol', '< 8080', '< 8081'],
  ['vpol', '< 8080', '<= 8080'],
  ['vpol', 'initContainers', 'initContainer'],
  ['vpol', '[pods]', '[pod]'],
  ['images', 'ghcr.io/', 'ghcr.i/'],
  ['images', ':latest', 'latest'],
  ['images', '&&', '||'],
];

function setOf(text: string, file = 'policies.yaml'): ReadSet {
  return readPolicySet(file, [{ file, text, inFolder: false }]);
}

function compare(old: string, other: string, requests: number, mode: Mode = 'admission'): CompareResult {
  return compareSets(setOf(old), setOf(other), {
    mode,
    budget: { milliseconds: 60_000, requests, seed: 1, now: () => 0 },
    comparison: { messages: false, verdictsOnly: false },
    resources: [],
    cluster: [],
    settings: DEFAULT_SETTINGS,
    clock: 1_700_000_000_000,
  });
}

for (const [name, text] of Object.entries(CASES)) {
  test(`the policy ${name} is like itself, and its rule is seen to fail and to pass`, () => {
    const { findings, unexercised, judged, unsupported } = compare(text, text, name === 'capabilities' ? 90 : 40);
    assert.deepEqual(findings, []);
    assert.deepEqual(unexercised, []);
    assert.equal(unsupported.size, 0);
    assert.ok(judged > 15);
  });
}

for (const [name, from, to] of PLANTED) {
  test(`${to} instead of ${from} in the policy ${name} is found`, () => {
    const text = CASES[name] ?? '';
    assert.ok(text.includes(from));
    // A text that is tested in two ways takes longer.
    const { findings } = compare(text, text.replace(from, to), from === ':latest' ? 150 : 60);
    assert.equal(findings[0]?.smallest.difference, 'verdict');
  });
}

test('a difference is shrunk to the fields that make it', () => {
  const text = CASES['port'] ?? '';
  const { findings } = compare(text, text.replace('<8080', '<8081'), 60);
  const smallest = findings[0]?.smallest.draft.object;
  const expected: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x' },
    spec: { containers: [{ name: 'x', image: 'x', ports: [{ containerPort: 1n, hostPort: 8080n }] }] },
  };
  assert.deepEqual(smallest, expected);
});

test('the command line judges objects that no API server would take', () => {
  const text = CASES['replicas'] ?? '';
  const { findings } = compare(text, text.replace('value: 5', 'value: 6'), 40, 'cli');
  assert.equal(findings[0]?.smallest.difference, 'status');
});

test('the same seed and number of requests give the same report', () => {
  const old = CASES['tag'] ?? '';
  const other = old.replace('latest', 'latesT');
  const report = () => jsonReport({ old: setOf(old), new: setOf(other), result: compare(old, other, 40) });
  assert.equal(report(), report());
});

test('a rule that was never seen to fail is told', () => {
  const text = policy('never', 'deny: { conditions: { all: [{ key: a, operator: Equals, value: b }] } }');
  const { unexercised } = compare(text, text, 20);
  assert.deepEqual(
    unexercised.map(({ side, rule, never }) => [side, rule, never]),
    [
      ['old', 'never/check', ['fail']],
      ['new', 'never/check', ['fail']],
    ],
  );
});

test('a difference becomes one scenario for each set', () => {
  const old = CASES['tag'] ?? '';
  const other = old.replace('latest', 'lates');
  const sets = { old: setOf(old, 'old.yaml'), new: setOf(other, 'new.yaml') };
  const text = featureText({ ...sets, result: compare(old, other, 40) }, (path) => `cases/${path}`);
  assert.match(text, /Given the policies from "cases\/old\.yaml"/);
  assert.match(text, /Given the policies from "cases\/new\.yaml"/);
  assert.match(text, /Then it should fail these rules:\n\s+\| policy \| rule {2}\|\n\s+\| tag {4}\| check \|/);
  assert.match(text, /Then it should pass/);
});

test('documents in a folder that are no policies are left out, in a file they are a mistake', () => {
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n';
  assert.equal(readPolicySet('f', [{ file: 'f/x.yaml', text, inFolder: true }]).others, 1);
  assert.throws(() => readPolicySet('x', [{ file: 'x.yaml', text, inFolder: false }]), /`ConfigMap` is no policy/);
});

test('paths are written as fields are', () => {
  assert.equal(pathText(['spec', 'containers', null, 'image']), 'spec.containers[*].image');
  assert.equal(pathText(['metadata', 'labels', 'app.type']), 'metadata.labels["app.type"]');
});
