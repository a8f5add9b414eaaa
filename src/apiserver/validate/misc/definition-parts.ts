import { compareBytes, goQuote } from '../../../language/go-text.ts';
import { deepEqual, type JsonObject } from '../../../model/json.ts';
import {
  type FieldError,
  fieldErrorText,
  forbidden,
  invalid,
  invalidEach,
  invalidText,
  notSupportedText,
  required,
} from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { bool, has, obj, objs, optStr, size, str, strs } from '../fields.ts';
import { compactJson, goText } from '../go-struct.ts';
import { oldDnsLabel } from '../names.ts';
import { checkWebhookClient } from './webhooks.ts';

const SPEC = root('spec');
const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const SCHEMA_TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** The parts that a version of a definition has and that the server keeps once when all versions agree. */
const SHARED = [
  ['schema', 'validation', checkSchema],
  ['subresources', 'subresources', checkSubresources],
  ['additionalPrinterColumns', 'additionalPrinterColumns', checkColumns],
] as const;

/** Schemas, subresources and columns of one version, unless all versions have the same. */
export function checkVersionParts(spec: JsonObject, i: number): FieldError[] {
  const versions = objs(spec, 'versions');
  return SHARED.flatMap(([key, , check]) =>
    isShared(versions, key) ? [] : check(SPEC.child('versions').index(i).child(key), versions[i] ?? {}),
  );
}

/** Schemas, subresources and columns that all versions have alike. */
export function checkSharedParts(spec: JsonObject): FieldError[] {
  const versions = objs(spec, 'versions');
  return SHARED.flatMap(([key, name, check]) =>
    isShared(versions, key) ? check(SPEC.child(name), versions[0] ?? {}) : [],
  );
}

function isShared(versions: readonly JsonObject[], key: string): boolean {
  return versions.every((version) => deepEqual(version[key], versions[0]?.[key]));
}

/** The versions as error texts show them: of the Go type, without what all of them have alike. */
export function versionsText(versions: readonly JsonObject[]): string {
  const part = (version: JsonObject, key: string): string =>
    SHARED.some(([name]) => name === key) && isShared(versions, key) ? 'null' : goText('j', version[key]);
  const list = versions.map((version) => ({
    fields: [
      ['Name', goText('s', version['name'])],
      ['Served', goText('b', version['served'])],
      ['Storage', goText('b', version['storage'])],
      ['Deprecated', goText('b', version['deprecated'])],
      ['DeprecationWarning', goText('*s', version['deprecationWarning'])],
      ['Schema', part(version, 'schema')],
      ['Subresources', part(version, 'subresources')],
      ['AdditionalPrinterColumns', part(version, 'additionalPrinterColumns')],
      ['SelectableFields', part(version, 'selectableFields')],
    ] as const,
  }));
  return compactJson({ list });
}

function checkColumns(path: FieldPath, version: JsonObject): FieldError[] {
  return objs(version, 'additionalPrinterColumns').flatMap((column, i) => {
    const at = path.index(i);
    const errors = str(column, 'name') === '' ? [required(at.child('name'))] : [];
    const [type, format, jsonPath] = [str(column, 'type'), str(column, 'format'), str(column, 'jsonPath')];
    const types = `must be one of ${COLUMN_TYPES.join(',')}`;
    if (type === '') errors.push(required(at.child('type'), types));
    else if (!COLUMN_TYPES.includes(type)) errors.push(invalid(at.child('type'), type, types));
    if (format !== '' && !COLUMN_FORMATS.includes(format)) {
      errors.push(invalid(at.child('format'), format, `must be one of ${COLUMN_FORMATS.join(',')}`));
    }
    if (jsonPath === '') errors.push(required(at.child('JSONPath')));
    else errors.push(...checkJsonPath(at.child('JSONPath'), jsonPath));
    return errors;
  });
}

function checkJsonPath(path: FieldPath, text: string): FieldError[] {
  return text.startsWith('.') ? [] : [invalid(path, text, 'must be a simple json path starting with .')];
}

function checkSubresources(path: FieldPath, version: JsonObject): FieldError[] {
  const scale = obj(obj(version, 'subresources'), 'scale');
  if (scale === undefined) return [];
  const under = (key: string, place: string): FieldError[] => {
    const at = path.child(`scale.${key}`);
    const text = str(scale, key);
    if (text === '') return [required(at)];
    const errors = checkJsonPath(at, text);
    if (errors.length > 0 || text.startsWith(`.${place}.`)) return errors;
    return [invalid(at, text, `should be a json path under .${place}`)];
  };
  const errors = [...under('specReplicasPath', 'spec'), ...under('statusReplicasPath', 'status')];
  const selector = str(scale, 'labelSelectorPath');
  if (selector === '') return errors;
  const at = path.child('scale.labelSelectorPath');
  const wrong = checkJsonPath(at, selector);
  if (wrong.length > 0) return [...errors, ...wrong];
  if (/^\.(?:spec|status)\./.test(selector)) return errors;
  return [...errors, invalid(at, selector, 'should be a json path under either .spec or .status')];
}

/** Types of the schema and of everything in it. Upstream: `ValidateStructural`, of which this is a part. */
function checkSchema(path: FieldPath, version: JsonObject): FieldError[] {
  const schema = obj(obj(version, 'schema'), 'openAPIV3Schema');
  if (schema === undefined) return [];
  const at = path.child('openAPIV3Schema');
  const structural = checkTypes(at, schema, 'at the root');
  structural.sort((a, b) => compareBytes(fieldErrorText(a), fieldErrorText(b)));
  return [...structural, ...checkTypeNames(at, schema)];
}

