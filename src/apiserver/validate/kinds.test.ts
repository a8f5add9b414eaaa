import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model/json.ts';
import { BUILT_IN_LINES } from '../resources/built-in.ts';
import { fieldErrorsText, notValidated, validateCreate, validateUpdate } from './index.ts';
import { KINDS, SENT_KINDS } from './kinds.ts';

/** Subresources that are sent a kind of their own, or nothing that is validated. */
const OTHER = new Set('attach binding eviction exec log portforward proxy scale token'.split(' '));

test('every built-in resource is validated or listed as not', () => {
  for (const line of BUILT_IN_LINES.trim().split('\n')) {
    const [version = '', , kind = '', , , subresources = '-'] = line.split(' ');
    const name = version.includes('/') ? `${kind}.${version.split('/')[0]}` : kind;
    assert.ok(name in KINDS || name in SENT_KINDS || name in notValidated, name);
    for (const subresource of subresources === '-' ? [] : subresources.split(',')) {
      if (OTHER.has(subresource) || !(name in KINDS)) continue;
      const known = KINDS[name]?.subresources[subresource] !== undefined;
      assert.ok(known || `${name}/${subresource}` in notValidated, `${name}/${subresource}`);
    }
  }
});

const CONFIG_MAP = { group: '', version: 'v1', kind: 'ConfigMap' };

test('a name that would be generated is not missed in generateName', () => {
  const object = { metadata: { generateName: 'a-', name: 'a-x7k2p', namespace: 'd' } };
  assert.deepEqual(validateCreate(CONFIG_MAP, object), []);
  const bad = { metadata: { generateName: 'Ab-', name: 'Ab-x7k2p', namespace: 'd' } };
  assert.match(fieldErrorsText(validateCreate(CONFIG_MAP, bad)), /^\[metadata\.generateName: .*, metadata\.name: /);
});

test('what lives in no namespace may name one', () => {
  const gvk = { group: 'storage.k8s.io', version: 'v1', kind: 'StorageClass' };
  const object = {
    metadata: { name: 'a', namespace: 'b' },
    provisioner: 'p',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
  };
  assert.deepEqual(validateCreate(gvk, object), []);
  assert.deepEqual(validateUpdate(gvk, object, { ...object, metadata: { name: 'a' } }), []);
});

test('a custom object is held to the rules for metadata', () => {
  const gvk = { group: 'example.com', version: 'v1', kind: 'Foo' };
  const metadata = { name: 'A', namespace: 'd' };
  assert.match(fieldErrorsText(validateCreate(gvk, { metadata }, { namespaced: true })), /^metadata\.name: Invalid/);
  assert.deepEqual(validateCreate(gvk, { metadata: { ...metadata, name: 'a' }, spec: { x: 1n } }), []);
});

test('a kind that nobody knows is only held to the general rules', () => {
  const gvk = { group: 'resource.k8s.io', version: 'v1', kind: 'DeviceClass' };
  assert.deepEqual(validateCreate(gvk, { metadata: { name: 'a' }, spec: { odd: true } }), []);
});

test('an update without a version is refused where one is needed', () => {
  const gvk = { group: 'policy', version: 'v1', kind: 'PodDisruptionBudget' };
  const object = { metadata: { name: 'a', namespace: 'd' }, spec: { minAvailable: 1n } };
  const old = { ...object, metadata: { ...object.metadata, resourceVersion: '7' } };
  const text = 'metadata.resourceVersion: Invalid value: 0: must be specified for an update';
  assert.equal(fieldErrorsText(validateUpdate(gvk, object, old)), text);
  assert.deepEqual(validateUpdate(gvk, old, old), []);
});

test('a scale is judged by its replicas', () => {
  const gvk = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
  const scale = (replicas: bigint): JsonObject => ({ metadata: { name: 'a', namespace: 'd' }, spec: { replicas } });
  assert.deepEqual(validateUpdate(gvk, scale(2n), scale(1n), { subresource: 'scale' }), []);
  const text = 'spec.replicas: Invalid value: -1: must be greater than or equal to 0';
  assert.equal(fieldErrorsText(validateUpdate(gvk, scale(-1n), scale(1n), { subresource: 'scale' })), text);
});
