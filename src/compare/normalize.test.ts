import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../model/json.ts';
import {
  differingPaths,
  forRecording,
  forRequest,
  withoutDrawn,
  withoutOwnLabel,
  withoutVolatile,
} from './normalize.ts';

const STORED: JsonObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'web',
    uid: 'u',
    creationTimestamp: 't',
    resourceVersion: '7',
    managedFields: [],
    labels: { 'kyverdict.io/owned': 'run-1' },
  },
  spec: { type: 'NodePort', clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports: [{ port: 80n, nodePort: 30001n }] },
  status: { loadBalancer: {} },
};

test('what differs from one request to the next is not compared', () => {
  assert.deepEqual(withoutVolatile(STORED), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { type: 'NodePort', ports: [{ port: 80n }] },
  });
});

test('a recording says that a value was drawn, and keeps the status', () => {
  const kept = forRecording(STORED);
  assert.deepEqual(kept, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: {
      type: 'NodePort',
      clusterIP: '(drawn)',
      clusterIPs: '(drawn)',
      ports: [{ port: 80n, nodePort: '(drawn)' }],
    },
    status: { loadBalancer: {} },
  });
  assert.deepEqual(withoutDrawn(kept)['spec'], { type: 'NodePort', ports: [{ port: 80n }] });
  assert.deepEqual(withoutVolatile(kept), withoutVolatile(STORED));
});

test('what was asked for was not drawn', () => {
  const given: JsonObject = { spec: { ports: [{ port: 80n, nodePort: 30001n }] } };
  assert.deepEqual(forRecording(STORED, given)['spec'], {
    type: 'NodePort',
    clusterIP: '(drawn)',
    clusterIPs: '(drawn)',
    ports: [{ port: 80n, nodePort: 30001n }],
  });
});

test('our own label is taken off what a cluster holds', () => {
  assert.deepEqual(withoutOwnLabel({ metadata: { name: 'a', labels: { 'kyverdict.io/owned': 'x', b: 'c' } } }), {
    metadata: { name: 'a', labels: { b: 'c' } },
  });
  assert.deepEqual(withoutOwnLabel({ metadata: { labels: { 'kyverdict.io/owned': 'x' } } }), { metadata: {} });
});

test('an object is sent again without what only the API server may set, and with its addresses', () => {
  const { status: _status, ...rest } = STORED;
  assert.deepEqual(forRequest(STORED), { ...rest, metadata: { name: 'web' } });
  assert.deepEqual(forRequest(forRecording(STORED))['spec'], { type: 'NodePort', ports: [{ port: 80n }] });
});

test('generated names and token volumes have random ends', () => {
  const pod = (end: string): JsonObject => ({
    metadata: { generateName: 'web-', name: `web-${end}` },
    spec: {
      volumes: [{ name: `kube-api-access-${end}` }],
      containers: [{ volumeMounts: [{ name: `kube-api-access-${end}` }] }],
    },
  });
  assert.deepEqual(withoutVolatile(pod('abcde')), withoutVolatile(pod('vwxyz')));
  assert.deepEqual(forRecording(pod('abcde')), forRecording(pod('vwxyz')));
  assert.notDeepEqual(withoutVolatile(pod('abcde')), withoutVolatile(pod('abcdef')));
  const named = (name: string): JsonObject => ({ metadata: { name } });
  assert.notDeepEqual(withoutVolatile(named('web-abcde')), withoutVolatile(named('web-vwxyz')));
});

const PATHS: readonly [a: JsonObject, b: JsonObject, paths: readonly string[]][] = [
  [{ a: 1n }, { a: 1 }, []],
  [{ a: { b: [1n, { c: 'x' }] } }, { a: { b: [1n, { c: 'y' }] } }, ['a.b[1].c']],
  [{ a: [1n] }, { a: [1n, 2n], b: null }, ['a[1]', 'b']],
  [{ a: 'x', b: 'x', c: 'x' }, {}, ['a', 'b']],
];

for (const [a, b, paths] of PATHS) {
  test(`two objects differ at ${paths.join(', ') || 'no path'}`, () => {
    const found = differingPaths(a, b, 2);
    assert.deepEqual(
      found.map(({ path }) => path),
      paths,
    );
  });
}
