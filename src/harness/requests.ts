import type { ClientRequest } from '../model/admission.ts';
import { InputError } from '../model/failure.ts';
import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { nameOf, namespaceOf } from '../model/resource.ts';
import { readValues } from '../yaml/index.ts';
import { ask } from './ask.ts';
import { withTableFields } from './field-table.ts';
import { atFile, existingNamespace, existingObject, readInline } from './given-state.ts';
import { kubectlRun } from './kubectl-run.ts';
import type { FileObject } from './project-files.ts';
import type { Scenario } from './scenario.ts';
import { isNamespaced, resourceOf } from './scope.ts';
import { at, inDocString } from './step-place.ts';

/** Rows of a table without a header. */
export type Rows = readonly (readonly string[])[];

/** Creates the object written in the scenario. */
export async function createInline(scenario: Scenario, kind: string, text: string): Promise<void> {
  await ask(scenario, createRequest(scenario, oneInline(scenario, kind, text).value));
}

/** Creates an object from a file; `namespace` wins over the file's, `fields` change it first. */
export async function createFromFile(
  scenario: Scenario,
  kind: string,
  file: string,
  change: { readonly namespace?: string; readonly fields?: Rows } = {},
): Promise<void> {
  const object = withTableFields(scenario, objectFrom(scenario, kind, file), change.fields ?? []);
  await ask(scenario, createRequest(scenario, object, change.namespace));
}

/** Sends what a `kubectl run` line sends. */
export async function runKubectl(scenario: Scenario, line: string): Promise<void> {
  const request = at(scenario.step, () => kubectlRun(line.trim()));
  const namespace = request.namespace ?? scenario.namespace;
  if (namespace !== undefined) existingNamespace(scenario, namespace);
  await ask(scenario, { ...request, ...(namespace === undefined ? {} : { namespace }) });
}

/** Replaces an existing object by the one written in the scenario. */
export async function replaceInline(scenario: Scenario, kind: string, name: string, text: string): Promise<void> {
  await ask(scenario, replaceRequest(existingObject(scenario, kind, name), oneInline(scenario, kind, text).value));
}

/** Replaces an existing object by one from a file. */
export async function replaceFromFile(scenario: Scenario, kind: string, name: string, file: string): Promise<void> {
  await ask(scenario, replaceRequest(existingObject(scenario, kind, name), objectFrom(scenario, kind, file)));
}

/** Sends an existing object back with some fields changed. */
export async function changeFields(scenario: Scenario, kind: string, name: string, rows: Rows): Promise<void> {
  const old = existingObject(scenario, kind, name);
  await ask(scenario, replaceRequest(old, withTableFields(scenario, old, rows)));
}

const PATCH_TYPES = { strategic: 'strategic', merge: 'merge', JSON: 'json', apply: 'apply' } as const;

/** The kinds of patch as steps write them. */
export type PatchWord = keyof typeof PATCH_TYPES;

/** Patches an existing object. */
export async function patchObject(
  scenario: Scenario,
  kind: string,
  name: string,
  type: PatchWord,
  text: string,
): Promise<void> {
  const [body] = inDocString(scenario.step, (file) => readValues(text, file, 'int'));
  const wanted = type === 'JSON' ? Array.isArray(body) : isObject(body);
  if (body === undefined || !wanted) {
    const shape = type === 'JSON' ? 'a list of operations' : 'an object';
    throw new InputError({ code: 'bad-patch', message: `a ${type} patch is ${shape}`, place: scenario.step });
  }
  await ask(scenario, onExisting(scenario, kind, name, 'UPDATE', { patch: { type: PATCH_TYPES[type], body } }));
}

/** Deletes an existing object. */
export async function deleteObject(scenario: Scenario, kind: string, name: string): Promise<void> {
  await ask(scenario, onExisting(scenario, kind, name, 'DELETE'));
}

/** Scales an existing object through its `scale` subresource. Upstream: kubectl `pkg/scale/scale.go`. */
export async function scaleObject(scenario: Scenario, kind: string, name: string, replicas: number): Promise<void> {
  const body: Json = { spec: { replicas: BigInt(replicas) } };
  const patch = { type: 'merge', body } as const;
  await ask(scenario, onExisting(scenario, kind, name, 'UPDATE', { subresource: 'scale', patch }));
}

