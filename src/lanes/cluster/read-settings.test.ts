import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model/json.ts';
import { DEFAULT_SETTINGS } from '../../model/settings.ts';
import { fakeCluster, refused, reply } from '../../testing/fake-cluster.ts';
import type { ApiReply } from './client.ts';
import { isOtherVersion, readFacts } from './read-settings.ts';
import { ClusterTroubleError } from './trouble.ts';

/** Facts of a cluster that replies otherwise where a path ends so. */
function facts(instead: Readonly<Record<string, ApiReply>> = {}) {
  const found = (path: string) => Object.entries(instead).find(([end]) => path.split('?')[0]?.endsWith(end))?.[1];
  return readFacts(fakeCluster({ intercept: ({ path }) => found(path) }));
}

function deployment(image: string, args: readonly string[] = []): ApiReply {
  const containers: readonly JsonObject[] = [
    { name: 'sidecar', image: 'x:9.9.9' },
    { name: 'kyverno', image, args },
  ];
  return reply(200, { spec: { template: { spec: { containers } } } });
}

const DEPLOYMENT = '/deployments/kyverno-admission-controller';
const PODS = '/kube-system/pods';

test('a Kyverno outside the cluster has the settings of its ConfigMap and no known version', async () => {
  assert.deepEqual(await facts(), {
    settings: DEFAULT_SETTINGS,
    versions: { kubernetes: '1.36.3', kyverno: 'unknown' },
  });
});

for (const [image, version] of [
  ['ghcr.io/kyverno/kyverno:v1.19.0', '1.19.0'],
  ['mirror:5000/kyverno:1.18.2', '1.18.2'],
  ['reg.kyverno.io/kyverno/kyverno:v1.19.0@sha256:abc', '1.19.0'],
  ['kyverno:latest', 'unknown'],
] as const) {
  test(`the version of Kyverno is that of its image ${image}`, async () => {
    assert.equal((await facts({ [DEPLOYMENT]: deployment(image) })).versions.kyverno, version);
  });
}

for (const [args, exceptions, ignore] of [
  [[], { enabled: false, namespace: '' }, false],
  [['--enablePolicyException=true', '--exceptionNamespace=*'], { enabled: true, namespace: '*' }, false],
  [['--enablePolicyException', '--exceptionNamespace=policies'], { enabled: true, namespace: 'policies' }, false],
  [['--enablePolicyException=false', '--forceFailurePolicyIgnore=true'], { enabled: false, namespace: '' }, true],
] as const) {
  test(`flags of Kyverno count: ${args.join(' ') || 'none'}`, async () => {
    const { settings } = await facts({ [DEPLOYMENT]: deployment('kyverno:v1.19.0', args) });
    assert.deepEqual(settings.kyverno.exceptions, exceptions);
    assert.equal(settings.kyverno.forceFailurePolicyIgnore, ignore);
  });
}

test('the namespace of Kyverno is that of the service its webhooks call', async () => {
  const webhooks = [{ clientConfig: { service: { namespace: 'policy-system' } } }];
  const { settings } = await facts({
    'kyverno-policy-validating-webhook-cfg': reply(200, { webhooks }),
    '/policy-system/configmaps/kyverno': reply(200, { data: { excludeGroups: 'x' } }),
  });
  assert.deepEqual([settings.kyverno.namespace, settings.kyverno.config], ['policy-system', { excludeGroups: 'x' }]);
});

const withAccount = reply(201, { spec: { serviceAccountName: 'default' } });
const denied = refused(400, 'admission webhook "other" denied the request: no');

for (const [name, instead, on] of [
  ['a pod gets a service account', { [PODS]: withAccount }, true],
  ['a pod gets none', { [PODS]: reply(201, { spec: {} }) }, false],
  [
    'a pod is refused for want of one',
    { [PODS]: refused(403, 'error looking up service account kube-system/default') },
    true,
  ],
  [
    'something denies the pod, accounts are there',
    { [PODS]: denied, '/serviceaccounts/default': reply(200, {}) },
    true,
  ],
  ['something denies the pod, no accounts are there', { [PODS]: denied }, false],
] as const) {
  test(`whether the ServiceAccount plugin is on: ${name}`, async () => {
    const { settings } = await facts(instead);
    assert.deepEqual(settings.kubernetes.disabledPlugins, on ? [] : ['ServiceAccount']);
  });
}

test('a cluster without Kyverno says what is missing and where', async () => {
  await assert.rejects(facts({ '/configmaps/kyverno': refused(404, 'not found') }), (error) => {
    assert.ok(error instanceof ClusterTroubleError && error.kind === 'missing');
    assert.equal(error.message, "cannot read Kyverno's ConfigMap: not found");
    assert.match(error.hint ?? '', /install Kyverno/);
    return true;
  });
});

test('no right to read is told as such', async () => {
  await assert.rejects(
    facts({ '/configmaps/kyverno': refused(403, 'no') }),
    (error) =>
      error instanceof ClusterTroubleError && error.kind === 'rights' && /cluster-admin/.test(error.hint ?? ''),
  );
});

for (const [kubernetes, kyverno, other] of [
  ['1.36.3', '1.19.0', false],
  ['1.36.9+k3s1', '1.19.0', false],
  ['1.36.3', 'unknown', false],
  ['1.35.4', '1.19.0', true],
  ['1.36.3', '1.18.0', true],
  ['1.36.3', '1.19.1', true],
] as const) {
  test(`Kubernetes ${kubernetes} with Kyverno ${kyverno} is ${other ? 'another version' : 'the reference'}`, () => {
    assert.equal(isOtherVersion({ kubernetes, kyverno }), other);
  });
}
