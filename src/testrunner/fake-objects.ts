import { compileSelector } from '../engine/index.ts';
import type { ClusterObjects } from '../model/environment.ts';
import { InputError } from '../model/failure.ts';
import { type JsonObject, withNumbers } from '../model/json.ts';
import { gvkOf, nameOf, namespaceOf, parseApiVersion, stringMapOf } from '../model/resource.ts';
import { inStorageOrder } from './resources.ts';

const ALWAYS_KNOWN = `configmaps endpoints namespaces resourcequotas secrets serviceaccounts daemonsets deployments
  statefulsets`.split(/\s+/);

/**
 * The objects of a test's fake cluster as parameters of admission policies are looked for there. Its discovery guesses
 * plurals by adding an `s` and takes every kind for cluster-scoped, so that an object in a namespace is found by a
 * selector, but never by its name. `file` is named in errors.
 * Upstream: `pkg/clients/dclient/fake.go`, `ext/cluster/fake.go`.
 */
export function createFakeObjects(objects: readonly JsonObject[], file: string): ClusterObjects {
  const known = new Set([...objects.map((object) => guessed(gvkOf(object).kind)), ...ALWAYS_KNOWN]);
  const all = (apiVersion: string, kind: string): readonly JsonObject[] => {
    const { group, version } = parseApiVersion(apiVersion);
    return objects.filter((object) => {
      const gvk = gvkOf(object);
      return gvk.group === group && gvk.version === version && gvk.kind === kind;
    });
  };
  return {
    isNamespaced: (_group, _version, kind) =>
      known.has(guessed(kind)) ? { ok: true, value: false } : { ok: false, error: 'not found' },
    get: (apiVersion, kind, namespace, name) => {
      const found = all(apiVersion, kind).find((one) => nameOf(one) === name && namespaceOf(one) === namespace);
      if (found === undefined) return { ok: false, error: `${guessed(kind)} "${name}" not found` };
      return { ok: true, value: withNumbers(found, 'int') as JsonObject };
    },
    list: (apiVersion, kind, namespace, selector) => {
      const objectsOfKind = all(apiVersion, kind);
      if (objectsOfKind.length === 0) {
        throw new InputError({
          code: 'kyverno-crash',
          message: `there is no ${kind} to be a parameter (Kyverno's command crashes there)`,
          place: { file },
          hint: 'add one to `clusterResources` or `paramResources`',
        });
      }
      const matches = selector === undefined ? () => true : compileSelector(selector, false);
      const found = objectsOfKind.filter(
        (one) => (namespace === '' || namespaceOf(one) === namespace) && matches(stringMapOf(one, 'labels')) === true,
      );
      found.sort(inStorageOrder);
      return { ok: true, value: found.map((one) => withNumbers(one, 'int') as JsonObject) };
    },
  };
}

function guessed(kind: string): string {
  return `${kind.toLowerCase()}s`;
}
