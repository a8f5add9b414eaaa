import { type ApiClient, createClient } from './client.ts';
import { type ClusterChoice, connect } from './connection.ts';
import { awaitDeath } from './lease.ts';
import type { OwnedObject } from './owned.ts';
import { findLabelled, removeObjects } from './remove.ts';
import { realTime, type WaitClock } from './wait.ts';

/** What cleaning needs from outside. */
export interface CleanOptions {
  readonly choice: ClusterChoice;
  readonly say: (text: string) => void;
  /** Milliseconds since 1970, for the lease. */
  readonly now: () => number;
}

/**
 * Removes everything of ours from a cluster, whatever run made it: what the lease lists and what carries our label. Gives
 * the paths that were removed. Throws `ClusterTroubleError`, also when a run is at work there.
 */
export async function cleanCluster({ choice, say, now }: CleanOptions): Promise<readonly string[]> {
  using client = createClient(connect(choice));
  const { objects, release } = await awaitDeath(client, now, realTime, (holder) =>
    say(`cluster: looking whether the run ${holder} still lives`),
  );
  const removed = await removeLeftovers(client, objects, realTime);
  await release();
  return removed;
}

/** Removes what a lease lists and what carries our label; gives the paths of what was still there. */
export async function removeLeftovers(
  client: ApiClient,
  listed: readonly OwnedObject[],
  time: WaitClock,
): Promise<readonly string[]> {
  const labelled = await findLabelled(client);
  const known = new Map(labelled.map((object) => [object.path, object]));
  const others: OwnedObject[] = [];
  for (const object of listed) {
    if (known.has(object.path)) continue;
    if ((await client.send({ method: 'GET', path: object.path })).status === 200) others.push(object);
  }
  const all = [...labelled, ...others];
  await removeObjects(client, all, time);
  return all.map(({ path }) => path);
}
