import { hostname } from 'node:os';
import { ClusterTroubleError } from './trouble.ts';

/** The label of the containers that the lane starts; its value is the name of the pinned cluster. */
export const CONTAINER_LABEL = 'kyverdict.io/cluster';
const HOST_LABEL = 'kyverdict.io/host';
const PROCESS_LABEL = 'kyverdict.io/process';

const LOG_LINES = 5;

/** A container that the lane started. */
export interface OwnContainer {
  readonly id: string;
  readonly cluster: string;
  readonly image: string;
  /** As the container engine says it, e.g. `running`. */
  readonly state: string;
  /** A run that does not exist any more started it for itself alone. */
  readonly forsaken: boolean;
  /** A run that still exists, or one of another machine, has it for itself alone. */
  readonly inUse: boolean;
}

/** The labels of a container; one that is not to be used again says which process it is for. */
export function containerLabels(cluster: string, reuse: boolean): Readonly<Record<string, string>> {
  const owner = { [HOST_LABEL]: hostname(), [PROCESS_LABEL]: String(process.pid) };
  return { [CONTAINER_LABEL]: cluster, ...(reuse ? {} : owner) };
}

/** Every container that the lane started, in whatever run. Throws `ClusterTroubleError` without a container engine. */
export async function ownContainers(): Promise<readonly OwnContainer[]> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  try {
    const { dockerode } = (await getContainerRuntimeClient()).container;
    const found = await dockerode.listContainers({ all: true, filters: { label: [CONTAINER_LABEL] } });
    return found.map(({ Id, Image, State, Labels }) => ({
      id: Id,
      cluster: Labels[CONTAINER_LABEL] ?? '',
      image: Image,
      state: State,
      forsaken: isForsaken(Labels),
      inUse: Labels[PROCESS_LABEL] !== undefined && !isForsaken(Labels),
    }));
  } catch (error) {
    throw containerTrouble(error, '');
  }
}

/** Removes a container with its volumes, running or not; one that is gone already is no trouble. */
export async function removeContainer(id: string): Promise<void> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { dockerode } = (await getContainerRuntimeClient()).container;
  try {
    await dockerode.getContainer(id).remove({ force: true, v: true });
  } catch (error) {
    // Not there (404), or somebody removes it just now (409).
    const status = (error as { readonly statusCode?: unknown }).statusCode;
    if (status !== 404 && status !== 409) throw containerTrouble(error, '');
  }
}

/** What a container wrote; `""` for one that is gone. */
export async function containerLog(id: string): Promise<string> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { dockerode } = (await getContainerRuntimeClient()).container;
  try {
    const log = await dockerode.getContainer(id).logs({ stdout: true, stderr: true, tail: LOG_LINES });
    return withoutFrames(log);
  } catch {
    return '';
  }
}

/** Output without a terminal comes in frames: eight bytes of head, the last four of them the length. */
function withoutFrames(log: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= log.length; ) {
    const end = at + 8 + log.readUInt32BE(at + 4);
    parts.push(log.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(parts).toString('utf8');
}

function isForsaken(labels: Readonly<Record<string, string>>): boolean {
  const id = labels[PROCESS_LABEL];
  return id !== undefined && labels[HOST_LABEL] === hostname() && !isAlive(Number(id));
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const OTHER_CLUSTER = 'or name a cluster with --kubeconfig FILE --context NAME';

/** What went wrong with a container, in words that say what to do. `log` is what it wrote last. */
export function containerTrouble(error: unknown, image: string, log: readonly string[] = []): ClusterTroubleError {
  if (error instanceof ClusterTroubleError) return error;
  const text = textOf(error);
  if (/Could not find a working container runtime strategy|ECONNREFUSED|docker\.sock|ENOENT/.test(text)) {
    return new ClusterTroubleError(
      'missing',
      'there is no container engine to start k3s in',
      `install and start Docker until \`docker ps\` works, ${OTHER_CLUSTER}`,
    );
  }
  if (/permission|apply caps|operation not permitted|privileged|cgroup|EACCES|OCI runtime/i.test(text)) {
    return new ClusterTroubleError(
      'rights',
      `k3s needs a privileged container: ${firstLine(text)}`,
      `allow privileged containers, ${OTHER_CLUSTER}`,
    );
  }
  if (/pull|manifest unknown|not found|no such image|i\/o timeout|no such host|dial tcp|refused|denied/i.test(text)) {
    return new ClusterTroubleError(
      'missing',
      `the image ${image} cannot be had: ${firstLine(text)}`,
      `load it with \`docker load\`, name another with --k3s-image or a mirror with --registry, ${OTHER_CLUSTER}`,
    );
  }
  const words = log.length === 0 ? 'it wrote nothing' : `it wrote last: ${log.join(' | ')}`;
  return new ClusterTroubleError(
    'missing',
    `k3s did not start from ${image}: ${firstLine(text)}; ${words}`,
    `try another image with --k3s-image, ${OTHER_CLUSTER}`,
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? text).trim();
}
