import { asArray, asObject, asString, getPath, isObject, type JsonObject } from '../../model/json.ts';
import type { GroupVersionKind } from '../../model/resource.ts';
import { BUILT_IN, type Resource } from './resource.ts';

/** The resources a cluster serves: the built-in ones and those of its CustomResourceDefinitions. */
export interface Registry {
  readonly all: readonly Resource[];
  readonly byKind: (gvk: GroupVersionKind) => Resource | undefined;
  /** By `pods`, `deployments.apps`, `deployments.v1.apps` or a short name; the wanted version wins if served. */
  readonly byName: (
    name: string,
    wanted?: { readonly group: string; readonly version: string },
  ) => Resource | undefined;
}

/** The resources of a cluster with these objects; only CustomResourceDefinitions among them matter. */
export function createRegistry(objects: readonly JsonObject[]): Registry {
  const custom = objects.filter((object) => object['kind'] === 'CustomResourceDefinition').flatMap(customResources);
  if (custom.length > 0) return registryOf([...BUILT_IN, ...custom]);
  builtIn ??= registryOf(BUILT_IN);
  return builtIn;
}

/** The registry of all clusters without CustomResourceDefinitions. */
let builtIn: Registry | undefined;

function registryOf(all: readonly Resource[]): Registry {
  const kinds = new Map<string, Resource>();
  const names = new Map<string, Resource[]>();
  const add = (name: string, resource: Resource): void => {
    const known = names.get(name);
    if (known === undefined) names.set(name, [resource]);
    else known.push(resource);
  };
  for (const resource of all) {
    const { group, version, kind } = resource.gvk;
    const plural = resource.gvr.resource;
    const key = kindKey(resource.gvk);
    if (!kinds.has(key)) kinds.set(key, resource);
    for (const name of [plural, kind.toLowerCase(), ...resource.shortNames]) {
      add(name, resource);
      if (group !== '') add(`${name}.${group}`, resource);
      add(`${name}.${version}.${group}`, resource);
    }
  }
  return {
    all,
    byKind: (gvk) => kinds.get(kindKey(gvk)),
    byName: (name, wanted) => {
      const found = names.get(name.toLowerCase()) ?? [];
      const exact = found.find(({ gvk }) => gvk.group === wanted?.group && gvk.version === wanted.version);
      return exact ?? found[0];
    },
  };
}

function kindKey({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}/${kind}`;
}

/** The served versions of a CustomResourceDefinition (apiextensions.k8s.io/v1). */
function customResources(definition: JsonObject): readonly Resource[] {
  const spec = asObject(definition['spec']) ?? {};
  const names = asObject(spec['names']) ?? {};
  const group = asString(spec['group']) ?? '';
  const kind = asString(names['kind']) ?? '';
  const plural = asString(names['plural']) ?? kind.toLowerCase();
  const served = (asArray(spec['versions']) ?? []).filter(isObject).filter((version) => version['served'] !== false);
  const stored = (asArray(spec['versions']) ?? []).filter(isObject).find((version) => version['storage'] === true);
  const storageSchema = asObject(getPath(stored ?? {}, 'schema', 'openAPIV3Schema'));
  const current = preferred(served.filter((version) => version['deprecated'] !== true));
  return served.map((entry) => {
    const version = asString(entry['name']) ?? '';
    const subresources = asObject(entry['subresources']) ?? {};
    return {
      gvk: { group, version, kind },
      gvr: { group, version, resource: plural },
      namespaced: spec['scope'] !== 'Cluster',
      shortNames: (asArray(names['shortNames']) ?? []).filter((name): name is string => typeof name === 'string'),
      subresources: Object.keys(subresources),
      createOnly: false,
      custom: {
        schema: asObject(getPath(entry, 'schema', 'openAPIV3Schema')),
        ...(storageSchema === undefined ? {} : { storageSchema }),
        preserveUnknownFields: spec['preserveUnknownFields'] === true,
        scale: asObject(subresources['scale']),
        hasStatus: isObject(subresources['status']),
        ...(entry['deprecated'] === true
          ? { deprecation: asString(entry['deprecationWarning']) ?? deprecated(group, version, kind, current) }
          : {}),
      },
    };
  });
}

function deprecated(group: string, version: string, kind: string, current: string | undefined): string {
  const text = `${group}/${version} ${kind} is deprecated`;
  return current === undefined || current === version ? text : `${text}; use ${group}/${current} ${kind}`;
}

/** The version that comes first: stable before beta before alpha, higher numbers first. Upstream: `version.CompareKubeAwareVersionStrings`. */
function preferred(versions: readonly JsonObject[]): string | undefined {
  const rank = (name: string): readonly number[] => {
    const [, major = '0', stage = '', minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(name) ?? [];
    return [stage === '' ? 2 : stage === 'beta' ? 1 : 0, Number(major), Number(minor)];
  };
  const names = versions.map((version) => asString(version['name']) ?? '');
  return names.sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const at = left.findIndex((part, i) => part !== right[i]);
    return at < 0 ? 0 : (right[at] ?? 0) - (left[at] ?? 0);
  })[0];
}
