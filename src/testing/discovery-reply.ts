import type { ResourceTable } from '../admission/resource-table.ts';
import { servedResources } from '../admission/served-resources.ts';
import type { JsonObject } from '../model/json.ts';

/**
 * What an API server with Kyverno's kinds, and the CustomResourceDefinitions among `objects`, says of itself under `/api`
 * and `/apis`; `undefined` for a path that is not one of discovery or a version that is not served.
 */
export function discoveryReply(path: string, objects: readonly JsonObject[] = []): JsonObject | undefined {
  const table = servedResources(objects);
  if (path === '/apis') return { kind: 'APIGroupList', groups: groupsOf(table) };
  const core = /^\/api\/([^/?]+)$/.exec(path);
  const named = /^\/apis\/([^/?]+)\/([^/?]+)$/.exec(path);
  if (core === null && named === null) return undefined;
  const [group, version] = core === null ? [named?.[1] ?? '', named?.[2] ?? ''] : ['', core[1] ?? ''];
  const resources = table.all
    .filter((one) => one.group === group && one.version === version)
    .map(({ resource, subresource, kind, namespaced }) => ({
      name: subresource === '' ? resource : `${resource}/${subresource}`,
      kind,
      namespaced,
    }));
  return resources.length === 0 ? undefined : { kind: 'APIResourceList', resources };
}

function groupsOf({ all }: ResourceTable): readonly JsonObject[] {
  const versions = Map.groupBy(
    all.filter(({ group }) => group !== ''),
    ({ group }) => group,
  );
  return [...versions].map(([name, served]) => ({ name, preferredVersion: { version: served[0]?.version ?? '' } }));
}
