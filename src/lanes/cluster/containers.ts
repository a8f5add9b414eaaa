import { ClusterTroubleError } from './trouble.ts';

/** The label of the containers that the lane starts; its value is the name of the pinned cluster. */
export const CONTAINER_LABEL = 'kyverdict.io/cluster';

/** A container that the lane started. */
export interface OwnContainer {
  readonly id: string;
  readonly cluster: string;
  readonly image: string;
  /** As the container engine says it, e.g. `running`. */
  readonly state: string;
  readonly remove: () => Promise<void>;
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
      remove: async () => {
        await dockerode.getContainer(Id).remove({ force: true, v: true });
      },
    }));
  } catch (error) {
    throw containerTrouble(error, '');
  }
}

/** What went wrong with a container, in words that say what to do. */
export function containerTrouble(error: unknown, image: string): ClusterTroubleError {
  if (error instanceof ClusterTroubleError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/Could not find a working container runtime strategy|ECONNREFUSED|docker\.sock|ENOENT/.test(text)) {
    return new ClusterTroubleError(
      'missing',
      'there is no container engine to start k3s in',
      'install and start Docker until `docker ps` works, or name a cluster with --kubeconfig FILE --context NAME',
    );
  }
  if (/permission|apply caps|operation not permitted|privileged|cgroup|EACCES|OCI runtime/i.test(text)) {
    return new ClusterTroubleError(
      'rights',
      `k3s needs a privileged container: ${firstLine(text)}`,
      'allow privileged containers, or name a cluster with --kubeconfig FILE --context NAME',
    );
  }
  if (/pull|manifest unknown|not found|no such image|i\/o timeout|no such host|dial tcp|refused|denied/i.test(text)) {
    return new ClusterTroubleError(
      'missing',
      `the image ${image} cannot be had: ${firstLine(text)}`,
      'load it with `docker load`, name another with --k3s-image, or a mirror with --registry',
    );
  }
  return new ClusterTroubleError(
    'missing',
    `k3s did not start from ${image}: ${firstLine(text)}`,
    'look at the log of the container with `docker logs`',
  );
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
