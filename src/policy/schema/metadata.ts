import { asArray, asObject, asString, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { labelKeyErrors, labelValueErrors, subdomainErrors } from './names.ts';
import { ANY, jsonType, list, object, type Shape } from './shape.ts';
import { pathText, type UnknownField, unknownFields } from './unknown-fields.ts';
import type { Violation } from './violations.ts';

const PLAIN_FIELDS = [
  ...['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp'],
  ...['deletionTimestamp', 'deletionGracePeriodSeconds', 'labels', 'annotations', 'finalizers'],
];

function fields(...names: readonly string[]): Shape {
  return object(Object.fromEntries(names.map((name) => [name, ANY])));
}

const METADATA: Shape = object({
  ...Object.fromEntries(PLAIN_FIELDS.map((name) => [name, ANY])),
  ownerReferences: list(fields('apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion')),
  managedFields: list(fields('manager', 'operation', 'apiVersion', 'time', 'fieldsType', 'fieldsV1', 'subresource')),
});

/** Unknown fields of `metadata`; what is no list where one belongs is another error. */
export function unknownMetadata(document: JsonObject): readonly UnknownField[] {
  return unknownFields(document['metadata'] ?? null, METADATA)
    .filter(({ path: [first, second] }) => typeof first === 'string' && typeof second !== 'string')
    .map((field) => ({ ...field, path: ['metadata', ...field.path] }));
}

/** What is wrong with the name and labels of a policy whose metadata can be read. */
export function metadataViolations(document: JsonObject): readonly Violation[] {
  const metadata = asObject(document['metadata']) ?? {};
  return [...nameViolations(metadata), ...labelViolations(metadata), ...bookkeepingViolations(metadata)];
}

/** Metadata that Go cannot read: the API server's words for the first such field. */
export function unreadableMetadata(document: JsonObject): Violation | undefined {
  const given = document['metadata'];
  if (given !== undefined && given !== null && !isObject(given)) {
    const text = `json: cannot unmarshal ${jsonType(given)} into Go value of type v1.ObjectMeta`;
    return { path: ['metadata'], text, message: '`metadata` must be an object' };
  }
  return misfits(asObject(given) ?? {})[0];
}

/** Go's types of the fields, in its words; timestamps are read as text and then as a time. */
const GO_TYPES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['name', 'namespace', 'generateName', 'uid', 'resourceVersion', 'selfLink'].map((name) => [name, 'string']),
  ),
  ...Object.fromEntries(['labels', 'annotations'].map((name) => [name, 'map[string]string'])),
  ...Object.fromEntries(['creationTimestamp', 'deletionTimestamp'].map((name) => [name, 'time'])),
  ...Object.fromEntries(['generation', 'deletionGracePeriodSeconds'].map((name) => [name, 'int64'])),
  finalizers: '[]string',
  ownerReferences: '[]v1.OwnerReference',
  managedFields: '[]v1.ManagedFieldsEntry',
};

const GO_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  'map[string]string': 'a map of texts',
  int64: 'a whole number',
  time: 'a time such as `2026-01-31T12:00:00Z`',
};

/** Fields that are not of their type make Go's decoder fail. */
function misfits(metadata: JsonObject): readonly Violation[] {
  return Object.entries(GO_TYPES).flatMap(([field, type]) => misfit(metadata[field] ?? null, type, [field]));
}

function misfit(value: Json, type: string, path: readonly (string | number)[]): readonly Violation[] {
  if (value === null) return [];
  if (type === 'time' && typeof value === 'string') return isTime(value) ? [] : [unfit(value, type, path)];
  if (type === 'string' || type === 'time') return typeof value === 'string' ? [] : [unfit(value, type, path)];
  if (type === 'int64') return jsonType(value) === 'integer' || isWhole(value) ? [] : [unfit(value, type, path)];
  if (type === 'map[string]string') {
    if (!isObject(value)) return [unfit(value, type, path)];
    return Object.entries(value).flatMap(([key, item]) => misfit(item, 'string', [...path, key]));
  }
  if (type.startsWith('[]')) {
    if (!isArray(value)) return [unfit(value, type, path)];
    return value.flatMap((item, index) => misfit(item, type.slice(2), [...path, index]));
  }
  return isObject(value) ? [] : [unfit(value, type, path)];
}

