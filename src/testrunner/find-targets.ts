import { compileSelector } from '../engine/index.ts';
import { hasWildcard, wildcardMatch } from '../language/wildcard.ts';
import type { Environment, FoundTarget } from '../model/environment.ts';
import { InputError } from '../model/failure.ts';
import { type JsonObject, withNumbers } from '../model/json.ts';
import { gvkOf, labelsOf, nameOf, namespaceOf } from '../model/resource.ts';
import { guessPlural } from './fake-cluster.ts';
import { inStorageOrder } from './resources.ts';

/** A resource that discovery knows. */
interface Known {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** What the command's fake discovery always knows, after the resources of the objects at hand. */
const ALWAYS: readonly Known[] = [
  ...['configmaps', 'endpoints', 'namespaces', 'resourcequotas', 'secrets', 'serviceaccounts'].map((plural) => ({
    group: '',
    version: 'v1',
    plural,
  })),
  ...['daemonsets', 'deployments', 'statefulsets'].map((plural) => ({ group: 'apps', version: 'v1', plural })),
];

/**
 * Finds targets among the objects of a test. As in the real command a kind is looked up by its lower-case name with an
 * `s`, whatever its group and version, so that kinds with another plural are not found. A subresource is the object
 * itself, and where the object is not named it is asked for by the pattern of its name.
 * Throws `InputError` where the real command crashes: for a list of a kind of which there is no object.
 * Upstream: `GetResources` in `pkg/clients/dclient/helpers.go`, `FindResources` in `pkg/clients/dclient/fake.go`.
 */
export function createTargetFinder(
  objects: readonly JsonObject[],
  plurals: ReadonlyMap<string, string>,
  file: string,
): NonNullable<Environment['findTargets']> {
  const stored = objects.map((object) => {
    const { group, version, kind } = gvkOf(object);
    return { object, group, version, plural: plurals.get(`${group}/${kind}`) ?? guessPlural(kind) };
  });
  return ({ kind, subresource, namespace, name, selector }) => {
    const wanted = `${kind.toLowerCase()}s`;
    const known = [...stored, ...ALWAYS].find(({ plural }) => plural === wanted);
    if (known === undefined) return { ok: false, error: 'not found' };
    const found = stored.filter((one) => isSame(one, known)).map(({ object }) => object);
    if (isExact(namespace) && isExact(name)) {
      const object = found.find((one) => namespaceOf(one) === namespace && nameOf(one) === name);
      if (object !== undefined) return { ok: true, value: [asTarget(object)] };
      return notFound(known, name);
    }
    const selects = selector === undefined ? undefined : compileSelector(selector, false);
    const problem = selects?.({});
    if (typeof problem === 'string') return { ok: false, error: problem };
    if (found.length === 0) throw listsNothing(kind, file);
    const matches = (object: JsonObject) =>
      (namespace === '' || wildcardMatch(namespace, namespaceOf(object))) &&
      (name === '' || wildcardMatch(name, nameOf(object))) &&
      (selects === undefined || selects(labelsOf(object)) === true);
    const chosen = found.filter(matches).sort(inStorageOrder);
    const missed = subresource !== '' && chosen.some((object) => nameOf(object) !== name);
    return missed ? notFound(known, name) : { ok: true, value: chosen.map(asTarget) };
  };
}

function isSame(a: Known, b: Known): boolean {
  return a.group === b.group && a.version === b.version && a.plural === b.plural;
}

function isExact(text: string): boolean {
  return text !== '' && !hasWildcard(text);
}

function asTarget(object: JsonObject): FoundTarget {
  return { object: withNumbers(object, 'int') as JsonObject };
}

function notFound({ group, plural }: Known, name: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error: `${group === '' ? plural : `${plural}.${group}`} "${name}" not found` };
}

function listsNothing(kind: string, file: string): InputError {
  return new InputError({
    code: 'kyverno-crash',
    message: `there is no object of the target kind \`${kind}\` (Kyverno's command crashes there)`,
    place: { file },
    hint: 'add one to `targetResources`',
  });
}
