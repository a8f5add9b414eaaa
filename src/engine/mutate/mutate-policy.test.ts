import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { Environment } from '../../model/environment.ts';
import { asObject, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { gvkOf, namespaceOf } from '../../model/resource.ts';
import { compilePolicy, type EngineRequest, mutatePolicy, type PolicyMutation } from '../index.ts';

const ENVIRONMENT: Environment = {
  clock: { now: () => 0 },
  random: { next: () => 0.5 },
  data: {},
  namespaceLabels: () => ({}),
  exceptions: [],
  registry: { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true },
};

/** A policy with these rules, written as YAML; each matches Pods unless it says otherwise. */
function policy(rules: string, spec: JsonObject = {}): Policy {
  const match = { any: [{ resources: { kinds: ['Pod'] } }] };
  const declared = (parse(rules) as JsonObject[]).map((rule, i) => ({ name: `r${i}`, match, ...rule }));
  const whole = { ...spec, rules: declared };
  return {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    name: 'p',
    namespace: '',
    annotations: {},
    document: {},
    spec: whole,
    rules: declared,
  };
}

function object(yaml: string): JsonObject {
  return parse(yaml, { intAsBigInt: true }) as JsonObject;
}

interface Asked {
  readonly object?: JsonObject;
  readonly operation?: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly mode?: EngineRequest['mode'];
  readonly environment?: Partial<Environment>;
}

const POD = object(`
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, image: nginx}, {name: b, image: busybox}]}
`);

function mutate(given: Policy, asked: Asked = {}): PolicyMutation {
  const { object: one = POD, operation = 'CREATE', mode = 'admission', environment } = asked;
  const kind = gvkOf(one);
  const request: EngineRequest['request'] = {
    kind,
    resource: { group: '', version: '', resource: '' },
    subResource: '',
    parentKind: kind,
    name: 'web',
    namespace: namespaceOf(one),
    operation,
    object: operation === 'DELETE' ? null : one,
    oldObject: operation === 'CREATE' ? null : one,
    userInfo: { username: 'u' },
    roles: [],
    clusterRoles: [],
    dryRun: false,
  };
  return mutatePolicy(compilePolicy(given), { request, mode }, { ...ENVIRONMENT, ...environment });
}

/** Each answer as `rule status: message`. */
function answers({ rules }: PolicyMutation): readonly string[] {
  return rules.map(({ name, status, message }) => `${name} ${status}: ${message}`);
}

function labels(response: PolicyMutation): unknown {
  return (response.object?.['metadata'] as JsonObject | undefined)?.['labels'];
}

function images(response: PolicyMutation): unknown {
  const spec = response.object?.['spec'] as { containers?: readonly JsonObject[] } | undefined;
  return spec?.containers?.map(({ name, image }) => `${String(name)}=${String(image)}`);
}

const MUTATED = 'mutated Pod/web in namespace shop';

test('each rule works on what the rule before it made, and sees it as the object of the request', () => {
  const response = mutate(
    policy(`
- mutate: {patchStrategicMerge: {metadata: {labels: {one: "1"}}}}
- preconditions: {all: [{key: "{{ request.object.metadata.labels.one }}", operator: Equals, value: "1"}]}
  mutate: {patchStrategicMerge: {metadata: {labels: {two: "{{ request.object.metadata.labels.one }}2"}}}}
- match: {any: [{resources: {kinds: [Pod], selector: {matchLabels: {two: "12"}}}}]}
  mutate: {patchesJson6902: "- {op: remove, path: /metadata/labels/one}"}
`),
  );
  assert.deepEqual(answers(response), [`r0 pass: ${MUTATED}`, `r1 pass: ${MUTATED}`, `r2 pass: ${MUTATED}`]);
  assert.deepEqual(labels(response), { app: 'web', two: '12' });
  assert.equal(response.patched, response.object);
});

test('images are those of the object as it came, also after a patch', () => {
  const response = mutate(
    policy(`
- mutate: {patchStrategicMerge: {spec: {containers: [{name: a, image: "changed:1"}]}}}
- mutate: {patchStrategicMerge: {metadata: {labels: {image: "{{ images.containers.a.name }}"}}}}
`),
  );
  assert.deepEqual(labels(response), { app: 'web', image: 'nginx' });
});

test('numbers of a patch are floats, and an empty key cannot be merged', () => {
  const big = mutate(policy('[{mutate: {patchStrategicMerge: {spec: {one: 9007199254740993, two: 7}}}}]'));
  const spec = asObject(big.object?.['spec']);
  assert.deepEqual([spec?.['one'], spec?.['two']], [9007199254740992n, 7n]);
  const empty = object('{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {"": "\\0x"}}}');
  const { rules, object: lost } = mutate(policy('[{mutate: {patchStrategicMerge: {metadata: {labels: {a: b}}}}}]'), {
    object: empty,
  });
  const kinds = 'wrong node kind: expected ScalarNode but got MappingNode';
  assert.deepEqual(
    rules.map(({ message }) => message),
    [`failed to patch resource: ${kinds}: node contents:\n{"": "\\0x"}\n`],
  );
  assert.equal(lost, null);
});

test('a patch that changes nothing is skipped, and the object stays what it was', () => {
  const response = mutate(policy('[{mutate: {patchStrategicMerge: {metadata: {labels: {app: web}}}}}]'));
  assert.deepEqual(answers(response), ['r0 skip: no patches applied']);
  assert.equal(response.object, POD);
  assert.equal(response.patched, undefined);
});

test('an error loses the object, so that no further rule matches', () => {
  const response = mutate(
    policy(`
- mutate: {patchStrategicMerge: {metadata: {labels: {a: b}}}}
- mutate: {patchStrategicMerge: {spec: {containers: x}}}
- mutate: {patchStrategicMerge: {metadata: {labels: {c: d}}}}
`),
  );
  const wrong = 'wrong node kind: expected SequenceNode but got ScalarNode: node contents:\n"x"\n';
  assert.deepEqual(answers(response), [`r0 pass: ${MUTATED}`, `r1 error: failed to patch resource: ${wrong}`]);
  assert.equal(response.object, null);
});

test('applyRules One stops after the first rule that changed something', () => {
  const response = mutate(
    policy(
      `
- mutate: {patchStrategicMerge: {metadata: {labels: {app: web}}}}
- mutate: {patchStrategicMerge: {metadata: {labels: {a: b}}}}
- mutate: {patchStrategicMerge: {metadata: {labels: {c: d}}}}
`,
      { applyRules: 'One' },
    ),
  );
  assert.deepEqual(answers(response), ['r0 skip: no patches applied', `r1 pass: ${MUTATED}`]);
});

test('variables anywhere in the rule are replaced before the patch, also those that it does not use', () => {
  const rules = `
- context: [{name: unused, variable: {value: "{{ nope }}"}}]
  mutate: {patchStrategicMerge: {metadata: {labels: {a: b}}}}
`;
  const path = '/context/0/variable/value';
  assert.deepEqual(answers(mutate(policy(rules))), [
    `r0 error: variable substitution failed: failed to resolve nope at path ${path}: JMESPath query failed: Unknown key "nope" in path`,
  ]);
});

test('pods in controllers are changed by copies of the rule', () => {
  const deployment = object(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {containers: [{name: a, image: nginx}]}}}
`);
  const given = policy('[{mutate: {patchStrategicMerge: {spec: {containers: [{(name): "*", tty: true}]}}}}]');
  const response = mutate(given, { object: deployment });
  assert.deepEqual(answers(response), ['autogen-r0 pass: mutated Deployment/web in namespace shop']);
  assert.deepEqual(response.object?.['spec'], {
    template: { spec: { containers: [{ name: 'a', image: 'nginx', tty: true }] } },
  });
});

test('an exception keeps a rule from changing the object', () => {
  const exception = {
    apiVersion: 'kyverno.io/v2',
    kind: 'PolicyException',
    metadata: { name: 'e', namespace: 'shop' },
    spec: {
      exceptions: [{ policyName: 'p', ruleNames: ['r0'] }],
      match: { any: [{ resources: { kinds: ['Pod'] } }] },
    },
  };
  const given = policy('[{mutate: {patchStrategicMerge: {metadata: {labels: {a: b}}}}}]');
  const response = mutate(given, { environment: { exceptions: [exception] } });
  assert.deepEqual(answers(response), ['r0 skip: rule is skipped due to policy exceptionsshop/e']);
  assert.equal(response.object, POD);
});

test('a rule that matches a DELETE is an error, and a DELETE leaves no object in any case', () => {
  const given = policy('[{mutate: {patchStrategicMerge: {metadata: {labels: {a: b}}}}}]');
  const response = mutate(given, { operation: 'DELETE' });
  const body = `{"metadata":{"labels":{"a":"b"}}}`;
  assert.deepEqual(answers(response), [
    `r0 error: failed to unmarshal patched resource: Object 'Kind' is missing in '${body}'`,
  ]);
  assert.equal(response.object, null);
  const elsewhere = { ...given, kind: 'Policy', namespace: 'other' };
  assert.deepEqual(mutate(elsewhere, { operation: 'DELETE' }).object, POD);
});

test('foreach with strategic merge goes from the last element to the first, which keeps their order', () => {
  const rules = (order: string) => `
- mutate:
    foreach:
    - list: request.object.spec.containers
      ${order}
      patchStrategicMerge: {spec: {containers: [{name: "{{ element.name }}", image: "r/{{ element.image }}:{{ elementIndex }}"}]}}
`;
  assert.deepEqual(images(mutate(policy(rules('')))), ['a=r/nginx:0', 'b=r/busybox:1']);
  assert.deepEqual(images(mutate(policy(rules('order: Ascending')))), ['b=r/busybox:1', 'a=r/nginx:0']);
});

test('foreach passes over elements that do not meet the preconditions and says when none is left', () => {
  const rules = (name: string) => `
- mutate:
    foreach:
    - list: request.object.spec.containers
      preconditions: {all: [{key: "{{ element.name }}", operator: Equals, value: ${name}}]}
      patchesJson6902: |-
        - {op: replace, path: "/spec/containers/{{ elementIndex }}/image", value: x}
`;
  assert.deepEqual(images(mutate(policy(rules('b')))), ['a=nginx', 'b=x']);
  assert.deepEqual(answers(mutate(policy(rules('z')))), ['r0 skip: 0 elements processed']);
});

test('the object of the request changes between the entries of a foreach, not between elements', () => {
  const response = mutate(
    policy(`
- mutate:
    foreach:
    - list: request.object.spec.containers
      patchStrategicMerge: {metadata: {labels: {"{{ element.name }}": "{{ request.object.metadata.labels.b || 'none' }}"}}}
    - list: "['c']"
      patchStrategicMerge: {metadata: {labels: {c: "{{ request.object.metadata.labels.b }}"}}}
`),
  );
  assert.deepEqual(labels(response), { app: 'web', a: 'none', b: 'none', c: 'none' });
});

test('foreach in foreach works on elements of elements', () => {
  const one = object(`
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: a, env: [{name: X, value: "1"}, {name: Y, value: "2"}]}]}
`);
  const response = mutate(
    policy(`
