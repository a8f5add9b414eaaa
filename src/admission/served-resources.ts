import { createRegistry } from '../apiserver/resources/registry.ts';
import { scaleOf, withScale } from '../apiserver/subresource/scale.ts';
import type { JsonObject } from '../model/json.ts';
import { createResourceTable, type ResourceTable, type ScaleView, type ServedResource } from './resource-table.ts';

/** Kinds of Kyverno's own custom resources: `RESOURCE KIND VERSION…`, cluster-scoped ones marked with `-`. */
const KYVERNO: Readonly<Record<string, readonly string[]>> = {
  'kyverno.io': [
    'clusterpolicies ClusterPolicy - v1 v2beta1',
    'policies Policy v1 v2beta1',
    'policyexceptions PolicyException v2 v2beta1',
    'cleanuppolicies CleanupPolicy v2 v2beta1',
    'clustercleanuppolicies ClusterCleanupPolicy - v2 v2beta1',
    'globalcontextentries GlobalContextEntry - v2 v2beta1 v2alpha1',
    'updaterequests UpdateRequest v2',
  ],
  'reports.kyverno.io': ['ephemeralreports EphemeralReport v1', 'clusterephemeralreports ClusterEphemeralReport - v1'],
  'wgpolicyk8s.io': ['policyreports PolicyReport v1alpha2', 'clusterpolicyreports ClusterPolicyReport - v1alpha2'],
};

/**
 * All that is served, as discovery lists it: built-in kinds, Kyverno's own and those of the
 * CustomResourceDefinitions among the objects.
 */
export function servedResources(objects: readonly JsonObject[]): ResourceTable {
  return objects.some(({ kind }) => kind === 'CustomResourceDefinition') ? tableOf(objects) : WITHOUT_DEFINITIONS;
}

function tableOf(objects: readonly JsonObject[]): ResourceTable {
  const registered = createRegistry(objects).all.flatMap((resource) => {
    const { gvr, gvk, namespaced, subresources } = resource;
    const scale: ScaleView = {
      read: (parent) => scaleOf(resource, parent),
      write: (parent, changed) => withScale(resource, parent, changed),
    };
    return ['', ...subresources].map((subresource): ServedResource => {
      const view = subresource === 'scale' ? { scale } : {};
      return { ...gvr, kind: gvk.kind, namespaced, subresource, ...view };
    });
  });
  const known = new Set(registered.map(({ group }) => group));
  return createResourceTable([...registered, ...KYVERNO_KINDS.filter(({ group }) => !known.has(group))]);
}

const KYVERNO_KINDS: readonly ServedResource[] = Object.entries(KYVERNO).flatMap(([group, lines]) =>
  lines.flatMap((line) => {
    const [resource = '', kind = '', ...rest] = line.split(' ');
    const namespaced = rest[0] !== '-';
    return rest
      .filter((word) => word !== '-')
      .flatMap((version) =>
        ['', 'status'].map((subresource) => ({ group, version, resource, kind, namespaced, subresource })),
      );
  }),
);

/** One table for all clusters without CustomResourceDefinitions, so that what is known of it is shared. */
const WITHOUT_DEFINITIONS: ResourceTable = tableOf([]);
