import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../model/json.ts';
import { parsePolicies } from '../policy/index.ts';
import { type LiveObjects, liveScopes, tellingData, withLiveData } from './live-data.ts';

function policies(context: string, loop = '[]', more = '') {
  return parsePolicies(
    `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: p}
spec:
  background: false
  rules:
  - name: r
    match: {any: [{resources: {kinds: [Pod]${more}}}]}
    context: ${context}
    validate: {message: m, foreach: [{list: "request.object.spec.containers", context: ${loop}, deny: {}}]}`,
    'policy.yaml',
  );
}

function object(kind: string, name: string, namespace = 'default', more: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace, ...more } };
}

const EXCEPTIONS = '/apis/kyverno.io/v2/policyexceptions/';
const request = { operation: 'CREATE', object: object('Pod', 'web', 'team-a') } as const;
const call = (path: string) => `[{name: x, apiCall: {urlPath: "${path}"}}]`;
const GLOBAL: JsonObject = {
  apiVersion: 'kyverno.io/v2',
  kind: 'GlobalContextEntry',
  metadata: { name: 'deployments' },
  spec: { kubernetesResource: { group: 'apps', version: 'v1', resource: 'deployments', namespace: 'b' } },
};

const READS: readonly [what: string, context: string, scopes: readonly string[]][] = [
  ['one object', call('/api/v1/namespaces/b/services/web'), ['/api/v1/namespaces/b/services/web']],
  [
    'an object in the namespace of the request',
    call('/api/v1/namespaces/{{ request.namespace }}/services/web'),
    ['/api/v1/namespaces/team-a/services/web'],
  ],
  [
    'an object whose name is not known',
    call('/api/v1/namespaces/b/services/{{ x }}'),
    ['/api/v1/namespaces/b/services/'],
  ],
  ['an object whose namespace is not known', call('/api/v1/namespaces/{{ x }}/services'), ['/api/v1/services/']],
  ['a collection with a query', call('/apis/apps/v1/deployments?labelSelector=a'), ['/apis/apps/v1/deployments/']],
  ['a namespace', call('/api/v1/namespaces/b'), ['/api/v1/namespaces/b']],
  ['a ConfigMap', '[{name: x, configMap: {name: a, namespace: b}}]', ['/api/v1/namespaces/b/configmaps/a']],
  [
    'a ConfigMap whose name is not known',
    '[{name: x, configMap: {name: "{{ x }}", namespace: b}}]',
    ['/api/v1/namespaces/b/configmaps/'],
  ],
  ['a global entry', '[{name: x, globalReference: {name: deployments}}]', ['/apis/apps/v1/namespaces/b/deployments/']],
  ['a global entry that is not given', '[{name: x, globalReference: {name: others}}]', []],
  ['a variable', '[{name: x, variable: {value: 1}}]', []],
  ['something else than resources', call('/version'), []],
  ['a resource that is not known', call('/api/v1/{{ x }}'), []],
];

for (const [what, context, scopes] of READS) {
  test(`what a context entry reads is found before anything is evaluated: ${what}`, () => {
    for (const given of [policies(context), policies('[]', context)]) {
      const found = liveScopes({ policies: given, objects: [GLOBAL] }, request);
      assert.deepEqual(
        found.map(({ collection, name }) => `${collection}/${name}`),
        [...scopes, EXCEPTIONS],
      );
    }
  });
}

test('a collection that is read whole is not read object by object too', () => {
  const both =
    '[{name: x, configMap: {name: a, namespace: b}}, {name: other, configMap: {name: "{{ x }}", namespace: b}}]';
  const found = liveScopes({ policies: policies(both), objects: [] }, request);
  assert.deepEqual(
    found.map(({ name, read }) => [name, read]),
    [
      ['', 'context'],
      ['', 'state'],
    ],
  );
});

test('exceptions are read of the group that the policies are of', () => {
  const cel = parsePolicies(
    `apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: { name: v }
spec:
  matchConstraints: { resourceRules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }] }
  validations: [{ expression: "namespaceObject.metadata.name != 'x'" }]`,
    'policy.yaml',
  );
  const read = (given: readonly (typeof cel)[number][]) =>
    liveScopes({ policies: given, objects: [] }, request).map(({ collection, name }) => `${collection}/${name}`);
  const celExceptions = '/apis/policies.kyverno.io/v1/policyexceptions/';
  assert.deepEqual(read(cel), ['/api/v1/namespaces/team-a', celExceptions]);
  assert.deepEqual(read([...policies('[]'), ...cel]), ['/api/v1/namespaces/team-a', EXCEPTIONS, celExceptions]);
  assert.deepEqual(read([]), []);
});

test('where a rule selects namespaces, that of the request counts', () => {
  const selecting = policies('[]', '[]', ', namespaceSelector: {matchLabels: {a: b}}');
  const [namespace] = liveScopes({ policies: selecting, objects: [] }, request);
  assert.deepEqual(namespace, { collection: '/api/v1/namespaces', name: 'team-a', read: 'state' });
});

const scope = (read: LiveObjects['read'], objects: readonly JsonObject[], name = ''): LiveObjects => ({
  collection: '/api/v1/namespaces/default/services',
  name,
  read,
  apiVersion: 'v1',
  kind: 'Service',
  objects,
});

test('what is really there takes the place of what was given, all of it', () => {
  const given = [object('Service', 'a'), object('Service', 'b'), object('Pod', 'a'), object('Service', 'a', 'other')];
  const there = [object('Service', 'a', 'default', { labels: { changed: 'yes' } }), object('Service', 'c')];
  assert.deepEqual(withLiveData(given, [scope('context', there)]), [given[2], given[3], ...there]);
  assert.deepEqual(withLiveData(given, [scope('context', [], 'a')]), [given[1], given[2], given[3]]);
});

test('what a policy reads is worth keeping, of the rest only what is otherwise than given', () => {
  const given = [object('Service', 'a'), object('Service', 'b')];
  const same = scope('state', [object('Service', 'b'), object('Service', 'a', 'default', { uid: '1' })]);
  const labelled = scope('state', [object('Service', 'a', 'default', { labels: { b: 'c' } })]);
  const read = scope('context', given);
  assert.deepEqual(tellingData(given, [same, labelled, read]), [labelled, read]);
});
