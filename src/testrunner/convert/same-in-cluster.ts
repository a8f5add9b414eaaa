import { createAdmission } from '../../admission/index.ts';
import { InputError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { UserInfo } from '../../model/request.ts';
import { gvkOf, nameOf, namespaceOf } from '../../model/resource.ts';
import { DEFAULT_SETTINGS } from '../../model/settings.ts';
import { guessPlural } from '../fake-cluster.ts';
import type { TestHost } from '../host.ts';
import type { TableLine } from '../judge.ts';

/** The cluster that a feature describes, and who asks. */
export interface DescribedCluster {
  readonly policies: readonly Policy[];
  readonly objects: readonly JsonObject[];
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly user: UserInfo | undefined;
}

/**
 * Tells why a cluster answers otherwise than the command line did, e.g. because the API server refuses the object;
 * `undefined` when it answers the same.
 */
export type ClusterCheck = (object: JsonObject, operation: string, lines: readonly TableLine[]) => string | undefined;

/** Sets up the cluster once for all requests of a feature. */
export function createClusterCheck(cluster: DescribedCluster, { clock, random }: TestHost): ClusterCheck {
  const { policies, objects, namespaces, user } = cluster;
  const spaces = [...namespaces].map(([name, labels]) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  }));
  const settings = DEFAULT_SETTINGS;
  const asking =
    user === undefined ? {} : { userInfo: { ...user, groups: [...(user.groups ?? []), 'system:authenticated'] } };
  const open = (existing: readonly JsonObject[]) =>
    createAdmission({ policies, objects: [...spaces, ...objects, ...existing], settings, clock, random });
  let shared: ReturnType<typeof open> | undefined;
  return (object, operation, lines) => {
    try {
      const changes = operation === 'UPDATE' || operation === 'DELETE';
      if (!changes) shared ??= open([]);
      const admission = changes ? open([object]) : (shared ?? open([]));
      const asked =
        operation === 'DELETE' ? deletion(object) : ({ operation: changes ? 'UPDATE' : 'CREATE', object } as const);
      const { answer } = admission({ ...asked, ...asking });
      if (answer.allowed === null) return answer.error ?? 'there is no answer';
      if (answer.allowed === false && answer.denied.length === 0) return `the API server refuses it: ${answer.message}`;
      const different = lines.find(({ policy, rule, answer: given }) => {
        const bare = policy.slice(policy.lastIndexOf('/') + 1);
        const found = answer.rules.find((one) => one.policy === bare && one.name === rule);
        return found?.status !== given?.status;
      });
      return different === undefined ? undefined : `in a cluster rule ${different.rule} answers otherwise`;
    } catch (error) {
      if (error instanceof InputError) return `a cluster refuses the policy: ${error.failures[0]?.message ?? ''}`;
      throw error;
    }
  };
}

function deletion(object: JsonObject) {
  const { group, kind } = gvkOf(object);
  const namespace = namespaceOf(object);
  const resource = `${guessPlural(kind)}${group === '' ? '' : `.${group}`}`;
  return { operation: 'DELETE' as const, name: nameOf(object), resource, ...(namespace === '' ? {} : { namespace }) };
}
