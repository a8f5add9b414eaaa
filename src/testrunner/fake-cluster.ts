import type { ContextData, Lookup } from '../model/environment.ts';
import { InputError, NotSupportedError } from '../model/failure.ts';
import { asArray, asObject, asString, getPath, type Json, type JsonObject, withNumbers } from '../model/json.ts';
import { gvkOf, labelsOf, nameOf, namespaceOf } from '../model/resource.ts';
import { readDocuments } from '../yaml/index.ts';
import type { FileSystem } from './file-system.ts';
import { pathOf } from './load-inputs.ts';
import { readOne } from './read-shaped.ts';
import { clusterResourceShape } from './shape.ts';
import type { TestDocument } from './test-document.ts';

/** What a test's `clusterResources` say exists, beside its own resources. */
export interface ClusterObjects {
  readonly objects: readonly JsonObject[];
  /** Cluster-scoped kinds of the CustomResourceDefinitions, as `group/Kind`. */
  readonly clusterKinds: ReadonlySet<string>;
  /** Plural names of the CustomResourceDefinitions, by `group/Kind`. */
  readonly plurals: ReadonlyMap<string, string>;
}

/** Reads the files under `clusterResources`; `undefined` when the test has none. Throws `InputError`. */
export function loadClusterObjects(test: TestDocument, files: FileSystem): ClusterObjects | undefined {
  const listed = test.spec.clusterResources ?? [];
  if (listed.length === 0) return undefined;
  const objects: JsonObject[] = [];
  const clusterKinds = new Set<string>();
  const plurals = new Map<string, string>();
  for (const name of listed) {
    const path = pathOf(test, name);
    const document = readOne(readFile(path, test, files), path, clusterResourceShape, 'int');
    for (const resource of asArray(getPath(document, 'spec', 'resources')) ?? [])
      objects.push(asObject(resource) ?? {});
    for (const crd of asArray(getPath(document, 'spec', 'crds')) ?? []) {
      const crdPath = pathOf(test, asString(crd) ?? '');
      for (const { value } of readDocuments(readFile(crdPath, test, files), crdPath, 'int')) {
        const id = `${asString(getPath(value, 'spec', 'group')) ?? ''}/${asString(getPath(value, 'spec', 'names', 'kind')) ?? ''}`;
        plurals.set(id, asString(getPath(value, 'spec', 'names', 'plural')) ?? '');
        if (getPath(value, 'spec', 'scope') === 'Cluster') clusterKinds.add(id);
      }
    }
  }
  return { objects, clusterKinds, plurals };
}

function readFile(path: string, test: TestDocument, files: FileSystem): string {
  if (files.kind(path) === 'file') return files.read(path);
  throw new InputError({
    code: 'no-file',
    message: `there is no file \`${path}\``,
    place: { file: test.file },
    hint: 'correct the path under `clusterResources`',
  });
}

/** The calls that a fake cluster answers, and the labels of its namespaces. */
export interface FakeCluster extends Required<Pick<ContextData, 'configMap' | 'apiCall'>> {
  /** `undefined` for a namespace that does not exist. */
  readonly namespaceLabels: (name: string) => Readonly<Record<string, string>> | undefined;
}

/**
 * A cluster that holds the given objects and nothing else. GET of an object or of a list is answered; selectors are not.
 * Upstream: `rawAbsPathForFakeClient` in `pkg/clients/dclient/client.go`, `ext/cluster/fake.go`.
 */
export function createFakeCluster(
  objects: readonly JsonObject[],
  plurals: ReadonlyMap<string, string> = new Map(),
): FakeCluster {
  const find = (group: string, version: string, resource: string, namespace: string): readonly JsonObject[] =>
    objects.filter((object) => {
      const gvk = gvkOf(object);
      const plural = plurals.get(`${gvk.group}/${gvk.kind}`) ?? guessPlural(gvk.kind);
      return (
        gvk.group === group &&
        gvk.version === version &&
        plural === resource &&
        (namespace === '' || namespaceOf(object) === namespace)
      );
    });
  return {
    configMap: (namespace, name) => {
      const found = find('', 'v1', 'configmaps', namespace).find((object) => nameOf(object) === name);
      if (found === undefined) return { ok: false, error: `configmaps "${name}" not found` };
      return { ok: true, value: withNumbers(found, 'float') as JsonObject };
    },
    apiCall: ({ method, url, service }) => {
      if (service) throw new NotSupportedError(`the call ${method} ${url}`, 'services are not called');
      if (method !== 'GET') return { ok: false, error: `method ${method} not supported for fake client` };
      return answer(url, find);
    },
    namespaceLabels: (name) => {
      const found = find('', 'v1', 'namespaces', '').find((object) => nameOf(object) === name);
      return found === undefined ? undefined : labelsOf(found);
    },
  };
}

type Find = (group: string, version: string, resource: string, namespace: string) => readonly JsonObject[];

function answer(url: string, find: Find): Lookup<Json> {
  const path = url.replace(/^\//, '');
  const [root, ...rest] = path.split('/');
  const [group, version, parts] =
    root === 'apis' ? [rest[0] ?? '', rest[1] ?? '', rest.slice(2)] : ['', rest[0] ?? '', rest.slice(1)];
  const inNamespace = parts[0] === 'namespaces' && parts.length >= 2;
  const namespace = inNamespace ? (parts[1] ?? '') : '';
  const [resource = '', name = ''] = inNamespace ? parts.slice(2) : parts;
  if ((root !== 'api' && root !== 'apis') || resource === '') {
    return { ok: false, error: `failed to parse path: ${path}` };
  }
  const found = find(group, version, resource, namespace);
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const kind = found[0] === undefined ? guessKind(resource) : gvkOf(found[0]).kind;
  if (name === '') {
    const items = [...found].map((item) => withNumbers(item, 'float'));
    const metadata = { resourceVersion: '' };
    return { ok: true, value: { apiVersion, kind: `${kind}List`, metadata, items } };
  }
  const object = found.find((one) => nameOf(one) === name && namespaceOf(one) === namespace);
  if (object !== undefined) return { ok: true, value: withNumbers(object, 'float') };
  const called = group === '' ? resource : `${resource}.${group}`;
  return { ok: false, error: `failed to get resource ${apiVersion}/${kind}/${name}: ${called} "${name}" not found` };
}

/** Upstream: `meta.UnsafeGuessKindToResource` of apimachinery. */
export function guessPlural(kind: string): string {
  const single = kind.toLowerCase();
  if (single.endsWith('endpoints')) return single;
  if (/s$/.test(single)) return `${single}es`;
  if (/y$/.test(single)) return `${single.slice(0, -1)}ies`;
  return `${single}s`;
}

function guessKind(resource: string): string {
  const kind = resource.endsWith('ies') ? `${resource.slice(0, -3)}y` : resource.replace(/e?s$/, '');
  return kind.slice(0, 1).toUpperCase() + kind.slice(1);
}
