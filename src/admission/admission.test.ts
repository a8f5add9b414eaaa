import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdmissionAnswer, ClientRequest } from '../model/admission.ts';
import { InputError } from '../model/failure.ts';
import { getPath, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { type ClusterSettings, DEFAULT_SETTINGS } from '../model/settings.ts';
import { parsePolicies } from '../policy/index.ts';
import { createAdmission } from './admission.ts';
import type { Admission } from './world.ts';

interface Setup {
  readonly objects?: readonly JsonObject[];
  readonly settings?: ClusterSettings;
}

function chain(policies: string, { objects = [], settings = DEFAULT_SETTINGS }: Setup = {}): Admission {
  const read: readonly Policy[] = policies === '' ? [] : parsePolicies(policies, 'policies.yaml');
  const clock = { now: () => Date.UTC(2026, 0, 1) };
  return createAdmission({ policies: read, objects, settings, clock, random: { next: () => 0.5 } });
}

/** A ClusterPolicy that demands a label of Pods. */
function needs(label: string, spec = '', rule = ''): string {
  return `
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: need-${label}}
spec:
  background: false
  ${spec}
  rules:
  - name: has-${label}
    match: {any: [{resources: {kinds: [Pod]}}]}
    ${rule}
    validate: {failureAction: Enforce, message: ${label}, pattern: {metadata: {labels: {${label}: "?*"}}}}
---`;
}

function pod(labels: Readonly<Record<string, string>> = {}, namespace = 'default'): JsonObject {
  const spec = { containers: [{ name: 'c', image: 'nginx:1.27' }] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace, labels }, spec };
}

function create(object: JsonObject, more: Partial<ClientRequest> = {}): ClientRequest {
  return { operation: 'CREATE', object, dryRun: true, ...more };
}

function verdict({ allowed, code, denied, warnings }: AdmissionAnswer): readonly unknown[] {
  return [allowed, code, denied.map(({ policy, rule }) => `${policy}/${rule}`), warnings];
}

test('a refusal names the webhook of the policies with the same failure policy', () => {
  const admission = chain(needs('team') + needs('owner', 'failurePolicy: Ignore'));
  const { answer } = admission(create(pod({ team: 'x' })));
  assert.deepEqual(verdict(answer), [false, 400, ['need-owner/has-owner'], []]);
  assert.match(
    answer.message,
    /^admission webhook "validate\.kyverno\.svc-ignore" denied the request: \n\nresource Pod\//,
  );
  assert.deepEqual(
    answer.rules.map(({ policy, name, status }) => `${policy}/${name} ${status}`),
    ['need-team/has-team pass', 'need-owner/has-owner fail'],
  );
});

test('an error blocks under failure policy Fail and warns under Ignore, beside the refusal of another webhook', () => {
  const broken = (name: string, failurePolicy: string) => `
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: ${name}}
spec:
  background: false
  failurePolicy: ${failurePolicy}
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate:
      failureAction: Enforce
      message: m
      deny: {conditions: {all: [{key: "{{ request.object.nope }}", operator: Equals, value: 1}]}}
---`;
  const ignored = chain(broken('p', 'Ignore'))(create(pod())).answer;
  assert.equal(ignored.allowed, true);
  assert.match(ignored.warnings[0] ?? '', /^299 - "policy p\.r: failed to check deny conditions/);
  assert.equal(chain(broken('p', 'Fail'))(create(pod())).answer.allowed, false);
  const both = chain(needs('team') + broken('p', 'Ignore'))(create(pod())).answer;
  assert.deepEqual(verdict(both), [false, 400, ['need-team/has-team'], ignored.warnings]);
  const forced = { ...DEFAULT_SETTINGS, kyverno: { ...DEFAULT_SETTINGS.kyverno, forceFailurePolicyIgnore: true } };
  assert.equal(chain(broken('p', 'Fail'), { settings: forced })(create(pod())).answer.allowed, true);
});

test('audit rules never block, are among the rules, and warn only with emitWarning', () => {
  const audit = (spec: string) => needs('team', spec).replace('failureAction: Enforce', 'failureAction: Audit');
  const silent = chain(audit(''))(create(pod())).answer;
  assert.deepEqual(verdict(silent), [true, 201, [], []]);
  assert.equal(silent.rules[0]?.status, 'fail');
  const loud = chain(audit('emitWarning: true'))(create(pod())).answer;
  assert.match(loud.warnings[0] ?? '', /^299 - "policy need-team\.has-team: validation error: team\. rule/);
});

test('a policy in a namespace counts for that namespace alone and comes after cluster-wide ones', () => {
  const local = needs('team').replace('kind: ClusterPolicy', 'kind: Policy').replace('team}', 'team, namespace: a}');
  const objects = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } }];
  const admission = chain(local + needs('owner'), { objects });
  assert.deepEqual(verdict(admission(create(pod({ owner: 'x' }))).answer), [true, 201, [], []]);
  const rules = admission(create(pod({}, 'a'))).answer.rules.map(({ policy }) => policy);
  assert.deepEqual(rules, ['need-owner', 'need-team']);
});