function isWhole(value: Json): boolean {
  return typeof value === 'number' && Number.isInteger(value);
}

function isTime(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))
  );
}

function unfit(value: Json, type: string, path: readonly (string | number)[]): Violation {
  const got = jsonType(value);
  const name = got === 'boolean' ? 'bool' : got === 'integer' ? 'number' : got;
  const field = `Go struct field ObjectMeta.${path[0]} of type ${type}`;
  const text =
    type !== 'time'
      ? `json: cannot unmarshal ${name} into ${field}`
      : typeof value === 'string'
        ? `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00"`
        : `json: cannot unmarshal ${name} into Go value of type string`;
  const whole = ['metadata', ...path];
  const message = `\`${pathText(whole)}\` must be ${GO_WORDS[type] ?? (type.startsWith('[]') ? 'a list' : 'an object')}`;
  return { path: whole, text, message, ...(type === 'string' ? { hint: 'put quotes around the value' } : {}) };
}

/** What owners and the record of managed fields must say. */
function bookkeepingViolations(metadata: JsonObject): readonly Violation[] {
  const owners = (asArray(metadata['ownerReferences']) ?? []).flatMap((owner, index) =>
    ['apiVersion', 'kind', 'name', 'uid']
      .filter((field) => [undefined, null, ''].includes(asObject(owner)?.[field] as string | null | undefined))
      .map((field) => {
        const path = ['metadata', 'ownerReferences', index, field];
        const text = `${pathText(path)}: Invalid value: "": ${field === 'apiVersion' ? 'version' : field} must not be empty`;
        return { path, text, message: `\`${pathText(path)}\` is missing` };
      }),
  );
  const records = (asArray(metadata['managedFields']) ?? []).flatMap((record, index) => {
    const operation = asString(asObject(record)?.['operation']) ?? '';
    if (operation === 'Apply' || operation === 'Update') return [];
    const path = ['metadata', 'managedFields', index, 'operation'];
    const text = `${pathText(path)}: Invalid value: ${JSON.stringify(operation)}: must be \`Apply\` or \`Update\``;
    return [{ path, text, message: `\`${pathText(path)}\` must be \`Apply\` or \`Update\`` }];
  });
  return [...owners, ...records];
}

function nameViolations(metadata: JsonObject): readonly Violation[] {
  const name = metadata['name'];
  if (name === undefined || name === null || name === '') {
    if (typeof metadata['generateName'] === 'string' && metadata['generateName'] !== '') return [];
    const text = 'metadata.name: Required value: name or generateName is required';
    return [{ path: ['metadata', 'name'], text, message: '`metadata.name` is missing' }];
  }
  if (typeof name !== 'string') return [];
  return subdomainErrors(name).map((detail) => ({
    path: ['metadata', 'name'],
    text: `metadata.name: Invalid value: ${JSON.stringify(name)}: ${detail}`,
    message: `\`${name}\` is no possible name`,
    hint: 'use lower case letters, digits, `-` and `.`, 253 characters or less',
  }));
}

function labelViolations(metadata: JsonObject): readonly Violation[] {
  return Object.entries(asObject(metadata['labels']) ?? {}).flatMap(([key, value]) => {
    const path = ['metadata', 'labels', key];
    const keys = labelKeyErrors(key).map((detail) => ({
      path,
      text: `metadata.labels: Invalid value: ${JSON.stringify(key)}: ${detail}`,
      message: `\`${key}\` is no possible key of a label`,
    }));
    const values = (typeof value === 'string' ? labelValueErrors(value) : []).map((detail) => ({
      path,
      text: `metadata.labels: Invalid value: ${JSON.stringify(value)}: ${detail}`,
      message: `\`${value}\` is no possible value of a label`,
      hint: 'use letters, digits, `-`, `_` and `.`, 63 characters or less',
    }));
    return [...keys, ...values];
  });
}
