import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from './client.ts';
import { type ClusterChoice, connect } from './connection.ts';
import { CONTAINER_LABEL, containerTrouble } from './containers.ts';
import { installKyverno, readManifest } from './kyverno-manifest.ts';
import type { PinnedCluster } from './pins.ts';
import { TIMEOUTS } from './timeouts.ts';
import { ClusterTroubleError } from './trouble.ts';
import { realTime } from './wait.ts';

/** How to start a cluster of our own. */
export interface K3sOptions {
  readonly pins: PinnedCluster;
  /** Put before image names, e.g. a mirror. */
  readonly registry: string;
  /** A folder of image tarballs to import into the cluster; then nothing is pulled by it. */
  readonly images?: string;
  /** Leave the container running for later runs. */
  readonly reuse: boolean;
  readonly say: (text: string) => void;
}

/** A running cluster. */
export interface StartedK3s extends AsyncDisposable {
  /** A kubeconfig of its own, with the context to use. */
  readonly choice: ClusterChoice;
  readonly containerId: string;
}

const IMPORT_FOLDER = '/var/lib/rancher/k3s/agent/images';

/**
 * Starts k3s in a privileged container and installs Kyverno in it. Throws `ClusterTroubleError` with the remedy when there
 * is no container engine, no image or no privilege.
 */
export async function startK3s(options: K3sOptions): Promise<StartedK3s> {
  const { pins, registry, say, reuse } = options;
  const image = registry === '' ? pins.image : `${registry.replace(/\/+$/, '')}/${pins.image}`;
  say(`cluster: starting ${image}`);
  const container = await start(image, options);
  const folder = mkdtempSync(join(tmpdir(), 'kyverdict-'));
  const remove = async (): Promise<void> => {
    if (reuse) return;
    rmSync(folder, { recursive: true, force: true });
    await container.stop({ remove: true, removeVolumes: true });
  };
  try {
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, container.getKubeConfig(), { mode: 0o600 });
    const choice = { kubeconfig, context: 'default' };
    say(`cluster: installing Kyverno ${pins.kyverno}`);
    using client = createClient(connect(choice));
    await installKyverno(client, await readManifest(pins.manifest), realTime);
    return { choice, containerId: container.getId(), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The little of a started container that is used. */
interface K3sContainerHandle {
  getKubeConfig(): string;
  getId(): string;
  stop(options: { readonly remove: boolean; readonly removeVolumes: boolean }): Promise<unknown>;
}

async function start(image: string, { pins, images, reuse }: K3sOptions): Promise<K3sContainerHandle> {
  const { K3sContainer } = await import('@testcontainers/k3s');
  try {
    let container = new K3sContainer(image)
      .withLabels({ [CONTAINER_LABEL]: pins.name })
      .withStartupTimeout(TIMEOUTS.container.milliseconds);
    if (images !== undefined) container = container.withCopyFilesToContainer(tarballs(images));
    if (reuse) container = container.withReuse();
    return await container.start();
  } catch (error) {
    throw containerTrouble(error, image);
  }
}

function tarballs(folder: string): { readonly source: string; readonly target: string }[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new ClusterTroubleError('missing', `there is no folder ${folder} with image tarballs`, 'correct --images');
  }
  return readdirSync(folder)
    .filter((name) => /\.tar(\.gz|\.zst)?$/.test(name))
    .map((name) => ({ source: join(folder, name), target: `${IMPORT_FOLDER}/${name}` }));
}
