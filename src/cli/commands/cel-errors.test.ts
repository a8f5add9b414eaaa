import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asArray, asObject, getPath, parseJson } from '../../model/json.ts';
import { kyverdict, writeFiles } from '../../testing/run-command.ts';

const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bad' }, spec: { containers: [{ name: 'a' }] } };

const FOLDER = writeFiles({
  'policy.yaml': `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: { name: labels }
spec:
  background: false
  rules:
    - name: app
      match: { any: [{ resources: { kinds: [Pod] } }] }
      validate:
        failureAction: Enforce
        cel:
          variables:
            - name: app
              expression: >-
                object.spec.nodeSelector
                  .app
          expressions:
            - expression: |
                object.metadata.name != '' &&
                  variables.app == 'x'
`,
  'vap.yaml': `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: admission }
spec:
  matchConstraints:
    resourceRules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
  validations:
    - expression: "has(object.spec) &&\\n  object.spec.containers[3].image == ''"
`,
  'resources.yaml': `${JSON.stringify(POD)}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { metadata: { name: x }, spec: { containers: [{ name: a }] } } }
`,
  'pod.json': JSON.stringify(POD),
  'requests.jsonl': `${JSON.stringify({ operation: 'DELETE', oldObject: POD })}\n`,
  'kyverno-test.yaml': `apiVersion: cli.kyverno.io/v1alpha1
kind: Test
metadata: { name: t }
policies: [policy.yaml]
resources: [resources.yaml]
results:
  - { policy: labels, rule: app, kind: Pod, resources: [bad], result: pass }
  - { policy: labels, rule: app, kind: Deployment, resources: [web], result: pass }
`,
});

const IN_POD = `policy.yaml:15:29: no such key: nodeSelector
  15 |                 object.spec.nodeSelector
     |                             ^
  object.spec is {"containers": [{"name": "a"}]}
`;
const IN_TEMPLATE = `policy.yaml:15:29: no such key: nodeSelector
  15 |                 object.spec.nodeSelector
     |                             ^
  object.spec.template.spec is {"containers": [{"name": "a"}]}
`;

async function output(args: readonly string[]): Promise<string> {
  const { stdout } = await kyverdict(args, FOLDER);
  return stdout.replaceAll(`${FOLDER}/`, '');
}

test('kyverdict test shows where in the policy an expression failed, in copies for controllers too', async () => {
  const stdout = await output(['test', '.']);
  assert.ok(stdout.includes(`fails to evaluate: no such key: nodeSelector\n${IN_POD}`), stdout);
  assert.ok(stdout.includes(`fails to evaluate: no such key: nodeSelector\n${IN_TEMPLATE}`), stdout);
  assert.doesNotMatch(await output(['test', '.', '--compat']), /policy\.yaml:/);
});

test('kyverdict apply shows where in the policy an expression failed, beside what the real command prints', async () => {
  const { stdout, stderr } = await kyverdict(['apply', 'policy.yaml', '--resource', 'resources.yaml'], FOLDER);
  assert.doesNotMatch(stdout, /policy\.yaml/);
  const told = stderr.replaceAll(`${FOLDER}/`, '');
  const heads = ['policy labels -> resource default/Pod/bad:\n', 'policy labels -> resource default/Deployment/web:\n'];
  assert.equal(told, `${heads[0]}${IN_POD}${heads[1]}${IN_TEMPLATE}`);
});

test('kyverdict apply shows where in a ValidatingAdmissionPolicy an expression failed', async () => {
  const { stderr } = await kyverdict(['apply', 'vap.yaml', '--resource', 'pod.json'], FOLDER);
  const told = stderr.replaceAll(`${FOLDER}/`, '');
  const value = 'object.spec.containers is [{"name": "a"}]';
  assert.match(told, /^policy admission .*\nvap\.yaml:8:65: index out of bounds: 3\n {2}8 \| .*\n {4}\| +\^\n/);
  assert.ok(told.includes(`\n  ${value}\n`), told);
});

test('kyverdict admit tells where in the policy an expression failed beside its message', async () => {
  const requests = `${JSON.stringify({ operation: 'CREATE', object: { ...POD, spec: { containers: [{ name: 'a', image: 'b' }] } } })}\n`;
  const { stdout } = await kyverdict(['admit', '--policies', 'policy.yaml', '--requests', '-'], FOLDER, requests);
  const [rule] = asArray(getPath(parseJson(stdout, 'int'), 'rules')) ?? [];
  const { message, source } = asObject(rule) ?? {};
  assert.match(String(message), /^expression 'object\.metadata.*fails to evaluate: no such key: nodeSelector$/s);
  const { file, line, column, message: cause } = asObject(source) ?? {};
  assert.deepEqual(
    { file, line, column, cause },
    { file: 'policy.yaml', line: 15n, column: 29n, cause: 'no such key: nodeSelector' },
  );
  assert.match(String(getPath(source, 'values', 'object.spec')), /^\{"containers": /);
});
