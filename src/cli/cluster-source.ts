import type { ClusterChoice } from '../lanes/cluster/connection.ts';
import { type K3sOptions, startK3s } from '../lanes/cluster/k3s.ts';
import { type PinnedCluster, pinnedCluster, pinnedRegistry, referenceCluster } from '../lanes/cluster/pins.ts';
import type { ClusterSource } from '../lanes/create-lane-set.ts';
import { InputError } from '../model/failure.ts';
import { type SettingName, type SettingValues, variableOf } from './settings.ts';

/**
 * The existing cluster that the settings name; `undefined` when they name none. Throws `InputError` when only half of it is
 * named: a cluster is never chosen by itself.
 */
export function namedCluster({ kubeconfig, context }: SettingValues): ClusterChoice | undefined {
  if (kubeconfig !== undefined && context !== undefined) return { kubeconfig, context };
  if (kubeconfig === undefined && context === undefined) return undefined;
  const [given, missing] = (kubeconfig === undefined ? ['context', 'kubeconfig'] : ['kubeconfig', 'context']) as [
    SettingName,
    SettingName,
  ];
  throw new InputError({
    code: `no-${missing}`,
    message: `a ${given} is named, but no ${missing}: a cluster is used only when both are named on purpose`,
    hint: `add --${missing} ${missing === 'context' ? 'NAME' : 'FILE'}, or set ${variableOf(missing)}`,
  });
}

/** How to start a cluster of our own: the pinned one, with what the settings change of it. Throws `InputError`. */
export function ownCluster(settings: SettingValues, say: (text: string) => void, signal: AbortSignal): K3sOptions {
  const pinned = pinnedCluster(settings.cluster ?? referenceCluster);
  const { images } = settings;
  const pins: PinnedCluster = {
    ...pinned,
    image: settings['k3s-image'] ?? pinned.image,
    manifest: settings['kyverno-manifest'] ?? pinned.manifest,
  };
  return {
    pins,
    registry: settings.registry ?? pinnedRegistry,
    reuse: settings.reuse,
    say,
    signal,
    ...(images === undefined ? {} : { images }),
  };
}

/**
 * Opens the cluster of the settings: the one that is named, else one of our own in a container, whose start `signal` stops.
 */
export async function clusterSource(
  settings: SettingValues,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<ClusterSource> {
  const choice = namedCluster(settings);
  if (choice !== undefined) return { choice, [Symbol.asyncDispose]: async () => {} };
  return await startK3s(ownCluster(settings, say, signal));
}
