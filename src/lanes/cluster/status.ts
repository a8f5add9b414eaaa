import { createClient } from './client.ts';
import { type ClusterChoice, connect } from './connection.ts';
import { kyvernoAnswers } from './kyverno-answers.ts';
import { holderOf, inventoryOf, readLease } from './lease.ts';
import { type ClusterVersions, readFacts } from './read-settings.ts';
import { findLabelled } from './remove.ts';

/** What a cluster is and what of ours is in it. */
export interface ClusterStatus {
  readonly server: string;
  readonly versions: ClusterVersions;
  /** Why Kyverno does not answer; absent when it does. */
  readonly kyvernoTrouble?: string;
  /** The run that holds the cluster, dead or alive. */
  readonly holder?: string;
  /** Paths of objects of ours. */
  readonly ours: readonly string[];
}

/** Looks at a cluster without changing anything. Throws `ClusterTroubleError`. */
export async function clusterStatus(choice: ClusterChoice): Promise<ClusterStatus> {
  const connection = connect(choice);
  using client = createClient(connection);
  const { versions } = await readFacts(client);
  const answer = await kyvernoAnswers(client);
  const lease = await readLease(client);
  const listed = lease === undefined ? [] : inventoryOf(lease);
  const ours = new Set([...listed, ...(await findLabelled(client))].map(({ path }) => path));
  return {
    server: connection.server,
    versions,
    ours: [...ours],
    ...(answer.done ? {} : { kyvernoTrouble: answer.seen }),
    ...(lease === undefined ? {} : { holder: holderOf(lease) }),
  };
}
