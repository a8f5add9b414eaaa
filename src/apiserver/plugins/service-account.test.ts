import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model/json.ts';
import { createApiServer } from '../server/api-server.ts';

const ACCOUNTS: readonly JsonObject[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'quiet' }, automountServiceAccountToken: false },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'puller' }, imagePullSecrets: [{ name: 'registry' }] },
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'strict', annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
  },
];

function create(spec: JsonObject, annotations: JsonObject = {}) {
  const server = createApiServer({
    objects: ACCOUNTS,
    settings: { disabledPlugins: [] },
    clock: { now: () => 0 },
    random: { next: () => 0.5 },
  });
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', annotations },
    spec: { containers: [{ name: 'web', image: 'nginx' }], ...spec },
  };
  const decoded = server.decode({ operation: 'CREATE', namespace: 'default', object });
  assert.ok(decoded.ok);
  const result = server.mutate(decoded.request);
  if (!result.ok) return result.status.message;
  return (result.request.admission.object?.['spec'] ?? {}) as JsonObject;
}

test('a Pod gets the account default and its token in every container', () => {
  const spec = create({ initContainers: [{ name: 'init', image: 'nginx' }] });
  assert.ok(typeof spec !== 'string');
  assert.deepEqual([spec['serviceAccountName'], spec['serviceAccount']], ['default', 'default']);
  const text = JSON.stringify(spec, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
  assert.equal(text.match(/"mountPath":"\/var\/run\/secrets\/kubernetes\.io\/serviceaccount"/g)?.length, 2);
  assert.match(text, /"name":"kube-api-access-[a-z0-9]{5}","projected":\{"defaultMode":420/);
  assert.match(text, /"expirationSeconds":3607/);
});

test('an account without automounting gives no token, and pull secrets go along with an account', () => {
  const quiet = create({ serviceAccountName: 'quiet' });
  const puller = create({ serviceAccountName: 'puller' });
  assert.ok(typeof quiet !== 'string' && typeof puller !== 'string');
  assert.equal(quiet['volumes'], undefined);
  assert.deepEqual(puller['imagePullSecrets'], [{ name: 'registry' }]);
});

const REFUSED: readonly (readonly [name: string, spec: JsonObject, annotations: JsonObject, detail: string])[] = [
  [
    'a missing account',
    { serviceAccountName: 'gone' },
    {},
    'error looking up service account default/gone: serviceaccount "gone" not found',
  ],
  [
    'a secret that the account does not list',
    { serviceAccountName: 'strict', volumes: [{ name: 's', secret: { secretName: 'key' } }] },
    {},
    'volume with secret.secretName="key" is not allowed because service account strict does not reference that secret',
  ],
  [
    'a mirror pod with an account',
    { serviceAccountName: 'quiet' },
    { 'kubernetes.io/config.mirror': 'x' },
    'a mirror pod may not reference service accounts',
  ],
];

for (const [name, spec, annotations, detail] of REFUSED) {
  test(`${name} is refused`, () => {
    assert.equal(create(spec, annotations), `pods "web" is forbidden: ${detail}`);
  });
}
