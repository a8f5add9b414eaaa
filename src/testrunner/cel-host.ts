import type { CelHost } from '../engine/index.ts';
import type { Clock, RandomSource } from '../model/environment.ts';
import { EvaluationError, InputError, NotSupportedError } from '../model/failure.ts';
import { asArray, asObject, asString, isObject, type Json, type JsonObject, withNumbers } from '../model/json.ts';
import { gvkOf, nameOf, namespaceOf, parseApiVersion } from '../model/resource.ts';
import { guessPlural } from './fake-cluster.ts';
import type { FileSystem } from './file-system.ts';
import { readOne } from './read-shaped.ts';
import { findResource } from './rest-mapping.ts';
import { contextShape } from './shape.ts';

/** What the libraries of CEL policies are answered from; a real call is never made. */
export interface CelData {
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Of a fake cluster, or what a `context` file holds. */
  readonly objects: CelObjects;
  readonly images?: ReadonlyMap<string, Json>;
  /** By name. */
  readonly globalEntries?: ReadonlyMap<string, Json>;
  /** `{body, statusCode}` by method and URL. */
  readonly httpCall?: (method: string, url: string) => Json | undefined;
}

/** Objects by plural name. */
export interface CelObjects {
  readonly list: readonly JsonObject[];
  /** Plural names of CustomResourceDefinitions, by `group/Kind`; others are guessed. */
  readonly plurals: ReadonlyMap<string, string>;
  /**
   * A fake cluster: objects of all namespaces can be listed. Without one, only those of the namespace that is named,
   * `''` being that of cluster-scoped objects, and a resource without any object cannot be listed.
   */
  readonly isCluster: boolean;
}

const HTTP_REFUSED = 'http calls are not allowed in namespaced policies: set --allowHTTPInNamespacedPolicies to enable';

/**
 * Answers the calls of CEL policies as the command line does.
 * Upstream: `pkg/cel/libs/fake_context.go`, and `context.go` over the fake cluster.
 */
export function createCelHost(data: CelData): CelHost {
  const { objects, images, globalEntries } = data;
  const find = (apiVersion: string, resource: string): readonly JsonObject[] => {
    const { group, version } = parseApiVersion(apiVersion);
    if (version.includes('/')) throw new EvaluationError(`unexpected GroupVersion string: ${apiVersion}`);
    return objects.list.filter((object) => {
      const kind = gvkOf(object);
      const plural = objects.plurals.get(`${kind.group}/${kind.kind}`) ?? guessPlural(kind.kind);
      return kind.group === group && kind.version === version && plural === resource;
    });
  };
  return {
    now: () => data.clock.now(),
    random: () => data.random.next(),
    getResource: ({ apiVersion, resource, namespace }, name) =>
      find(apiVersion, resource).find((object) => namespaceOf(object) === namespace && nameOf(object) === name),
    listResources: ({ apiVersion, resource, namespace }, labels) => {
      const all = find(apiVersion, resource);
      return objects.isCluster
        ? clusterList(all, apiVersion, namespace, labels)
        : contextList(all, apiVersion, resource, namespace);
    },
    postResource: () => {
      throw new NotSupportedError('`resource.post` in a test', 'the real command crashes');
    },
    resourceOf: (apiVersion, kind) => {
      if (!objects.isCluster) throw new NotSupportedError('`resource.toGVR` in a test', 'the real command crashes');
      const found = findResource({ ...parseApiVersion(apiVersion), kind }, objects.plurals);
      if (found === undefined) throw new EvaluationError(`no matches for kind "${kind}" in version "${apiVersion}"`);
      return found.resource;
    },
    httpCall: ({ method, url, fromNamespace }) => {
      const answer = data.httpCall?.(method, url);
      if (answer !== undefined) return answer;
      if (fromNamespace !== '') throw new EvaluationError(HTTP_REFUSED);
      throw new NotSupportedError(`the call ${method} ${url}`, 'services are not called');
    },
    globalReference: (name, projection) => globalReference(globalEntries?.get(name), name, projection),
    imageData: (image) => {
      const known = images?.get(image);
      if (known === undefined) throw new EvaluationError(`image data for ${image} not found in the context`);
      return known;
    },
  };
}

function contextList(all: readonly JsonObject[], apiVersion: string, resource: string, namespace: string): JsonObject {
  if (all.length === 0) {
    const { group } = parseApiVersion(apiVersion);
    throw new EvaluationError(`${group === '' ? resource : `${resource}.${group}`} resource not found`);
  }
  return { items: all.filter((object) => namespaceOf(object) === namespace) };
}

function clusterList(
  all: readonly JsonObject[],
  apiVersion: string,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): JsonObject {
  const [first] = all;
  if (first === undefined) throw new NotSupportedError('listing a resource of which there is no object in a test');
  const items = all.filter((object) => {
    const own = asObject(asObject(object['metadata'])?.['labels']) ?? {};
    const isThere = namespace === '' || namespaceOf(object) === namespace;
    return isThere && Object.entries(labels).every(([key, value]) => own[key] === value);
  });
  return { apiVersion, kind: `${gvkOf(first).kind}List`, metadata: { continue: '', resourceVersion: '' }, items };
}

function globalReference(entry: Json | undefined, name: string, projection: string): Json {
  if (entry === undefined) return null;
  if (projection === '') return entry;
  const missing = `projection "${projection}" not found in global context entry "${name}"`;
  if (!isObject(entry)) throw new EvaluationError(`${missing}: stored value is not an object`);
  if (!Object.hasOwn(entry, projection)) throw new EvaluationError(missing);
  return entry[projection] ?? null;
}

/** What a `context` file holds. */
export interface CelContext {
  readonly objects: readonly JsonObject[];
  /** What is known of images, by the name that is asked for. */
  readonly images: ReadonlyMap<string, Json>;
}

/** Reads a `context` file. Throws `InputError`, also for kinds that the command line does not know. */
export function readCelContext(path: string, files: FileSystem): CelContext {
  const spec = asObject(asObject(readOne(files.read(path), path, contextShape, 'int'))?.['spec']) ?? {};
  const objects = (asArray(spec['resources']) ?? []).filter(isObject);
  for (const object of objects) {
    const gvk = gvkOf(object);
    if (findResource(gvk, new Map()) !== undefined) continue;
    const message = `no matches for kind "${gvk.kind}" in version "${asString(object['apiVersion']) ?? ''}"`;
    throw new InputError({
      code: 'unknown-kind',
      message,
      place: { file: path },
      hint: 'a context holds only kinds of Kubernetes itself; use `clusterResources` for others',
    });
  }
  const images = (asArray(spec['images']) ?? []).filter(isObject);
  return { objects, images: new Map(images.map((image) => [asString(image['image']) ?? '', imageData(image)])) };
}

/** Upstream: `ImageData` in `cmd/cli/kubectl-kyverno/apis/v1alpha1/context.go`. */
function imageData(image: JsonObject): Json {
  const always = ['image', 'resolvedImage', 'registry', 'repository'].map((field) => [field, image[field] ?? '']);
  const given = ['tag', 'digest', 'imageIndex', 'manifest', 'config'].flatMap((field) => {
    const value = image[field];
    return value === undefined || value === null || value === '' ? [] : [[field, value]];
  });
  return withNumbers(Object.fromEntries([...always, ...given]), 'float');
}
