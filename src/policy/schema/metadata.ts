import { asObject, isObject, type Json, type JsonObject } from '../../model/json.ts';
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

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

/** What is wrong with the name, labels and annotations of a policy. */
export function metadataViolations(document: JsonObject): readonly Violation[] {
  const metadata = asObject(document['metadata']) ?? {};
  return [...stringMaps(metadata), ...nameViolations(metadata), ...labelViolations(metadata)];
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
  const path = ['metadata', 'name'];
  const found: Violation[] = [];
  const invalid = (detail: string, hint?: string) =>
    found.push({
      path,
      text: `metadata.name: Invalid value: ${JSON.stringify(name)}: ${detail}`,
      message: `\`${name}\` is no possible name`,
      ...(hint === undefined ? {} : { hint }),
    });
  if (name.length > 253) invalid('must be no more than 253 bytes', 'use 253 characters or less');
  if (!SUBDOMAIN.test(name)) {
    invalid(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      'use lower case letters, digits, `-` and `.`',
    );
  }
  return found;
}

function labelViolations(metadata: JsonObject): readonly Violation[] {
  const found: Violation[] = [];
  for (const [key, value] of Object.entries(asObject(metadata['labels']) ?? {})) {
    if (typeof value !== 'string') continue;
    const details: string[] = [];
    if (value.length > 63) details.push('must be no more than 63 bytes');
    if (!LABEL_VALUE.test(value)) {
      details.push(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      );
    }
    for (const detail of details) {
      found.push({
        path: ['metadata', 'labels', key],
        text: `metadata.labels: Invalid value: ${JSON.stringify(value)}: ${detail}`,
        message: `\`${value}\` is no possible value of a label`,
        hint: 'use letters, digits, `-`, `_` and `.`, 63 characters or less',
      });
    }
  }
  return found;
}
