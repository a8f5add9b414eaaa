import { type ApiClient, createClient } from './client.ts';
import { type ClusterChoice, connect } from './connection.ts';
import { LEASE_PATH, readInventory } from './lease.ts';
import type { OwnedObject } from './owned.ts';
import { findLabelled, removeObjects } from './remove.ts';
import { realTime } from './wait.ts';

/**
 * Removes everything of ours from a cluster, whatever run made it: what the lease lists and what carries our label. Gives
 * the paths that were removed. Throws `ClusterTroubleError`.
 */
export async function cleanCluster(choice: ClusterChoice): Promise<readonly string[]> {
  using client = createClient(connect(choice));
  const { objects, holder } = await readInventory(client);
  const labelled = await findLabelled(client);
  const known = new Set(objects.map((object) => object.path));
  const all: readonly OwnedObject[] = [...objects, ...labelled.filter((object) => !known.has(object.path))];
  const there = await existing(client, all);
  await removeObjects(client, there, realTime);
  if (holder !== undefined) await client.send({ method: 'DELETE', path: LEASE_PATH });
  return there.map((object) => object.path);
}

async function existing(client: ApiClient, objects: readonly OwnedObject[]): Promise<readonly OwnedObject[]> {
  const found: OwnedObject[] = [];
  for (const object of objects)
    if ((await client.send({ method: 'GET', path: object.path })).status === 200) found.push(object);
  return found;
}
