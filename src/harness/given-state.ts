import { didYouMean, InputError, type Place } from '../model/failure.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Premise } from '../model/lane.ts';
import { nameOf, namespaceOf } from '../model/resource.ts';
import { type FileObject, type ProjectFiles, readObjects } from './project-files.ts';
import type { Scenario } from './scenario.ts';
import { inNamespace, objectText } from './scope.ts';
import { at, inDocString, placeInDocString, placeOfWord } from './step-place.ts';

const DEFAULT_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease', 'kyverno'].map((name) =>
  namespaceObject(name, {}),
);
// The same step gives the same objects in every scenario, so that what is derived from them is derived once.
const PLAIN_NAMESPACES = new WeakMap<ProjectFiles, Map<string, JsonObject>>();
const INLINE = new WeakMap<ProjectFiles, Map<string, readonly FileObject[]>>();

/** Makes namespaces exist, with labels beside the one that every namespace has. */
export function giveNamespaces(
  scenario: Scenario,
  names: readonly string[],
  labels: Readonly<Record<string, string>> = {},
): void {
  for (const name of names) {
    const namespace = Object.keys(labels).length === 0 ? plainNamespace(scenario, name) : namespaceObject(name, labels);
    put(scenario, namespace, placeOfWord(scenario.step, name));
  }
}

function plainNamespace({ session }: Scenario, name: string): JsonObject {
  const known = PLAIN_NAMESPACES.get(session.files) ?? new Map<string, JsonObject>();
  PLAIN_NAMESPACES.set(session.files, known);
  const namespace = known.get(name) ?? namespaceObject(name, {});
  known.set(name, namespace);
  return namespace;
}

/** Makes the objects of a YAML text exist. Throws `InputError` with a place inside the doc string. */
export function giveObjects(scenario: Scenario, text: string): void {
  for (const { value, place } of readInline(scenario, text)) put(scenario, value, place);
}

/** Makes the objects of a file or folder exist. Throws `InputError`. */
export function giveObjectFile(scenario: Scenario, reference: string): void {
  const { files } = scenario.session;
  for (const { value, place } of atFile(scenario, reference, () => files.objects(reference)))
    put(scenario, value, place);
}

/** Reads objects from the step's doc string. Throws `InputError` when there is none. */
export function readInline(scenario: Scenario, text: string): readonly FileObject[] {
  const { files } = scenario.session;
  const known = INLINE.get(files) ?? new Map<string, readonly FileObject[]>();
  INLINE.set(files, known);
  const key = `${scenario.step.file}:${scenario.step.line}\n${text}`;
  const objects = known.get(key) ?? parseInline(scenario, text);
  known.set(key, objects);
  return objects;
}

function parseInline(scenario: Scenario, text: string): readonly FileObject[] {
  const objects = inDocString(scenario.step, (file) => readObjects(text, file));
  if (objects.length > 0) {
    return objects.map(({ value, place }) => ({ value, place: placeInDocString(scenario.step, place) }));
  }
  throw new InputError({ code: 'no-objects', message: 'the text holds no object', place: scenario.step });
}

/**
 * Runs a reader for a file named in the step: trouble with the name points at the step, trouble inside the file at
 * the file.
 */
export function atFile<T>(scenario: Scenario, word: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InputError && error.failures.every(({ place }) => place === undefined)) {
      return at(placeOfWord(scenario.step, word), () => {
        throw error;
      });
    }
    throw error;
  }
}

function put(scenario: Scenario, object: JsonObject, place: Place): void {
  if (nameOf(object) === '') {
    throw new InputError({ code: 'no-name', message: 'an object that exists needs `metadata.name`', place });
  }
  const placed = inNamespace(object, scenario.objects);
  const twin = findObject(scenario, String(placed['kind']), nameOf(placed), namespaceOf(placed));
  if (twin !== undefined) scenario.objects.splice(scenario.objects.indexOf(twin), 1);
  scenario.objects.push(placed);
}

function findObject(scenario: Scenario, kind: string, name: string, namespace: string): JsonObject | undefined {
  return scenario.objects.find(
    (object) => object['kind'] === kind && nameOf(object) === name && namespaceOf(object) === namespace,
  );
}

function namespaceObject(name: string, labels: Readonly<Record<string, Json>>): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
  };
}

/**
 * An object that exists, by kind and by `name` or `namespace/name`; kind `object` stands for any.
 * Throws `InputError` with the nearest name when there is none, or several.
 */
export function existingObject(scenario: Scenario, kind: string, text: string): JsonObject {
  const ofKind = scenario.objects.filter((object) => kind === 'object' || object['kind'] === kind);
  const found = ofKind.filter((object) => objectText(object) === text || nameOf(object) === text);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const place = placeOfWord(scenario.step, text);
  if (only !== undefined) {
    const names = found.map((object) => `\`${objectText(object)}\``).join(' or ');
    throw new InputError({
      code: 'ambiguous-object',
      message: `several objects are named \`${text}\``,
      place,
      hint: `write ${names}`,
    });
  }
  const meant = didYouMean(
    text,
    ofKind.map((object) => (text.includes('/') ? objectText(object) : nameOf(object))),
  );
  throw new InputError({
    code: 'unknown-object',
    message: `no ${kind} \`${text}\` exists in this scenario`,
    place,
    hint: meant === undefined ? 'add it with a step such as `Given this object exists:`' : `did you mean \`${meant}\`?`,
  });
}

/** Looks up a namespace that a step sends a request to. Throws `InputError` with the nearest one. */
export function existingNamespace(scenario: Scenario, name: string): void {
  const names = [...DEFAULT_NAMESPACES, ...scenario.objects.filter(({ kind }) => kind === 'Namespace')].map(nameOf);
  if (names.includes(name)) return;
  const meant = didYouMean(name, names);
  throw new InputError({
    code: 'unknown-namespace',
    message: `no namespace \`${name}\` exists in this scenario`,
    place: placeOfWord(scenario.step, name),
    hint: meant === undefined ? `add the step: Given the namespace "${name}"` : `did you mean \`${meant}\`?`,
  });
}

/** What holds before the scenario's requests: its policies, its objects and the namespaces that always exist. */
export function premiseOf(scenario: Scenario): Premise {
  const { intern } = scenario.session;
  const missing = DEFAULT_NAMESPACES.filter((one) => findObject(scenario, 'Namespace', nameOf(one), '') === undefined);
  return { policies: intern(scenario.policies), objects: intern([...missing, ...scenario.objects]) };
}
