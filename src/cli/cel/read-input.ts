import { resolve } from 'node:path';
import type { RequestParts } from '../../engine/cel-validation/index.ts';
import { readObjects } from '../../harness/project-files.ts';
import { readText } from '../../harness/read-text.ts';
import { InputError } from '../../model/failure.ts';
import { asObject, asString, isObject, type Json, type JsonObject } from '../../model/json.ts';
import type { UserInfo } from '../../model/request.ts';
import { type GroupVersionKind, gvkOf, nameOf, namespaceOf } from '../../model/resource.ts';
import { readDocuments, type YamlDocument } from '../../yaml/index.ts';

/** What expressions are evaluated on. */
export interface CelInput {
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
  readonly request: RequestParts;
  readonly uid: string;
  readonly namespaceObject: JsonObject | null;
  readonly params: JsonObject | null;
  /** Objects that exist beside. */
  readonly cluster: readonly JsonObject[];
}

/** The options of a command line that say what expressions are evaluated on. */
export interface InputOptions {
  readonly 'old-object': string | undefined;
  readonly operation: string | undefined;
  readonly user: string | undefined;
  readonly group: readonly string[] | undefined;
  readonly namespace: string | undefined;
  readonly 'namespace-object': string | undefined;
  readonly params: string | undefined;
  readonly cluster: readonly string[] | undefined;
}

const OPERATIONS = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'];
const ADMINISTRATOR = 'admin';
const ADMINISTRATORS = ['system:masters', 'system:authenticated'];

/**
 * Reads what expressions are evaluated on: an object, an AdmissionReview, or a request as a line of `kyverdict admit`
 * has it; options count before what it says. `text` is absent where nothing is given. Throws `InputError`.
 */
export function readCelInput(
  given: { readonly text: string; readonly file: string } | undefined,
  options: InputOptions,
  cwd: string,
  pluralOf: (kind: GroupVersionKind) => string,
): CelInput {
  const read = (file: string) => oneDocument(readText(resolve(cwd, file), file), file).value;
  const optional = (file: string | undefined) => (file === undefined ? null : read(file));
  const said = given === undefined ? {} : requestIn(oneDocument(given.text, given.file));
  const object = asObject(said['object']) ?? null;
  const oldObject = optional(options['old-object']) ?? asObject(said['oldObject']) ?? null;
  const operation = options.operation?.toUpperCase() ?? asString(said['operation']) ?? operationOf(object, oldObject);
  if (!OPERATIONS.includes(operation)) {
    throw new InputError({
      code: 'unknown-operation',
      message: `there is no operation \`${operation}\``,
      hint: `write one of ${OPERATIONS.join(', ')}`,
    });
  }
  const subject = object ?? oldObject ?? {};
  const kind = gvkIn(said['kind']) ?? gvkOf(subject);
  const resource = gvrIn(said['resource']) ?? { ...kindless(kind), resource: pluralOf(kind) };
  const namespace = options.namespace ?? asString(said['namespace']) ?? namespaceOf(subject);
  const cluster = (options.cluster ?? []).flatMap((file) =>
    readObjects(readText(resolve(cwd, file), file), file).map(({ value }) => value),
  );
  return {
    object: operation === 'DELETE' ? null : object,
    oldObject: operation === 'DELETE' && oldObject === null ? object : oldObject,
    request: {
      kind,
      resource,
      requestKind: gvkIn(said['requestKind']) ?? kind,
      requestResource: gvrIn(said['requestResource']) ?? resource,
      subResource: asString(said['subResource']) ?? asString(said['subresource']) ?? '',
      name: asString(said['name']) ?? nameOf(subject),
      namespace,
      operation,
      userInfo: userOf(options, said['userInfo']),
      dryRun: said['dryRun'] === true,
      options: asObject(said['options']),
    },
    uid: asString(said['uid']) ?? '',
    namespaceObject:
      optional(options['namespace-object']) ??
      cluster.find((one) => one['kind'] === 'Namespace' && nameOf(one) === namespace) ??
      null,
    params: optional(options.params),
    cluster,
  };
}

/** The fields of a request; of a plain object `object` alone. */
function requestIn({ value, placeOf }: YamlDocument): JsonObject {
  if (value['kind'] === 'AdmissionReview') {
    const request = value['request'];
    if (isObject(request)) return request;
    const message = 'the AdmissionReview has no `request`';
    throw new InputError({ code: 'no-request', message, place: placeOf([]) });
  }
  return value['kind'] === undefined && typeof value['operation'] === 'string' ? value : { object: value };
}

function oneDocument(text: string, file: string): YamlDocument {
  const [document, second] = readDocuments(text, file, 'int');
  if (document === undefined) {
    throw new InputError({ code: 'no-document', message: 'there is no object in the file', place: { file } });
  }
  if (second === undefined) return document;
  const message = 'there is more than one object in the file';
  throw new InputError({ code: 'many-documents', message, place: second.place, hint: 'give one object' });
}

function operationOf(object: JsonObject | null, oldObject: JsonObject | null): string {
  if (oldObject === null) return 'CREATE';
  return object === null ? 'DELETE' : 'UPDATE';
}

function gvkIn(value: Json | undefined): GroupVersionKind | undefined {
  const { group, version, kind } = asObject(value) ?? {};
  if (kind === undefined) return undefined;
  return { group: asString(group) ?? '', version: asString(version) ?? '', kind: asString(kind) ?? '' };
}

function gvrIn(value: Json | undefined): RequestParts['resource'] | undefined {
  const { group, version, resource } = asObject(value) ?? {};
  if (resource === undefined) return undefined;
  return { group: asString(group) ?? '', version: asString(version) ?? '', resource: asString(resource) ?? '' };
}

function kindless({ group, version }: GroupVersionKind) {
  return { group, version };
}

function userOf({ user, group }: InputOptions, said: Json | undefined): UserInfo {
  const known = asObject(said);
  if (known === undefined || user !== undefined || group !== undefined) {
    const isAdministrator = user === undefined && group === undefined;
    const groups = isAdministrator ? ADMINISTRATORS : [...(group ?? []), 'system:authenticated'];
    return { username: user ?? ADMINISTRATOR, groups: [...new Set(groups)] };
  }
  return { username: '', ...(known as Partial<UserInfo>) };
}
