import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kyverdict, writeFiles } from '../../testing/run-command.ts';

const rule = (name: string, kinds: string, validate: string, more = ''): string =>
  `  - name: ${name}\n    match: { any: [ { resources: { kinds: [${kinds}]${more} } } ] }\n    validate: ${validate}\n`;
const policy = (name: string, rules: string, spec = ''): string =>
  `apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: { name: ${name} }\nspec:\n  background: false\n${spec}  rules:\n${rules}`;

const POLICY = policy(
  'labels',
  rule('team', 'Pod', '{ message: team, pattern: { metadata: { labels: { team: "?*" } } } }') +
    rule(
      'prod',
      'Service, Widget',
      '{ message: prod, deny: {} }',
      ', namespaceSelector: { matchLabels: { stage: prod } }',
    ) +
    rule('kept', 'ConfigMap', '{ message: kept, deny: {} }', ', operations: [DELETE]'),
);
const BY_MAP = `${policy('by-map', rule('allowed', 'Pod', '{ message: m, deny: { conditions: { all: [ { key: "{{ request.object.metadata.labels.team || \'\' }}", operator: NotEquals, value: "{{ list.data.team }}" } ] } } }'))}    context: [ { name: list, configMap: { name: teams, namespace: default } } ]\n`;
const CALLS = `${policy('calls', rule('count', 'Pod', '{ message: m, deny: { conditions: { all: [ { key: "{{ count }}", operator: Equals, value: 1 } ] } } }'))}    context: [ { name: count, apiCall: { urlPath: /api/v1/pods, jmesPath: "items | length(@)" } } ]\n`;

const RESOURCES = `apiVersion: v1
kind: Pod
metadata: { name: good, labels: { team: a } }
spec: { containers: [ { name: a, image: b } ] }
---
apiVersion: v1
kind: Pod
metadata: { name: bad, labels: { app: a } }
spec: { containers: [ { name: a, image: b } ] }
---
apiVersion: v1
kind: Pod
metadata: { name: invalid }
spec: { containers: [] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [ { name: a, image: b } ] } }
---
apiVersion: v1
kind: Service
metadata: { name: shop, namespace: shop }
spec: { ports: [ { port: 80 } ] }
---
apiVersion: example.org/v1
kind: Widget
metadata: { name: widget, namespace: shop }
spec: { size: 1 }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
`;

const TEST = `apiVersion: cli.kyverno.io/v1alpha1
kind: Test
metadata: { name: t }
policies: [../policies/labels.yaml, ../policies/by-map.yaml, ../policies/calls.yaml]
resources: [resources.yaml]
variables: values.yaml
results:
- { policy: labels, rule: team, resources: [good], kind: Pod, result: pass }
- { policy: labels, rule: team, resources: [bad, invalid], kind: Pod, result: fail }
- { policy: labels, rule: team, resources: [web], kind: Deployment, result: fail }
- { policy: labels, rule: prod, resources: [shop], kind: Service, result: fail }
- { policy: labels, rule: prod, resources: [widget], kind: Widget, result: fail }
- { policy: labels, rule: kept, resources: [settings], kind: ConfigMap, result: fail, operation: DELETE }
- { policy: by-map, rule: allowed, resources: [good], kind: Pod, result: pass }
- { policy: by-map, rule: allowed, resources: [bad], kind: Pod, result: fail }
- { policy: calls, rule: count, resources: [good], kind: Pod, result: fail }
- { policy: labels, rule: tame, resources: [good], kind: Pod, result: fail }
`;

const VALUES = `apiVersion: cli.kyverno.io/v1alpha1
kind: Values
policies:
- { name: by-map, rules: [ { name: allowed, values: { list.data.team: a } } ] }
- { name: calls, rules: [ { name: count, values: { count: 1 } } ] }
namespaceSelector: [ { name: shop, labels: { stage: prod } } ]
`;

function project(): string {
  return writeFiles({
    'policies/labels.yaml': POLICY,
    'policies/by-map.yaml': BY_MAP,
    'policies/calls.yaml': CALLS,
    'tests/resources.yaml': RESOURCES,
    'tests/values.yaml': VALUES,
    'tests/kyverno-test.yaml': TEST,
  });
}

test('a test becomes a feature, what it cannot say is told, and the feature gives the same verdicts', async () => {
  const folder = project();
  const { code, stdout, stderr } = await kyverdict(['convert', 'tests', '-o', 'features'], folder);
  assert.equal(code, 1);
  assert.equal(stdout, '');
  const notes = stderr.split('\n').map((line) => line.replace(/^.*the feature does not say: /, ''));
  assert.equal(notes[0], 'rows of calls, which need the values count');
  assert.equal(notes[1], 'a row about the rule tame, which labels has not');
  assert.match(notes[2] ?? '', /^Pod default\/invalid: the API server refuses it: .*spec\.containers: Required value/);
  assert.deepEqual(readdirSync(join(folder, 'features')), ['tests.feature']);
  const feature = readFileSync(join(folder, 'features/tests.feature'), 'utf8');
  assert.match(feature, /And the namespace "shop" with labels "stage=prod"/);
  assert.match(
    feature,
    /When the Deployment from "tests\/resources.yaml#web" is created\n {4}Then these rules answer:/,
  );
  assert.match(feature, /\| labels \| autogen-team \| fails {3}\|/);
  const ran = await kyverdict(['run', 'features', '--no-reports'], folder);
  // The policy `calls` is in no scenario, which the run tells too.
  assert.match(ran.stdout, /engine lane: 6 scenarios with 6 requests, .*: 6 passed/, ran.stdout);
  assert.doesNotMatch(ran.stdout, /^failed/m);
});

test('a feature is printed when no folder is given', async () => {
  const folder = project();
  const { stdout } = await kyverdict(['convert', 'tests'], folder);
  assert.match(stdout, /^Feature: tests\n {2}From tests\/kyverno-test\.yaml\.\n/);
});

test('nothing to convert, broken tests and bad options have exit codes of their own', async () => {
  const folder = writeFiles({ 'empty/x.yaml': '', 'old/kyverno-test.yaml': 'name: old\n' });
  const nothing = await kyverdict(['convert', 'empty'], folder);
  assert.equal(nothing.code, 4);
  assert.match(nothing.stderr, /^there is no kyverno-test\.yaml below .*empty\n$/);
  assert.equal((await kyverdict(['convert', 'old'], folder)).code, 3);
  assert.equal((await kyverdict(['convert'], folder)).code, 3);
});