/** Runs a command in an existing Pod. Upstream: kubectl `pkg/cmd/exec/exec.go`. */
export async function execInPod(scenario: Scenario, name: string, command: string, container?: string): Promise<void> {
  const options: JsonObject = {
    apiVersion: 'v1',
    kind: 'PodExecOptions',
    stdout: true,
    stderr: true,
    ...(container === undefined ? {} : { container }),
    command: command.split(/\s+/).filter((word) => word !== ''),
  };
  await ask(scenario, onExisting(scenario, 'Pod', name, 'CONNECT', { subresource: 'exec', options }));
}

/** Evicts an existing Pod. */
export async function evictPod(scenario: Scenario, name: string): Promise<void> {
  const pod = existingObject(scenario, 'Pod', name);
  const metadata = { name: nameOf(pod), namespace: namespaceOf(pod) };
  const object: JsonObject = { apiVersion: 'policy/v1', kind: 'Eviction', metadata };
  await ask(scenario, onExisting(scenario, 'Pod', name, 'CREATE', { subresource: 'eviction', object }));
}

/** Adds an ephemeral container to an existing Pod. Upstream: kubectl `pkg/cmd/debug/debug.go`. */
export async function addEphemeralContainer(scenario: Scenario, name: string, text: string): Promise<void> {
  const [container] = inDocString(scenario.step, (file) => readValues(text, file, 'int'));
  if (!isObject(container)) {
    const message = 'the text is no container';
    throw new InputError({ code: 'bad-argument', message, place: scenario.step, hint: 'write `name:` and `image:`' });
  }
  const patch = { type: 'strategic', body: { spec: { ephemeralContainers: [container] } } } as const;
  await ask(scenario, onExisting(scenario, 'Pod', name, 'UPDATE', { subresource: 'ephemeralcontainers', patch }));
}

/**
 * A request that creates an object: in `namespace`, else its own, else the scenario's. Throws `InputError` when a step
 * names a namespace that does not exist.
 */
export function createRequest(scenario: Scenario, object: JsonObject, namespace?: string): ClientRequest {
  if (!isNamespaced(object, scenario.objects)) return { operation: 'CREATE', object };
  if (namespace !== undefined) {
    existingNamespace(scenario, namespace);
    const metadata = isObject(object['metadata']) ? object['metadata'] : {};
    return { operation: 'CREATE', namespace, object: { ...object, metadata: { ...metadata, namespace } } };
  }
  const own = namespaceOf(object);
  if (own === '' && scenario.namespace !== undefined) existingNamespace(scenario, scenario.namespace);
  const at = own === '' ? scenario.namespace : own;
  return { operation: 'CREATE', ...(at === undefined ? {} : { namespace: at }), object };
}

/** A request that replaces `old`; the new object is taken as it is, the path comes from the old one. */
export function replaceRequest(old: JsonObject, object: JsonObject): ClientRequest {
  const namespace = namespaceOf(old);
  const path = { name: nameOf(old), ...(namespace === '' ? {} : { namespace }) };
  return { operation: 'UPDATE', ...path, object };
}

/** The object of a file reference in a step. Throws `InputError` at the step, or in the file. */
export function objectFrom(scenario: Scenario, kind: string, file: string): JsonObject {
  const { files } = scenario.session;
  return atFile(scenario, file, () => files.object(file, kind === 'object' ? undefined : kind)).value;
}

function onExisting(
  scenario: Scenario,
  kind: string,
  name: string,
  operation: ClientRequest['operation'],
  more: Partial<ClientRequest> = {},
): ClientRequest {
  const object = existingObject(scenario, kind, name);
  const namespace = namespaceOf(object);
  return {
    operation,
    resource: resourceOf(object, scenario.objects),
    name: nameOf(object),
    ...(namespace === '' ? {} : { namespace }),
    ...more,
  };
}

function oneInline(scenario: Scenario, kind: string, text: string): FileObject {
  const [object, second] = readInline(scenario, text) as readonly [FileObject, FileObject?];
  if (second !== undefined) {
    const hint = 'send them one after the other';
    throw new InputError({
      code: 'several-objects',
      message: 'a request is about one object',
      place: second.place,
      hint,
    });
  }
  if (kind !== 'object' && object.value['kind'] !== kind) {
    throw new InputError({
      code: 'other-kind',
      message: `the step says ${kind}, the object is a ${String(object.value['kind'])}`,
      place: object.place,
      hint: 'make them the same, or write `this object`',
    });
  }
  return object;
}