test('requests outside the webhooks and filters are not looked at', () => {
  const admission = chain(needs('team'));
  for (const namespace of ['kube-system', 'kyverno', 'kube-public']) {
    const { answer } = admission(create(pod({}, namespace)));
    assert.deepEqual([answer.allowed, answer.rules], [true, []], namespace);
  }
  const node = { username: 'system:node:a', groups: ['system:nodes', 'system:masters'] };
  assert.deepEqual(admission(create(pod(), { userInfo: node })).answer.rules, []);
});

test("Kyverno's ConfigMap in the cluster state counts, and settings of one's own count more", () => {
  const map = (excludeGroups: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'kyverno', namespace: 'kyverno' },
    data: { excludeGroups },
  });
  const excluded = chain(needs('team'), { objects: [map('system:masters')] });
  assert.equal(excluded(create(pod())).answer.allowed, true);
  const own = { ...DEFAULT_SETTINGS, kyverno: { ...DEFAULT_SETTINGS.kyverno, config: {} } };
  assert.equal(
    chain(needs('team'), { objects: [map('system:masters')], settings: own })(create(pod())).answer.allowed,
    false,
  );
});

test('the selectors of the webhooks select by labels of namespace and object', () => {
  const webhooks = (value: JsonObject) => ({
    ...DEFAULT_SETTINGS,
    kyverno: { ...DEFAULT_SETTINGS.kyverno, config: { webhooks: JSON.stringify(value) } },
  });
  const selector = { matchLabels: { watch: 'yes' } };
  const byObject = chain(needs('team'), { settings: webhooks({ objectSelector: selector }) });
  assert.equal(byObject(create(pod())).answer.allowed, true);
  assert.equal(byObject(create(pod({ watch: 'yes' }))).answer.allowed, false);
  const byNamespace = webhooks({ namespaceSelector: selector });
  const objects = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', labels: { watch: 'yes' } } }];
  const admission = chain(needs('team'), { objects, settings: byNamespace });
  assert.equal(admission(create(pod())).answer.allowed, true);
  assert.equal(admission(create(pod({}, 'a'))).answer.allowed, false);
});

test('what is not supported is named when a request reaches it, and only then', () => {
  const other = `
apiVersion: policies.kyverno.io/v1
kind: MutatingPolicy
metadata: {name: other}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
  mutations: [{patchType: JSONPatch, jsonPatch: {expression: "[]"}}]
---`;
  const rows: readonly (readonly [string, string, RegExp])[] = [
    [other, 'default', /not supported yet: policies of kind MutatingPolicy \(policy other\)/],
  ];
  for (const [policies, namespace, error] of rows) {
    const { answer, problem } = chain(policies)(create(pod({}, namespace)));
    assert.equal(problem, 'unsupported');
    assert.equal(answer.allowed, null);
    assert.match(answer.error ?? '', error);
  }
  const service = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } };
  assert.equal(chain(other)(create(service)).answer.allowed, true);
});

