import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from './client.ts';
import { type ClusterChoice, connect } from './connection.ts';
import { type OwnContainer, ownContainers, removeContainer } from './containers.ts';
import { runK3sContainer } from './k3s-container.ts';
import { installKyverno, isAddress, readManifest } from './kyverno-manifest.ts';
import type { PinnedCluster } from './pins.ts';
import { ClusterTroubleError } from './trouble.ts';
import { realTime } from './wait.ts';

/** How to start a cluster of our own. */
export interface K3sOptions {
  readonly pins: PinnedCluster;
  /** Put before image names, e.g. a mirror. */
  readonly registry: string;
  /** A folder of image tarballs to import into the cluster; then nothing is pulled by it. */
  readonly images?: string;
  /** Use a container that runs already, and leave it running for later runs. */
  readonly reuse: boolean;
  /** Stops the start, and removes what it made. */
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** A running cluster; disposing removes it, unless it is to be used again. */
export interface StartedK3s extends AsyncDisposable {
  /** A kubeconfig of its own, with the context to use. */
  readonly choice: ClusterChoice;
  readonly containerId: string;
}

/**
 * Starts k3s in a privileged container and installs Kyverno in it. Throws `ClusterTroubleError` with the remedy when there
 * is no container engine, no image or no privilege.
 */
export async function startK3s(options: K3sOptions): Promise<StartedK3s> {
  const { pins, registry, images, reuse, signal, say } = options;
  const manifest = readManifest(pins.manifest);
  // A file is looked at before anything starts. What cannot be fetched is told after trouble with containers, as a machine
  // without a network has both.
  if (isAddress(pins.manifest)) manifest.catch(() => undefined);
  else await manifest;
  await removeForsaken(say);
  const image = mirrored(pins.image, registry);
  say(`cluster: starting ${image}`);
  const imports = images === undefined ? {} : { images };
  const container = await runK3sContainer({ image, cluster: pins.name, registry, ...imports, reuse, signal });
  const { id, kubeconfig, isNew } = container;
  const remove = (): Promise<void> => removeK3s(id);
  // Requests to a cluster that is gone end by themselves.
  const stop = (): void => void remove().catch(() => undefined);
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    const choice = { kubeconfig: writeKubeconfig(id, kubeconfig), context: 'default' };
    say(`cluster: installing Kyverno ${pins.kyverno}`);
    using client = createClient(connect(choice));
    await installKyverno(client, await manifest, realTime);
    return { choice, containerId: id, [Symbol.asyncDispose]: async () => (reuse ? undefined : remove()) };
  } catch (error) {
    // One that ran already may be in use by others.
    if (isNew) await remove();
    if (signal.aborted) throw new ClusterTroubleError('missing', 'the start of k3s was stopped');
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The name of an image in a mirror. */
function mirrored(image: string, registry: string): string {
  return registry === '' ? image : `${registry.replace(/^https?:\/\//, '').replace(/\/+$/, '')}/${image}`;
}

/** Removes the containers of runs that were killed. */
async function removeForsaken(say: K3sOptions['say']): Promise<void> {
  for (const { id, forsaken } of await ownContainers()) {
    if (!forsaken) continue;
    await removeK3s(id);
    say(`cluster: removed the container ${id.slice(0, 12)} of a run that did not end`);
  }
}

/**
 * Removes the containers that were left running, with what belongs to them, but not those that a run has for itself: it
 * removes them when it ends. Gives all there were.
 */
export async function removeUnusedK3s(): Promise<readonly OwnContainer[]> {
  const containers = await ownContainers();
  for (const { id, inUse } of containers) if (!inUse) await removeK3s(id);
  return containers;
}

async function removeK3s(id: string): Promise<void> {
  await removeContainer(id);
  rmSync(folderOf(id), { recursive: true, force: true });
}

function writeKubeconfig(id: string, text: string): string {
  mkdirSync(folderOf(id), { recursive: true, mode: 0o700 });
  const file = join(folderOf(id), 'kubeconfig');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

/** Where the kubeconfig of a container lies. */
function folderOf(id: string): string {
  return join(tmpdir(), `kyverdict-${id.slice(0, 12)}`);
}
