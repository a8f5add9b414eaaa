import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type FakeClusterOptions, fakeCluster, refused, reply } from '../../testing/fake-cluster.ts';
import { fakeTime } from '../../testing/fake-time.ts';
import { serveHttp } from '../../testing/http-server.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { installKyverno, readManifest } from './kyverno-manifest.ts';
import { ClusterTroubleError } from './trouble.ts';

const MANIFEST = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: kyverno-admission-controller, namespace: kyverno}
spec:
  template:
    spec:
      initContainers:
      - image: ghcr.io/kyverno/kyvernopre:v1.19.0
      containers:
      - name: kyverno
        image: "ghcr.io/kyverno/kyverno:v1.19.0"
        args: [--v=2, --enablePolicyException=false, "--generateValidatingAdmissionPolicy=true"]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: kyverno-admission-controller, namespace: kyverno}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec: {group: example.com, scope: Cluster, names: {kind: Widget, plural: widgets}, versions: [{name: v1}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: kyverno}
`;

/** A cluster that takes every object by server-side apply, but for what is replied instead. */
async function install(text: string, options: FakeClusterOptions = {}) {
  const cluster = fakeCluster({
    intercept: (request, self) =>
      options.intercept?.(request, self) ?? (request.method === 'PATCH' ? reply(201, {}) : undefined),
  });
  const time = fakeTime();
  await installKyverno(cluster, text, time);
  return { time, applied: cluster.seen.filter(({ method }) => method === 'PATCH') };
}

test('a manifest is applied on the server, what others need first', async () => {
  const { applied } = await install(MANIFEST);
  assert.deepEqual(
    applied.map(({ path }) => path.replace('?fieldManager=kyverdict&force=true', '')),
    [
      '/api/v1/namespaces/kyverno',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com',
      '/api/v1/namespaces/kyverno/serviceaccounts/kyverno-admission-controller',
      '/apis/apps/v1/namespaces/kyverno/deployments/kyverno-admission-controller',
    ],
  );
  assert.ok(applied.every(({ contentType }) => contentType === 'application/apply-patch+yaml'));
});

test('what may pass is tried again: a conflict, a failing server, a kind that is not served yet', async () => {
  const replies = [refused(409, 'conflict'), refused(500, 'busy'), refused(404, 'not found')];
  const { time } = await install(MANIFEST, {
    intercept: ({ method }) => (method === 'PATCH' ? replies.shift() : undefined),
  });
  assert.equal(time.pauses.length, 3);
});

test('a refusal is told with the object', async () => {
  await assert.rejects(
    install(MANIFEST, { intercept: ({ method }) => (method === 'PATCH' ? refused(422, 'is invalid') : undefined) }),
    /cannot install Namespace kyverno: is invalid/,
  );
});

test('a Kyverno that does not come up is told with what was seen last', async () => {
  await assert.rejects(
    install(MANIFEST, {
      intercept: ({ path }) => (path.includes('webhookconfigurations') ? refused(404, 'no') : undefined),
    }),
    /^ClusterTroubleError: waited 180 s for Kyverno to answer; last seen: its webhooks are not registered$/,
  );
});

test('exceptions are switched on, and nothing is handed over to the API server’s own policies', async () => {
  const { applied } = await install(MANIFEST);
  const body = JSON.stringify(applied.at(-1)?.body);
  assert.ok(
    body.includes(
      '"args":["--v=2","--enablePolicyException=true","--exceptionNamespace=*","--generateValidatingAdmissionPolicy=false"]',
    ),
    body,
  );
  assert.ok(body.includes('"image":"ghcr.io/kyverno/kyverno:v1.19.0"'));
});

test('a manifest is read from a file', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'install.yaml');
  writeFileSync(file, MANIFEST);
  assert.equal(await readManifest(file), MANIFEST);
});

test('a manifest is read from an address', async () => {
  await using server = await serveHttp(() => ({ status: 200, text: MANIFEST }));
  assert.equal(await readManifest(`${server.connection.server}/install.yaml`), MANIFEST);
});

for (const [name, served, wanted] of [
  ['one that is not there', { status: 404 }, /cannot be fetched: HTTP 404$/],
  ['a connection that breaks', 'drop', /cannot be fetched: /],
] as const) {
  test(`a manifest that cannot be fetched says why: ${name}`, async () => {
    await using server = await serveHttp(() => served);
    await assert.rejects(readManifest(`${server.connection.server}/install.yaml`), (error) => {
      assert.ok(error instanceof ClusterTroubleError && error.kind === 'missing');
      assert.match(error.message, wanted);
      assert.equal(error.hint, 'give a file with --kyverno-manifest');
      return true;
    });
  });
}

test('a manifest that is no file says so', async () => {
  await assert.rejects(
    readManifest('/nowhere/install.yaml'),
    /the Kyverno manifest \/nowhere\/install\.yaml cannot be read/,
  );
});
