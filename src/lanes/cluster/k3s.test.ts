import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, noContainerEngine, readContainerFile } from '../../testing/container-engine.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { containerLabels, ownContainers, removeContainer } from './containers.ts';
import { type K3sOptions, startK3s } from './k3s.ts';
import { type K3sContainerOptions, registriesFile, runK3sContainer } from './k3s-container.ts';
import { pinnedCluster, referenceCluster } from './pins.ts';
import { ClusterTroubleError } from './trouble.ts';

const skip = await noContainerEngine();
const IMAGE = `kyverdict-test-${process.pid}:bare`;
const CLUSTER = `kyverdict-test-${process.pid}`;
const READY = 'I0101 00:00:00 controller.go:1] "Node controller sync successful"\n';
const KUBECONFIG =
  'apiVersion: v1\nclusters:\n- {name: default, cluster: {server: https://127.0.0.1:6443}}\ncontexts:\n- {name: default, context: {cluster: default, user: default}}\nusers:\n- {name: default, user: {token: t}}\n';
const FILES = [{ path: '/etc/rancher/k3s/k3s.yaml', content: KUBECONFIG }];

function options(more: Partial<K3sContainerOptions> = {}): K3sContainerOptions {
  return { image: IMAGE, cluster: CLUSTER, registry: '', reuse: false, signal: new AbortController().signal, ...more };
}

/** The test's own containers, which must not outlive it. */
async function containers() {
  return (await ownContainers()).filter(({ cluster }) => cluster === CLUSTER);
}

/** The trouble that a start ends in. */
async function trouble(work: Promise<unknown>): Promise<ClusterTroubleError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ClusterTroubleError, String(error));
    return error;
  }
  return assert.fail('it started');
}

test('containers of an image that is built from nothing', { skip }, async (t) => {
  await using _image = await buildImage(IMAGE, FILES, READY);
  await t.test(
    'a container starts, gives its kubeconfig, and has what is to be imported and where to pull from',
    {
      skip,
    },
    async () => {
      using folder = temporaryFolder();
      writeFileSync(join(folder.path, 'one.tar'), 'an image');
      writeFileSync(join(folder.path, 'README'), 'no image');
      const registry = 'mirror.example:5000/hub';
      const { id, kubeconfig, isNew } = await runK3sContainer(options({ images: folder.path, registry }));
      try {
        assert.equal(isNew, true);
        assert.match(kubeconfig, /server: https:\/\/[^:]+:\d+/);
        assert.doesNotMatch(kubeconfig, /:6443/);
        assert.equal(await readContainerFile(id, '/var/lib/rancher/k3s/agent/images/one.tar'), 'an image');
        await assert.rejects(readContainerFile(id, '/var/lib/rancher/k3s/agent/images/README'));
        assert.equal(await readContainerFile(id, '/etc/rancher/k3s/registries.yaml'), registriesFile(registry));
        const [own] = await containers();
        assert.deepEqual(
          [own?.id, own?.image, own?.state, own?.forsaken, own?.inUse],
          [id, IMAGE, 'running', false, true],
        );
      } finally {
        await removeContainer(id);
      }
      await removeContainer(id);
      assert.deepEqual(await containers(), []);
    },
  );

  await t.test('a container that is to be used again is found by the next start', async () => {
    const first = await runK3sContainer(options({ reuse: true }));
    try {
      const second = await runK3sContainer(options({ reuse: true }));
      assert.deepEqual([second.id, second.isNew], [first.id, false]);
      assert.deepEqual(
        (await containers()).map(({ inUse, forsaken }) => [inUse, forsaken]),
        [[false, false]],
      );
    } finally {
      await removeContainer(first.id);
    }
  });

  await t.test('a cluster without a Kyverno that answers is told, and removed', async () => {
    using folder = temporaryFolder();
    const manifest = join(folder.path, 'install.yaml');
    writeFileSync(manifest, 'apiVersion: v1\nkind: Namespace\nmetadata: {name: kyverno}\n');
    const said: string[] = [];
    const pins = { ...pinnedCluster(referenceCluster), name: CLUSTER, image: IMAGE, manifest };
    const start: K3sOptions = { ...options(), pins, say: (text) => said.push(text) };
    const error = await trouble(startK3s(start));
    assert.equal(error.kind, 'unreachable');
    assert.deepEqual(said, [`cluster: starting ${IMAGE}`, `cluster: installing Kyverno ${pins.kyverno}`]);
    assert.deepEqual(await containers(), []);
  });
});

test('a program that ends is told with its last words, and its container is gone', { skip }, async () => {
  await using _image = await buildImage(IMAGE, FILES, 'starting\nfatal: no space left\n', 1);
  const { message, hint } = await trouble(runK3sContainer(options()));
  assert.match(
    message,
    /^k3s did not start from kyverdict-test-\d+:bare: .*; it wrote last: starting \| fatal: no space left$/s,
  );
  assert.match(hint ?? '', /--k3s-image/);
  assert.deepEqual(await containers(), []);
});

test('a start that is stopped leaves no container', { skip }, async () => {
  await using _image = await buildImage(IMAGE, FILES, 'never ready\n');
  const stopping = new AbortController();
  const started = trouble(runK3sContainer(options({ signal: stopping.signal })));
  while ((await containers()).length === 0);
  stopping.abort();
  assert.equal((await started).message, 'the start of k3s was stopped');
  assert.deepEqual(await containers(), []);
});

test('a manifest that cannot be read is told before anything starts', async () => {
  const pins = { ...pinnedCluster(referenceCluster), manifest: '/nowhere/install.yaml' };
  const { message } = await trouble(startK3s({ ...options(), pins, say: () => assert.fail('something started') }));
  assert.match(message, /cannot be read/);
});

const someEngine = skip === false ? 'there is a container engine' : false;

test('a missing container engine is told before a manifest that cannot be fetched', { skip: someEngine }, async () => {
  const pins = { ...pinnedCluster(referenceCluster), manifest: 'http://127.0.0.1:1/install.yaml' };
  const { message } = await trouble(startK3s({ ...options(), pins, say: () => assert.fail('something started') }));
  assert.equal(message, 'there is no container engine to start k3s in');
});

test('a folder without image tarballs is told before anything starts', async () => {
  using folder = temporaryFolder();
  assert.match((await trouble(runK3sContainer(options({ images: folder.path })))).message, /has no image tarballs/);
  const nowhere = join(folder.path, 'nowhere');
  assert.match((await trouble(runK3sContainer(options({ images: nowhere })))).message, /there is no folder .*nowhere/);
});

test('a mirror serves every registry, with its path before the names', () => {
  const mirror = (registry: string) => JSON.parse(registriesFile(registry)) as unknown;
  assert.deepEqual(mirror('mirror.example:5000'), { mirrors: { '*': { endpoint: ['https://mirror.example:5000'] } } });
  assert.deepEqual(mirror('http://mirror.example/a/b/'), {
    mirrors: { '*': { endpoint: ['http://mirror.example'], rewrite: { '^(.*)$': 'a/b/$1' } } },
  });
});

test('a container says which process it is for, unless it is to be used again', () => {
  assert.deepEqual(Object.keys(containerLabels('x', true)), ['kyverdict.io/cluster']);
  assert.equal(containerLabels('x', false)['kyverdict.io/process'], String(process.pid));
});
