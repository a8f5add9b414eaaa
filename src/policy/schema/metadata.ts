import { asObject, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { labelKeyErrors, labelValueErrors, subdomainErrors } from './names.ts';
import { ANY, jsonType, object, type Shape } from './shape.ts';
import { type UnknownField, unknownFields } from './unknown-fields.ts';
import type { Violation } from './violations.ts';

const FIELDS: Shape = object(
  Object.fromEntries(
    [
      ...['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp'],
      ...['deletionTimestamp', 'deletionGracePeriodSeconds', 'labels', 'annotations', 'ownerReferences', 'finalizers'],
      'managedFields',
    ].map((name) => [name, ANY]),
  ),
);

/** Unknown fields of `metadata`. */
export function unknownMetadata(document: JsonObject): readonly UnknownField[] {
  return unknownFields(document['metadata'] ?? null, FIELDS).map((field) => ({
    ...field,
    path: ['metadata', ...field.path],
  }));
}

/** What is wrong with the name and labels of a policy whose metadata can be read. */
export function metadataViolations(document: JsonObject): readonly Violation[] {
  const metadata = asObject(document['metadata']) ?? {};
  return [...nameViolations(metadata), ...labelViolations(metadata)];
}

/** Metadata that Go cannot read: the API server's words for the first such field. */
export function unreadableMetadata(document: JsonObject): Violation | undefined {
  const given = document['metadata'];
  if (given !== undefined && given !== null && !isObject(given)) {
    const text = `json: cannot unmarshal ${jsonType(given)} into Go value of type v1.ObjectMeta`;
    return { path: ['metadata'], text, message: '`metadata` must be an object' };
  }
  return stringMaps(asObject(given) ?? {})[0];
}

/** A map that is none, or holds something that is no text, makes Go's decoder fail. */
function stringMaps(metadata: JsonObject): readonly Violation[] {
  const found: Violation[] = [];
  const refuse = (value: Json, path: readonly string[], wanted: string, hint?: string) => {
    const got = jsonType(value);
    const name = got === 'boolean' ? 'bool' : got === 'integer' ? 'number' : got;
    const text = `json: cannot unmarshal ${name} into Go struct field ObjectMeta.${path[0]} of type ${wanted}`;
    const message = `\`${['metadata', ...path].join('.')}\` must be ${wanted === 'string' ? 'text' : 'a map of texts'}`;
    found.push({ path: ['metadata', ...path], text, message, ...(hint === undefined ? {} : { hint }) });
  };
  for (const field of ['name', 'namespace', 'generateName']) {
    const value = metadata[field];
    if (value !== undefined && value !== null && typeof value !== 'string') {
      refuse(value, [field], 'string', 'put quotes around the value');
    }
  }
  for (const field of ['labels', 'annotations']) {
    const map = metadata[field];
    if (map === undefined || map === null) continue;
    if (!isObject(map)) refuse(map, [field], 'map[string]string');
    else {
      for (const [key, value] of Object.entries(map)) {
        if (value !== null && typeof value !== 'string')
          refuse(value, [field, key], 'string', 'put quotes around the value');
      }
    }
  }
  return found;
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
