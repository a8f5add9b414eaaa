import { compileSelector } from '../engine/index.ts';
import type { ClusterObjects, Lookup } from '../model/environment.ts';
import { labelsOf, namespaceOf, parseApiVersion } from '../model/resource.ts';
import type { ApiReader } from './api-call.ts';
import type { ServedResource } from './resource-table.ts';

const NOT_SERVED = { ok: false, error: 'the server could not find the requested resource' } as const;

/** The objects of the cluster, for rules that read them by kind. Refusals are the API server's. */
export function clusterObjects({ state, resources }: ApiReader): ClusterObjects {
  const find = (group: string, version: string, kind: string): ServedResource | undefined =>
    resources.all.find(
      (one) => one.subresource === '' && one.group === group && one.version === version && one.kind === kind,
    );
  const served = (apiVersion: string, kind: string): ServedResource | undefined => {
    const { group, version } = parseApiVersion(apiVersion);
    return find(group, version, kind);
  };
  return {
    isNamespaced: (group, version, kind): Lookup<boolean> => {
      const found = find(group, version, kind);
      return found === undefined ? NOT_SERVED : { ok: true, value: found.namespaced };
    },
    get: (apiVersion, kind, namespace, name) => {
      const found = served(apiVersion, kind);
      if (found === undefined) return NOT_SERVED;
      const { group, resource } = found;
      const object = state.get(group, found.kind, found.namespaced ? namespace : '', name);
      if (object !== undefined) return { ok: true, value: object };
      return { ok: false, error: `${group === '' ? resource : `${resource}.${group}`} "${name}" not found` };
    },
    list: (apiVersion, kind, namespace, selector) => {
      const found = served(apiVersion, kind);
      if (found === undefined) return NOT_SERVED;
      const matches = selector === undefined ? () => true : compileSelector(selector, false);
      const objects = state
        .list(found.group, kind)
        .filter((one) => (namespace === '' || namespaceOf(one) === namespace) && matches(labelsOf(one)) === true);
      return { ok: true, value: objects };
    },
  };
}