test('the API server alone refuses, warns and gives the object as it would be stored', () => {
  const admission = chain('');
  const { answer, judged } = admission(create(pod(), { id: 'one' }));
  assert.deepEqual([answer.id, answer.allowed, answer.code, answer.message], ['one', true, 201, '']);
  assert.equal(getPath(answer.object, 'spec', 'restartPolicy'), 'Always');
  assert.equal(getPath(judged, 'spec', 'restartPolicy'), 'Always');
  const invalid = admission(create({ ...pod(), spec: { containers: [] } })).answer;
  assert.deepEqual([invalid.allowed, invalid.code, invalid.reason], [false, 422, 'Invalid']);
  assert.equal(invalid.message, 'Pod "a" is invalid: spec.containers: Required value');
  assert.equal(admission(create(pod({}, 'nowhere'))).answer.code, 404);
  const unknown = admission(create({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } }));
  assert.equal(unknown.answer.allowed, false);
  assert.match(unknown.hint ?? '', /CustomResourceDefinition/);
});

test('a policy that Kyverno would refuse is bad input', () => {
  const policy = needs('team').replace('message: team', 'message: "{{ nope.x }}"');
  assert.throws(
    () => chain(policy),
    (error: unknown) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, /policies\.yaml:\d+:\d+: Kyverno refuses the policy `need-team`: .*nope/);
      return true;
    },
  );
});

test('global context entries are read from the objects', () => {
  const policy = `
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: count}
spec:
  background: false
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    context: [{name: maps, globalReference: {name: config-maps, jmesPath: "[].metadata.name"}}]
    validate: {failureAction: Enforce, message: "maps {{ maps }}", deny: {}}
---`;
  const objects: readonly JsonObject[] = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } },
    {
      apiVersion: 'kyverno.io/v2',
      kind: 'GlobalContextEntry',
      metadata: { name: 'config-maps' },
      spec: { kubernetesResource: { group: '', version: 'v1', resource: 'configmaps', namespace: 'default' } },
    },
  ];
  assert.equal(chain(policy, { objects })(create(pod())).answer.denied[0]?.message, 'maps ["x"]');
});

test('a policy that is created is judged by the policy webhook, other requests about Kyverno itself are not supported', () => {
  const admission = chain(needs('team'));
  const policy = (name: string, pattern: JsonObject): JsonObject => ({
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: { name },
    spec: {
      rules: [{ name: 'r', match: { any: [{ resources: { kinds: ['Pod'] } }] }, validate: { message: 'm', pattern } }],
    },
  });
  const good = admission(create(policy('new', { spec: { a: 'x' } }))).answer;
  assert.equal(good.code, 201);
  assert.equal(getPath(good.object ?? null, 'spec', 'validationFailureAction'), 'Audit');
  assert.match(good.warnings.join('\n'), /deprecated/);
  const refused = admission(create(policy('new', { spec: { '+(a)': 'x' } }))).answer;
  assert.match(refused.message, /^admission webhook "validate-policy\.kyverno\.svc" denied the request: .*unsupported/);
  assert.equal(admission(create(policy('need-team', { spec: { a: 'x' } }))).answer.code, 409);
  const deleted = admission({ operation: 'DELETE', resource: 'clusterpolicies.kyverno.io', name: 'need-team' });
  assert.equal(deleted.problem, 'unsupported');
  assert.equal(chain('')(create(policy('new', {}))).answer.code, 404);
});

test('a server-side apply creates what is not there, called an update or a creation', () => {
  const body = pod({ team: 'x' });
  for (const operation of ['UPDATE', 'CREATE'] as const) {
    const request: ClientRequest = { operation, resource: 'pods', name: 'a', patch: { type: 'apply', body } };
    const { answer } = chain(needs('team'))(request);
    assert.deepEqual(verdict(answer), [true, 201, [], []]);
  }
});