- mutate:
    foreach:
    - list: request.object.spec.containers
      foreach:
      - list: element.env
        patchesJson6902: |-
          - {op: replace, path: "/spec/containers/{{ elementIndex0 }}/env/{{ elementIndex1 }}/value", value: "{{ element0.name }}{{ element1.name }}"}
`),
    { object: one },
  );
  const env = [
    { name: 'X', value: 'aX' },
    { name: 'Y', value: 'aY' },
  ];
  assert.deepEqual(response.object?.['spec'], { containers: [{ name: 'a', env }] });
});

test('the first error in a foreach ends it, with the cause in the message', () => {
  const rules = (list: string, path: string) => `
- mutate: {foreach: [{list: ${list}, patchesJson6902: "- {op: replace, path: ${path}, value: 1}"}]}
`;
  const unknown = 'JMESPath query failed: Unknown key "nope" in path';
  const missing = 'replace operation does not apply: doc is missing key: /x: missing value';
  assert.deepEqual(answers(mutate(policy(rules('nope', '/x')))), [
    `r0 error: failed to evaluate list nope: ${unknown}: ${unknown}`,
  ]);
  assert.deepEqual(answers(mutate(policy(rules('request.object.spec.containers', '/x')))), [
    `r0 error: failed to mutate elements: failed to patch resource: ${missing}`,
  ]);
});
