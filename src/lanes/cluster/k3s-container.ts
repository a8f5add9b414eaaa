import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { containerLabels, containerLog, containerTrouble, removeContainer } from './containers.ts';
import { TIMEOUTS } from './timeouts.ts';
import { ClusterTroubleError } from './trouble.ts';

/** What the container is to be. */
export interface K3sContainerOptions {
  readonly image: string;
  /** The name of the pinned cluster. */
  readonly cluster: string;
  /** From where k3s pulls, instead of each image's own registry; `""` for these. */
  readonly registry: string;
  /** A folder of image tarballs to import into the cluster; then nothing is pulled by it. */
  readonly images?: string;
  /** One that runs already will do, and it is left running. */
  readonly reuse: boolean;
  /** Stops the start, and removes what it made. */
  readonly signal: AbortSignal;
}

/** A container in which k3s runs. */
export interface RunningK3s {
  readonly id: string;
  /** A kubeconfig of a cluster-admin. */
  readonly kubeconfig: string;
  /** False for one that ran already. */
  readonly isNew: boolean;
}

const IMPORT_FOLDER = '/var/lib/rancher/k3s/agent/images';
const REGISTRIES_FILE = '/etc/rancher/k3s/registries.yaml';
const LOG_LINES = 5;

/**
 * Starts k3s in a privileged container and waits until it says that its node is there. Throws `ClusterTroubleError` with
 * the remedy when there is no container engine, no image or no privilege; the container is gone then.
 */
export async function runK3sContainer(options: K3sContainerOptions): Promise<RunningK3s> {
  const { image, cluster, registry, images, reuse, signal } = options;
  const files = images === undefined ? [] : tarballs(images);
  const mirrors = registry === '' ? [] : [{ content: registriesFile(registry), target: REGISTRIES_FILE }];
  const { K3sContainer } = await import('@testcontainers/k3s');
  let creating = false;
  let created: string | undefined;
  class TrackedContainer extends K3sContainer {
    // Before this the image is pulled, which cannot be stopped; nothing is made then.
    protected override async beforeContainerCreated(): Promise<void> {
      signal.throwIfAborted();
      creating = true;
      await super.beforeContainerCreated();
    }
    protected override async containerCreated(id: string): Promise<void> {
      created = id;
      signal.throwIfAborted();
    }
  }
  const log: string[] = [];
  let container = new TrackedContainer(image)
    .withLabels(containerLabels(cluster, reuse))
    .withStartupTimeout(TIMEOUTS.container.milliseconds)
    .withCopyFilesToContainer([...files])
    .withCopyContentToContainer(mirrors)
    // The run removes its container itself: testcontainers would pull an image of its own to do it.
    .withAutoCleanup(false)
    .withLogConsumer((stream) => {
      stream.on('data', (chunk: Buffer | string) => keepLast(log, String(chunk)));
    });
  if (reuse) container = container.withReuse();
  const stopped = whenAborted(signal);
  let starting: Promise<unknown> | undefined;
  try {
    const start = container.start();
    starting = start;
    const started = await Promise.race([start, stopped.promise]);
    return { id: started.getId(), kubeconfig: started.getKubeConfig(), isNew: created !== undefined };
  } catch (error) {
    if (signal.aborted && creating && created === undefined) await starting?.catch(() => undefined);
    if (created !== undefined) {
      if (log.length === 0) keepLast(log, await containerLog(created));
      await removeContainer(created);
    }
    if (signal.aborted) throw new ClusterTroubleError('missing', 'the start of k3s was stopped');
    throw containerTrouble(error, image, log);
  } finally {
    stopped[Symbol.dispose]();
  }
}

/**
 * The mirror for every registry, as k3s reads it; what stands behind the host goes before image names. Upstream: the page
 * "Private Registry Configuration" of k3s.
 */
export function registriesFile(registry: string): string {
  const [, scheme = 'https://', host = '', path = ''] = /^(https?:\/\/)?([^/]+)\/*(.*?)\/*$/.exec(registry) ?? [];
  const mirror = {
    endpoint: [`${scheme}${host}`],
    ...(path === '' ? {} : { rewrite: { '^(.*)$': `${path}/$1` } }),
  };
  return `${JSON.stringify({ mirrors: { '*': mirror } })}\n`;
}

function keepLast(log: string[], text: string): void {
  const lines = text.split('\n').map((line) => line.trim());
  log.push(...lines.filter((line) => line !== ''));
  log.splice(0, log.length - LOG_LINES);
}

function whenAborted(signal: AbortSignal): Disposable & { readonly promise: Promise<never> } {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop);
  // When nobody waits any more, nothing is to be told.
  promise.catch(() => undefined);
  return { promise, [Symbol.dispose]: () => signal.removeEventListener('abort', stop) };
}

function tarballs(folder: string): readonly { readonly source: string; readonly target: string }[] {
  const hint = 'correct --images';
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new ClusterTroubleError('missing', `there is no folder ${folder} with image tarballs`, hint);
  }
  const names = readdirSync(folder).filter((name) => /\.(tar(\.(gz|bz2|lz4|zst))?|tgz|tbz|tzst)$/.test(name));
  if (names.length === 0) {
    throw new ClusterTroubleError('missing', `the folder ${folder} has no image tarballs (.tar, .tar.gz …)`, hint);
  }
  return names.map((name) => ({ source: join(folder, name), target: `${IMPORT_FOLDER}/${name}` }));
}
