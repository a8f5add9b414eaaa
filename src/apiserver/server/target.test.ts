import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientRequest } from '../../model/admission.ts';
import { InputError } from '../../model/failure.ts';
import { createRegistry } from '../resources/registry.ts';
import { findTarget } from './target.ts';

const REGISTRY = createRegistry([]);

function find(request: ClientRequest) {
  return findTarget(REGISTRY, request);
}

test('the resource comes from the kind of the object, the namespace from the object or is default', () => {
  const target = find({
    operation: 'CREATE',
    object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } },
  });
  assert.ok(!('refused' in target));
  assert.deepEqual([target.resource.gvr.resource, target.namespace, target.name], ['deployments', 'default', '']);
});

test('short names, groups and subresources are understood', () => {
  for (const resource of ['deploy', 'deployments.apps', 'deployments.v1.apps', 'deployment', 'deployments/scale']) {
    const target = find({ operation: 'UPDATE', resource, name: 'a', namespace: 'n' });
    assert.ok(!('refused' in target), resource);
    assert.equal(target.resource.gvk.kind, 'Deployment');
  }
});

test('an eviction is about a pod', () => {
  const object = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p', namespace: 'n' } };
  const target = find({ operation: 'CREATE', object });
  assert.ok(!('refused' in target));
  assert.deepEqual([target.resource.gvr.resource, target.subresource, target.name], ['pods', 'eviction', 'p']);
});

const UNKNOWN: readonly (readonly [apiVersion: string, kind: string, message: string, hint: string])[] = [
  [
    'example.com/v1',
    'Widget',
    '404 page not found\n',
    'add the CustomResourceDefinition of `Widget` (group `example.com`, version `v1`) to the cluster state',
  ],
  [
    'apps/v1beta1',
    'Deployment',
    'the server could not find the requested resource',
    '`Deployment` is served as `apps/v1`',
  ],
  ['v1', 'Pods', 'the server could not find the requested resource', 'did you mean `Pod`?'],
];

for (const [apiVersion, kind, message, hint] of UNKNOWN) {
  test(`${apiVersion} ${kind} is not served, and the remedy is named`, () => {
    const target = find({ operation: 'CREATE', object: { apiVersion, kind, metadata: { name: 'a' } } });
    assert.ok('refused' in target);
    assert.deepEqual([target.refused.code, target.refused.message, target.refused.hint], [404, message, hint]);
  });
}

test('a resource is asked for at the version of the object, which may not be served', () => {
  const object = { apiVersion: 'apps/v1beta1', kind: 'Deployment', metadata: { name: 'a' } };
  for (const resource of ['deployments.apps', 'deployments.v1beta1.apps']) {
    const target = find({ operation: 'CREATE', resource, object });
    assert.ok('refused' in target, resource);
    assert.deepEqual(
      [target.refused.code, target.refused.message],
      [404, 'the server could not find the requested resource'],
    );
  }
});

test('a request that names nothing is bad input', () => {
  assert.throws(() => find({ operation: 'UPDATE', patch: { type: 'merge', body: {} } }), InputError);
  assert.throws(() => find({ operation: 'DELETE', resource: 'pods' }), InputError);
});
