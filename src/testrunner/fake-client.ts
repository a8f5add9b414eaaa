import {
  type ClientAnswer,
  compileSelector,
  type ObjectClient,
  type ObjectReference,
  splitKind,
} from '../engine/index.ts';
import { InputError, NotSupportedError } from '../model/failure.ts';
import { type JsonObject, withNumbers } from '../model/json.ts';
import { gvkOf, labelsOf, nameOf, namespaceOf, parseApiVersion } from '../model/resource.ts';
import { guessPlural } from './fake-cluster.ts';
import { inStorageOrder } from './resources.ts';

/** Plural names that the command's fake discovery always knows, with their group. */
const KNOWN: readonly (readonly [resource: string, apiVersion: string])[] = [
  ...['configmaps', 'endpoints', 'namespaces', 'resourcequotas', 'secrets', 'serviceaccounts'].map(
    (resource) => [resource, 'v1'] as const,
  ),
  ...['daemonsets', 'deployments', 'statefulsets'].map((resource) => [resource, 'apps/v1'] as const),
];

/** The place where objects of a resource are kept; all resources that discovery does not know share one. */
const UNKNOWN = '';

/**
 * The throw-away store in which the command line generates: the trigger and the sources of clones. As there, discovery
 * knows few kinds by heart and guesses the others by adding an `s` to the kind, whatever the group; objects of kinds it
 * does not know are told apart by namespace and name only. `lists` are the kinds named in `cloneList`s.
 * `place` is told in errors. Throws `InputError` where the real command crashes: for an object given twice, and for a
 * list of a kind of which there is no object.
 * Upstream: `initializeMockController` in `cmd/cli/kubectl-kyverno/processor/generate.go`, `pkg/clients/dclient/fake.go`,
 * client-go's `testing/fixture.go`.
 */
export function createFakeClient(
  objects: readonly JsonObject[],
  lists: readonly string[],
  place: { readonly file: string },
): ObjectClient {
  const resources = [...objects.map(guessedResource), ...KNOWN];
  const listable = new Set([
    ...objects.map((object) => `${apiVersionOf(object)}/${guessPlural(gvkOf(object).kind)}`),
    ...lists.map(splitKind).map(({ apiVersion, kind }) => `${apiVersion}/${kind.toLowerCase()}s`),
  ]);
  const stored = new Map<string, Map<string, JsonObject>>();
  const bucket = (resource: string): Map<string, JsonObject> => {
    const known = stored.get(resource) ?? new Map<string, JsonObject>();
    stored.set(resource, known);
    return known;
  };
  const resourceOf = ({ apiVersion, kind }: Pick<ObjectReference, 'apiVersion' | 'kind'>): string => {
    const wanted = apiVersion === '' ? splitKind(kind).kind : kind;
    const found = resources.find(([resource]) => resource === `${wanted.toLowerCase()}s`);
    return found === undefined ? UNKNOWN : `${found[1]}/${found[0]}`;
  };
  for (const object of objects) {
    const own = bucket(`${apiVersionOf(object)}/${guessPlural(gvkOf(object).kind)}`);
    if (own.has(keyOf(namespaceOf(object), nameOf(object)))) {
      const what = `${gvkOf(object).kind} \`${keyOf(namespaceOf(object), nameOf(object))}\``;
      throw crash(`the ${what} is given twice as trigger or clone source`, 'give each object once', place);
    }
    own.set(keyOf(namespaceOf(object), nameOf(object)), withNumbers(object, 'int') as JsonObject);
  }
  const write =
    (mustExist: boolean) =>
    (reference: ObjectReference, object: JsonObject): ClientAnswer<JsonObject> => {
      const resource = resourceOf(reference);
      const own = bucket(resource);
      const key = keyOf(reference.namespace, nameOf(object));
      if (own.has(key) !== mustExist) {
        return refusal(resource, nameOf(object), mustExist ? 'NotFound' : 'AlreadyExists');
      }
      own.set(key, object);
      return { ok: true, value: object };
    };
  return {
    get: (reference) => {
      const resource = resourceOf(reference);
      const found = bucket(resource).get(keyOf(reference.namespace, reference.name));
      return found === undefined ? refusal(resource, reference.name, 'NotFound') : { ok: true, value: found };
    },
    list: (apiVersion, kind, namespace, selector) => {
      const resource = resourceOf({ apiVersion, kind });
      if (!listable.has(resource)) {
        throw crash(
          `no source of the kind \`${kind}\` is given for \`cloneList\``,
          'add one to `cloneSourceResource`',
          place,
        );
      }
      const matches = selector === undefined ? () => true : compileSelector(selector, false);
      const found = [...bucket(resource).values()].filter((object) => {
        const matched = matches(labelsOf(object));
        // A selector that cannot be read selects everything there.
        return (namespace === '' || namespaceOf(object) === namespace) && matched !== false;
      });
      return { ok: true, value: found.sort(inStorageOrder) };
    },
    create: write(false),
    update: write(true),
    apply: () => {
      throw new NotSupportedError('server-side apply in the command line');
    },
    isNamespaced: (apiVersion, kind) =>
      apiVersion === '' || kind === '' || resourceOf({ apiVersion, kind }) === UNKNOWN,
  };
}

function guessedResource(object: JsonObject): readonly [resource: string, apiVersion: string] {
  return [`${gvkOf(object).kind.toLowerCase()}s`, apiVersionOf(object)];
}

function apiVersionOf(object: JsonObject): string {
  const { group, version } = gvkOf(object);
  return group === '' ? version : `${group}/${version}`;
}

function keyOf(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

function refusal(resource: string, name: string, reason: 'NotFound' | 'AlreadyExists'): ClientAnswer<never> {
  const at = resource.lastIndexOf('/');
  const { group } = parseApiVersion(resource.slice(0, Math.max(at, 0)));
  const called = `${resource.slice(at + 1)}${group === '' ? '' : `.${group}`}`;
  return { ok: false, reason, error: `${called} "${name}" ${reason === 'NotFound' ? 'not found' : 'already exists'}` };
}

function crash(message: string, hint: string, place: { readonly file: string }): InputError {
  return new InputError({
    code: 'kyverno-crash',
    message: `${message} (Kyverno's command crashes there)`,
    place,
    hint,
  });
}
