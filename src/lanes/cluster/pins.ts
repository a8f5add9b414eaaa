import { didYouMean, InputError } from '../../model/failure.ts';
import pins from './pins.json' with { type: 'json' };

/** A cluster that the lane can start: images and manifests of fixed versions. */
export interface PinnedCluster {
  readonly name: string;
  /** The k3s image. */
  readonly image: string;
  readonly kubernetes: string;
  readonly kyverno: string;
  /** Kyverno's release manifest: a file or a URL. */
  readonly manifest: string;
}

/** Every pinned cluster; the only place in the project where these versions stand. */
export const pinnedClusters: readonly PinnedCluster[] = pins.clusters;

/** The name of the cluster whose answers the engine must equal. */
export const referenceCluster: string = pins.reference;

/** The registry that image names get when nothing else is said; `""` leaves them as they are. */
export const pinnedRegistry: string = pins.registry;

/** The pinned cluster of that name. Throws `InputError` with the nearest one. */
export function pinnedCluster(name: string): PinnedCluster {
  const found = pinnedClusters.find((cluster) => cluster.name === name);
  if (found !== undefined) return found;
  const names = pinnedClusters.map((cluster) => cluster.name);
  const meant = didYouMean(name, names);
  const hint = meant === undefined ? `there are: ${names.join(', ')}` : `did you mean \`${meant}\`?`;
  throw new InputError({ code: 'unknown-cluster', message: `no pinned cluster is called \`${name}\``, hint });
}
