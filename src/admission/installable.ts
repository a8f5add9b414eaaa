import { type Failure, InputError, NotSupportedError } from '../model/failure.ts';
import type { Policy } from '../model/policy.ts';
import { type ClusterView, checkPolicy } from '../policy/index.ts';
import type { ResourceTable } from './resource-table.ts';

/** Refusals by what is served and policy; `''` for policies that are accepted. */
const CHECKED = new WeakMap<ResourceTable, WeakMap<Policy, string>>();

/** Throws `InputError` naming every policy that Kyverno's policy webhook would refuse on this cluster. */
export function refuseFaultyPolicies(policies: readonly Policy[], resources: ResourceTable): void {
  const cluster = clusterView(resources);
  const known = CHECKED.get(resources) ?? new WeakMap<Policy, string>();
  CHECKED.set(resources, known);
  const failures = policies.flatMap((policy): readonly Failure[] => {
    const refused = known.get(policy) ?? refusalOf(policy, cluster) ?? '';
    known.set(policy, refused);
    if (refused === '') return [];
    const message = `Kyverno refuses the policy \`${policy.name}\`: ${refused.trim()}`;
    return [{ code: 'refused-policy', message, ...(policy.place === undefined ? {} : { place: policy.place }) }];
  });
  if (failures.length > 0) throw new InputError(...failures);
}

function refusalOf(policy: Policy, cluster: ClusterView): string | undefined {
  try {
    return checkPolicy(policy, { mode: 'cluster', cluster }).refused;
  } catch (error) {
    // What cannot be checked is installed; whether it can be evaluated shows when a request reaches it.
    if (error instanceof NotSupportedError) return undefined;
    throw error;
  }
}

/** What the check of a policy asks of a cluster, from what is served there. */
export function clusterView(resources: ResourceTable): ClusterView {
  const clusterScoped = new Set(
    resources.all
      .filter(({ namespaced, subresource }) => !namespaced && subresource === '')
      .flatMap(({ group, version, kind }) => [
        kind,
        group === '' ? `${version}/${kind}` : `${group}/${version}/${kind}`,
      ]),
  );
  return {
    findKind: (kind) => {
      const found = resources.select(kind);
      if (found.length === 0) return 'unknown';
      return found.some(({ subresource }) => subresource !== '') ? 'subresource' : 'resource';
    },
    isClusterScoped: (kind) => clusterScoped.has(kind),
  };
}
