import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientRequest } from '../../model/admission.ts';
import { InputError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { fakeCluster } from '../../testing/fake-cluster.ts';
import type { ApiRequest } from './client.ts';
import { createDiscovery } from './discovery.ts';
import { toHttp } from './http-request.ts';

const POD: JsonObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'team-a' } };
const DEPLOYMENT: JsonObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } };
const STORED: JsonObject = { ...POD, metadata: { name: 'web', namespace: 'team-a', resourceVersion: '7' } };
const PODS = '/api/v1/namespaces/team-a/pods';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';

interface Case {
  readonly request: ClientRequest;
  readonly old?: JsonObject;
  readonly real?: true;
  readonly wanted: ApiRequest;
}

const CASES: Readonly<Record<string, Case>> = {
  'a creation goes to the collection': {
    request: { operation: 'CREATE', object: POD },
    wanted: { method: 'POST', path: `${PODS}?dryRun=All`, body: POD },
  },
  'a creation for real is no dry run': {
    request: { operation: 'CREATE', object: POD },
    real: true,
    wanted: { method: 'POST', path: PODS, body: POD },
  },
  'an object without a namespace goes to default': {
    request: { operation: 'CREATE', object: DEPLOYMENT },
    wanted: { method: 'POST', path: `${DEPLOYMENTS}?dryRun=All`, body: DEPLOYMENT },
  },
  'the namespace of the request wins over that of the object': {
    request: { operation: 'CREATE', object: POD, namespace: 'other' },
    wanted: { method: 'POST', path: '/api/v1/namespaces/other/pods?dryRun=All', body: POD },
  },
  'field validation is asked for': {
    request: { operation: 'CREATE', object: POD, fieldValidation: 'Strict' },
    wanted: { method: 'POST', path: `${PODS}?dryRun=All&fieldValidation=Strict`, body: POD },
  },
  'a user is impersonated': {
    request: { operation: 'CREATE', object: POD, userInfo: { username: 'dana' } },
    wanted: { method: 'POST', path: `${PODS}?dryRun=All`, body: POD, as: { username: 'dana' } },
  },
  'a replacement names the version that is stored': {
    request: { operation: 'UPDATE', object: POD },
    old: STORED,
    wanted: { method: 'PUT', path: `${PODS}/web?dryRun=All`, body: STORED },
  },
  'a replacement that names a version keeps it': {
    request: {
      operation: 'UPDATE',
      object: { ...POD, metadata: { name: 'web', namespace: 'team-a', resourceVersion: '1' } },
    },
    old: STORED,
    wanted: {
      method: 'PUT',
      path: `${PODS}/web?dryRun=All`,
      body: { ...POD, metadata: { name: 'web', namespace: 'team-a', resourceVersion: '1' } },
    },
  },
  'an apply names its manager': {
    request: {
      operation: 'UPDATE',
      resource: 'pods',
      name: 'web',
      namespace: 'team-a',
      patch: { type: 'apply', body: {} },
    },
    wanted: {
      method: 'PATCH',
      path: `${PODS}/web?dryRun=All&fieldManager=kyverdict&force=true`,
      body: {},
      contentType: 'application/apply-patch+yaml',
    },
  },
  'an apply for real has its query too': {
    request: {
      operation: 'UPDATE',
      resource: 'pods',
      name: 'web',
      namespace: 'team-a',
      patch: { type: 'apply', body: {} },
    },
    real: true,
    wanted: {
      method: 'PATCH',
      path: `${PODS}/web?fieldManager=kyverdict&force=true`,
      body: {},
      contentType: 'application/apply-patch+yaml',
    },
  },
  'a scale goes to its subresource': {
    request: {
      operation: 'UPDATE',
      resource: 'deployments.apps',
      name: 'web',
      subresource: 'scale',
      patch: { type: 'merge', body: { spec: { replicas: 5n } } },
    },
    wanted: {
      method: 'PATCH',
      path: `${DEPLOYMENTS}/web/scale?dryRun=All`,
      body: { spec: { replicas: 5n } },
      contentType: 'application/merge-patch+json',
    },
  },
  'an eviction is created below its pod': {
    request: {
      operation: 'CREATE',
      resource: 'pods',
      name: 'web',
      namespace: 'team-a',
      subresource: 'eviction',
      object: { apiVersion: 'policy/v1', kind: 'Eviction' },
    },
    wanted: {
      method: 'POST',
      path: `${PODS}/web/eviction?dryRun=All`,
      body: { apiVersion: 'policy/v1', kind: 'Eviction' },
    },
  },
  'a deletion has its options': {
    request: { operation: 'DELETE', oldObject: POD, options: { gracePeriodSeconds: 0n } },
    old: STORED,
    wanted: { method: 'DELETE', path: `${PODS}/web?dryRun=All`, body: { gracePeriodSeconds: 0n } },
  },
  'an exec has its options in the query and is never a dry run': {
    request: {
      operation: 'CONNECT',
      resource: 'pods',
      name: 'web',
      namespace: 'team-a',
      subresource: 'exec',
      options: { kind: 'PodExecOptions', apiVersion: 'v1', command: ['sh', '-c', 'id & x'], stdin: true },
    },
    wanted: { method: 'POST', path: `${PODS}/web/exec?command=sh&command=-c&command=id+%26+x&stdin=true` },
  },
  'a name of letters that mean something in a path is escaped': {
    request: { operation: 'DELETE', resource: 'pods', name: 'a/b?c', namespace: 'x y' },
    wanted: { method: 'DELETE', path: '/api/v1/namespaces/x%20y/pods/a%2Fb%3Fc?dryRun=All' },
  },
  'a cluster-wide object is in no namespace': {
    request: { operation: 'CREATE', object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } } },
    wanted: {
      method: 'POST',
      path: '/api/v1/namespaces?dryRun=All',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } },
    },
  },
  'a kind that is not served is asked for all the same': {
    request: { operation: 'CREATE', object: { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } } },
    wanted: {
      method: 'POST',
      path: '/apis/example.com/v1/namespaces/default/widgets?dryRun=All',
      body: { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } },
    },
  },
};

for (const [name, { request, old, real, wanted }] of Object.entries(CASES)) {
  test(name, async () => {
    const discovery = createDiscovery(fakeCluster());
    assert.deepEqual(await toHttp(request, discovery, old, real !== true), wanted);
  });
}

test('a request that names nothing to address is bad input', async () => {
  await assert.rejects(toHttp({ operation: 'DELETE' }, createDiscovery(fakeCluster()), undefined), InputError);
});
