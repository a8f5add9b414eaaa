import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { parsePolicies } from '../policy/index.ts';
import { createEngineLane } from './engine-lane.ts';

const POLICY = `
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: need-team}
spec:
  background: false
  rules:
  - name: team
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate: {failureAction: Enforce, message: team, pattern: {metadata: {labels: {team: "?*"}}}}
`;

const pod: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'default' },
  spec: { containers: [{ name: 'c', image: 'nginx' }] },
};

function lane() {
  return createEngineLane({ settings: DEFAULT_SETTINGS, clock: { now: () => 0 }, random: { next: () => 0.5 } });
}

test('the lane answers and shows the object that the policies judged', async () => {
  await using engine = lane();
  const premise = { policies: parsePolicies(POLICY, 'policy.yaml'), objects: [] };
  const answer = await engine.ask(premise, { id: 'one', operation: 'CREATE', object: pod });
  assert.deepEqual([answer.lane, answer.id, answer.allowed, answer.code], ['engine', 'one', false, 400]);
  assert.equal((answer.judged?.['spec'] as JsonObject | undefined)?.['restartPolicy'], 'Always');
});

test('requests under one premise do not see each other', async () => {
  const engine = lane();
  const premise = { policies: [], objects: [] };
  for (const code of [201, 201]) {
    assert.equal((await engine.ask(premise, { operation: 'CREATE', object: pod })).code, code);
  }
});

test('trouble with a request is an answer without verdict, trouble with the premise is bad input', async () => {
  const engine = lane();
  const answer = await engine.ask({ policies: [], objects: [] }, { operation: 'CREATE' });
  assert.equal(answer.allowed, null);
  assert.match(answer.error ?? '', /does not say what it is about/);
  const refused = parsePolicies(POLICY.replace('message: team', 'message: "{{ nope.x }}"'), 'policy.yaml');
  await assert.rejects(
    engine.ask({ policies: refused, objects: [] }, { operation: 'CREATE', object: pod }),
    InputError,
  );
});

test('a custom resource is replaced for the version that is stored', async () => {
  const spec = {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  };
  const apiVersion = 'apiextensions.k8s.io/v1';
  const crd = { apiVersion, kind: 'CustomResourceDefinition', metadata: { name: 'widgets.example.com' }, spec };
  const widget: JsonObject = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } };
  const replace = (object: JsonObject, objects: readonly JsonObject[]) =>
    lane().ask({ policies: [], objects: [crd, ...objects] }, { operation: 'UPDATE', object });
  assert.equal((await replace(widget, [widget])).code, 200);
  assert.equal((await replace({ ...widget, metadata: { name: 'w', resourceVersion: '9' } }, [widget])).code, 409);
  assert.equal((await replace(widget, [])).code, 404);
});