function children(schema: JsonObject, path: FieldPath): readonly (readonly [JsonObject, FieldPath, string])[] {
  const properties = obj(schema, 'properties') ?? {};
  const items = obj(schema, 'items');
  const others = obj(schema, 'additionalProperties');
  const fields = 'for specified object fields';
  return [
    ...(items === undefined ? [] : [[items, path.child('items'), 'for specified array items'] as const]),
    ...Object.keys(properties)
      .sort(compareBytes)
      .map((name) => [obj(properties, name) ?? {}, path.child('properties').key(name), fields] as const),
    ...(others === undefined ? [] : [[others, path.child('additionalProperties'), fields] as const]),
  ];
}

function checkTypeNames(path: FieldPath, schema: JsonObject): FieldError[] {
  const type = str(schema, 'type');
  const own =
    type === '' || SCHEMA_TYPES.includes(type)
      ? []
      : [notSupportedText(path.child('type'), goQuote(type), SCHEMA_TYPES)];
  return [...own, ...children(schema, path).flatMap(([child, at]) => checkTypeNames(at, child))];
}

function checkTypes(path: FieldPath, schema: JsonObject, where: string): FieldError[] {
  const type = str(schema, 'type');
  const at = path.child('type');
  const errors = children(schema, path).flatMap(([child, place, what]) => checkTypes(place, child, what));
  if (type === 'array' && !has(schema, 'items')) errors.push(required(path.child('items'), 'must be specified'));
  const isFree = ['x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields'].some((key) =>
    bool(schema, key),
  );
  if (type === '' && !isFree && !bool(schema, 'x-kubernetes-embedded-resource')) {
    errors.push(required(at, `must not be empty ${where}`));
  }
  if (where === 'at the root' && type !== '' && type !== 'object') {
    errors.push(invalid(at, type, 'must be object at the root'));
  }
  return errors;
}

/** Upstream: `validateCustomResourceConversion`. */
export function checkConversion(conversion: JsonObject | undefined): FieldError[] {
  if (conversion === undefined) return [];
  const at = SPEC.child('conversion');
  const [strategy, webhook] = [str(conversion, 'strategy'), obj(conversion, 'webhook')];
  const [client, versions] = [obj(webhook, 'clientConfig'), strs(webhook, 'conversionReviewVersions')];
  const [clientAt, versionsAt] = [at.child('webhookClientConfig'), at.child('conversionReviewVersions')];
  const errors: FieldError[] = [];
  const strategies = ['None', 'Webhook'];
  if (strategy === '') errors.push(required(at.child('strategy')));
  else if (!strategies.includes(strategy))
    errors.push(notSupportedText(at.child('strategy'), goQuote(strategy), strategies));
  if (strategy !== 'Webhook') {
    const detail = 'should not be set when strategy is not set to Webhook';
    if (client !== undefined) errors.push(forbidden(clientAt, detail));
    if (versions.length > 0) errors.push(forbidden(versionsAt, detail));
    return errors;
  }
  if (client === undefined) errors.push(required(clientAt, 'required when strategy is set to Webhook'));
  else errors.push(...checkWebhookClient(clientAt, client));
  if (versions.length === 0) return [...errors, required(versionsAt)];
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) errors.push(invalid(versionsAt.index(i), version, 'duplicate version'));
    else errors.push(...invalidEach(versionsAt.index(i), version, oldDnsLabel(version)));
  }
  if (versions.some((version) => REVIEW_VERSIONS.includes(version))) return errors;
  const detail = `must include at least one of ${REVIEW_VERSIONS.join(', ')}`;
  return [...errors, invalidText(versionsAt, goText('[s', webhook?.['conversionReviewVersions']), detail)];
}

const APPROVAL = 'api-approved.kubernetes.io';
const APPROVAL_HELP = 'see https://github.com/kubernetes/enhancements/pull/1111';

function approvalState(object: JsonObject | undefined): 'approved' | 'missing' | 'invalid' | 'bypassed' {
  const text = str(obj(obj(object, 'metadata'), 'annotations'), APPROVAL);
  if (text === '') return 'missing';
  if (text.startsWith('unapproved')) return 'bypassed';
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/]/.test(text) ? 'approved' : 'invalid';
}

/** Upstream: `validateAPIApproval`. */
export function checkApproval(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const group = str(obj(object, 'spec'), 'group');
  if (!['k8s.io', 'kubernetes.io'].some((name) => group === name || group.endsWith(`.${name}`))) return [];
  const state = approvalState(object);
  if (old !== undefined && approvalState(old) === state) return [];
  const at = root('metadata', 'annotations').key(APPROVAL);
  const start = `protected groups must have approval annotation "${APPROVAL}"`;
  if (state === 'missing') return [required(at, `${start}, ${APPROVAL_HELP}`)];
  if (state !== 'invalid') return [];
  const detail = `${start} with either a URL or a reason starting with "unapproved", ${APPROVAL_HELP}`;
  return [invalid(at, optStr(obj(obj(object, 'metadata'), 'annotations'), APPROVAL), detail)];
}

/** Upstream: `ValidateCustomResourceDefinitionStoredVersions`. */
export function checkStoredVersions(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const versions = objs(obj(object, 'spec'), 'versions');
  const at = root('status', 'storedVersions');
  const storage = versions.filter((version) => bool(version, 'storage')).map((version) => str(version, 'name'));
  const before = strs(obj(old, 'status'), 'storedVersions');
  if (size(obj(object, 'spec'), 'versions') === 0 || (storage.length === 0 && before.length === 0)) {
    return before.length === 0 ? [invalidText(at, 'null', 'must have at least one stored version')] : [];
  }
  const names = versions.map((version) => str(version, 'name'));
  return before.flatMap((name, i) => {
    if (names.includes(name)) return [];
    const detail = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    return [invalid(at.index(i), name, detail)];
  });
}
