import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientRequest } from '../model/admission.ts';
import { getPath, type JsonObject } from '../model/json.ts';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { parsePolicies } from '../policy/index.ts';
import { createAdmission } from './admission.ts';
import type { Admission } from './world.ts';

/** Rules of one policy, as YAML of their list. They match Pods. */
interface Given {
  readonly rules: string;
  readonly spec?: string;
  readonly kind?: string;
  readonly operations?: string;
}

function policyText({ rules, spec = '', kind = 'Pod', operations = '' }: Given, index: number): string {
  const match = `{any: [{resources: {kinds: [${kind}]${operations === '' ? '' : `, operations: [${operations}]`}}}]}`;
  return `
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: p${index}}
spec:
  background: false
  ${spec}
  rules:
${rules.replace(/^- name: (\w+)/gm, `  - name: $1\n    match: ${match}`).replace(/^ {2}(?=mutate|validate|precond)/gm, '    ')}
---`;
}

function chain(...policies: readonly Given[]): Admission {
  return createAdmission({
    policies: parsePolicies(policies.map(policyText).join(''), 'policies.yaml'),
    objects: [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm', namespace: 'default' }, data: { a: '1' } },
    ],
    settings: DEFAULT_SETTINGS,
    clock: { now: () => Date.UTC(2026, 0, 1) },
    random: { next: () => 0.5 },
  });
}

const POD: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'default' },
  spec: { containers: [{ name: 'c', image: 'nginx:1' }] },
};

function create(object: JsonObject = POD): ClientRequest {
  return { operation: 'CREATE', object, dryRun: true };
}

const LABEL = '- name: b\n  mutate: {patchStrategicMerge: {metadata: {labels: {two: "2"}}}}';
const CLASH = '- name: b\n  mutate: {patchStrategicMerge: {spec: {containers: x}}}';

test('the object is mutated before it is validated, by the API server and by Kyverno', () => {
  const { answer, judged } = chain({
    rules: `${LABEL}
- name: v
  validate: {failureAction: Enforce, message: "two is {{ request.object.metadata.labels.two }}", pattern: {metadata: {labels: {two: "3"}}}}`,
  })(create());
  assert.equal(answer.allowed, false);
  assert.match(answer.denied[0]?.message ?? '', /two is 2/);
  assert.deepEqual(getPath(judged, 'metadata', 'labels'), { two: '2' });
  assert.deepEqual(
    answer.rules.map(({ policy, name, type, status }) => [policy, name, type, status].join(' ')),
    ['p0 b Mutation pass', 'p0 v Validation fail'],
  );
});

/** What a real cluster answered to the same: code and message. */
const confirmed: readonly (readonly [what: string, rules: string, code: number, message: RegExp])[] = [
  [
    'a patch of the wrong shape',
    CLASH,
    400,
    /^admission webhook "mutate\.kyverno\.svc-fail" denied the request: mutation policy p0 error: failed to apply policy p0 rules \[b: failed to patch resource: wrong node kind: expected SequenceNode but got ScalarNode: node contents:\n"x"\n\]$/,
  ],
  [
    'a value of the wrong type',
    '- name: b\n  mutate: {patchStrategicMerge: {spec: {terminationGracePeriodSeconds: soon}}}',
    500,
    /^Internal error occurred: json: cannot unmarshal string into Go struct field PodSpec\.spec\.terminationGracePeriodSeconds of type int64$/,
  ],
  [
    'a container without an image',
    '- name: b\n  mutate: {patchStrategicMerge: {spec: {containers: [{name: added}]}}}',
    422,
    /^Pod "a" is invalid: spec\.containers\[0\]\.image: Required value$/,
  ],
  [
    'a priority class, after the API server has already set the priority',
    '- name: b\n  mutate: {patchStrategicMerge: {spec: {priorityClassName: system-cluster-critical}}}',
    403,
    /^pods "a" is forbidden: the integer value of priority \(0\) must not be provided in pod spec; priority admission controller computed 2000000000 from the given PriorityClass name$/,
  ],
  [
    'another namespace',
    '- name: b\n  mutate: {patchStrategicMerge: {metadata: {namespace: other}}}',
    400,
    /^the namespace of the provided object does not match the namespace sent on the request$/,
  ],
  [
    'another kind',
    '- name: b\n  mutate: {patchStrategicMerge: {kind: Service}}',
    500,
    /^converting \(v1\.Service\) to \(core\.Pod\): unknown conversion$/,
  ],
];
for (const [what, rules, code, message] of confirmed) {
  test(`${what} is refused with the code and the text of the cluster`, () => {
    const { answer } = chain({ rules })(create());
    assert.equal(answer.allowed, false);
    assert.equal(answer.code, code);
    assert.match(answer.message, message);
  });
}

