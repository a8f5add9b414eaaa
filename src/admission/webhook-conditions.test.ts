import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdmissionAnswer, ClientRequest } from '../model/admission.ts';
import type { JsonObject } from '../model/json.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from '../model/settings.ts';
import { parsePolicies } from '../policy/index.ts';
import { createAdmission } from './admission.ts';

function policy(name: string, kind: string, condition: string, rules: string): string {
  return `
apiVersion: kyverno.io/v1
kind: Policy
metadata: {name: ${name}, namespace: default}
spec:
  background: false
  webhookConfiguration: {matchConditions: [{name: one, expression: ${JSON.stringify(condition)}}]}
  rules:
${rules.replaceAll('KIND', kind)}
---`;
}

const RULES = `
  - name: r2
    match: {any: [{resources: {kinds: [KIND]}}]}
    validate: {failureAction: Enforce, message: fine says no, deny: {}}
  - name: r3
    match: {any: [{resources: {kinds: [KIND]}}]}
    validate: {failureAction: Audit, message: audit says no, deny: {}}`;

function ask(policies: string, request: Partial<ClientRequest>, settings: ClusterSettings = DEFAULT_SETTINGS) {
  const clock = { now: () => 0 };
  const read = parsePolicies(policies, 'policies.yaml');
  const admission = createAdmission({ policies: read, objects: [], settings, clock, random: { next: () => 0.5 } });
  return admission({ operation: 'CREATE', ...request }).answer;
}

function configMap(data: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' }, data };
}

function told({ allowed, code, message }: AdmissionAnswer): readonly unknown[] {
  return [allowed, code, message];
}

test('a policy with match conditions has a webhook of its own, which takes all its rules for enforcing', () => {
  const fine = policy('fine', 'ConfigMap', "has(object.data) && 'fine' in object.data", RULES);
  assert.deepEqual(told(ask(fine, { object: configMap({ a: 'b' }) })), [true, 201, '']);
  const text = `admission webhook "validate.kyverno.svc-fail-finegrained-default-fine" denied the request: 

resource ConfigMap/default/x was blocked due to the following policies 

fine:
  r2: fine says no
  r3: audit says no
`;
  assert.deepEqual(told(ask(fine, { object: configMap({ fine: 'x' }) })), [false, 400, text]);
});

test('the API server forbids what its conditions cannot judge', () => {
  const erring = policy('erring', 'ConfigMap', "object.data['boom'] == 'x'", RULES);
  const error = "expression 'object.data['boom'] == 'x'' resulted in error: no such key: boom";
  const answer = ask(erring, { object: configMap({ a: 'b' }) });
  assert.deepEqual(told(answer), [false, 403, `configmaps "x" is forbidden: ${error}`]);
  assert.equal(answer.reason, 'Forbidden');
});

test('the engine asks the conditions again, with objects that are never null', () => {
  // The API server calls the webhook, as there is no old object; for the engine there is one with a kind.
  const twice = policy('twice', 'ConfigMap', 'oldObject == null', RULES);
  assert.deepEqual(told(ask(twice, { object: configMap({ fine: 'x' }) })), [true, 201, '']);
});

test('conditions may ask for the rights of an administrator', () => {
  const condition = "authorizer.group('apps').resource('deployments').check('create').allowed()";
  // Kyverno itself declares no authorizer, so its own check fails and nothing is evaluated.
  const asks = policy('asks', 'ConfigMap', `${condition} && 'fine' in object.data`, RULES);
  assert.throws(() => ask(asks, { object: configMap({ fine: 'x' }) }), /undeclared reference to 'authorizer'/);
});

test("conditions of Kyverno's ConfigMap hold for its common webhooks", () => {
  const config = { matchConditions: `[{"name": "no-fine", "expression": "!('fine' in object.data)"}]` };
  const settings = { ...DEFAULT_SETTINGS, kyverno: { ...DEFAULT_SETTINGS.kyverno, config } };
  const common = policy('common', 'ConfigMap', 'true', RULES).replace(/ {2}webhookConfiguration.*\n/, '');
  assert.equal(ask(common, { object: configMap({ a: 'b' }) }, settings).allowed, false);
  assert.equal(ask(common, { object: configMap({ fine: 'x' }) }, settings).allowed, true);
});