test('what the API server does not know is dropped, and what is added gets its defaults', () => {
  const { answer } = chain({
    rules:
      '- name: b\n  mutate: {patchStrategicMerge: {spec: {nonsense: 1, initContainers: [{name: i, image: "y:1", ports: [{containerPort: 80}]}]}}}',
  })(create());
  const spec = answer.object?.['spec'];
  assert.equal(getPath(spec, 'nonsense'), undefined);
  const [added] = getPath(spec, 'initContainers') as readonly JsonObject[];
  assert.deepEqual(added?.['ports'], [{ containerPort: 80n, protocol: 'TCP' }]);
  assert.equal(added?.['imagePullPolicy'], 'IfNotPresent');
});

test('an error of a policy that may fail changes nothing, and policies after it have no object', () => {
  const ignored = 'failurePolicy: Ignore';
  const before = {
    rules: '- name: a\n  mutate: {patchStrategicMerge: {metadata: {labels: {one: "1"}}}}',
    spec: ignored,
  };
  const { answer } = chain(before, { rules: CLASH, spec: ignored }, { rules: LABEL, spec: ignored })(create());
  assert.equal(answer.code, 201);
  assert.deepEqual(getPath(answer.object, 'metadata', 'labels'), { one: '1' });
});

test('policies that emit warnings tell what they changed', () => {
  const twice = `${LABEL}\n- name: c\n  mutate: {patchStrategicMerge: {metadata: {labels: {two: "2"}}}}`;
  const { answer } = chain({ rules: twice, spec: 'emitWarning: true' })(create());
  assert.deepEqual(answer.warnings, ['299 - "policy p0.b: mutated Pod/a in namespace default"']);
});

test('the webhook of policies that must not fail comes first, and both run again as each changed what the other had seen', () => {
  const sees = (label: string, other: string) =>
    `- name: b\n  mutate: {patchStrategicMerge: {metadata: {labels: {${label}: "saw-{{ request.object.metadata.labels.${other} || 'none' }}"}}}}`;
  const { answer } = chain(
    { rules: sees('ignore', 'fail'), spec: 'failurePolicy: Ignore' },
    { rules: sees('fail', 'ignore') },
  )(create());
  assert.deepEqual(getPath(answer.object, 'metadata', 'labels'), {
    fail: 'saw-saw-saw-none',
    ignore: 'saw-saw-saw-saw-none',
  });
  assert.deepEqual(
    answer.rules.map(({ policy, status }) => `${policy} ${status}`),
    ['p1 pass', 'p0 pass', 'p1 pass', 'p0 pass'],
  );
});

test('an update is mutated with the stored object at hand, and a DELETE passes without a look', () => {
  const rules = `- name: b\n  mutate: {patchStrategicMerge: {data: {seen: "{{ request.operation }}-{{ request.oldObject.data.a || 'none' }}"}}}`;
  const admission = chain({ rules, kind: 'ConfigMap', operations: 'CREATE, UPDATE, DELETE' });
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cm', namespace: 'default' },
    data: { a: '2' },
  };
  const { answer } = admission({ operation: 'UPDATE', object, dryRun: true });
  assert.deepEqual(answer.object?.['data'], { a: '2', seen: 'UPDATE-1' });
  const gone = admission({
    operation: 'DELETE',
    resource: 'configmaps',
    name: 'cm',
    namespace: 'default',
    dryRun: true,
  });
  assert.deepEqual([gone.answer.code, gone.answer.rules], [200, []]);
});
