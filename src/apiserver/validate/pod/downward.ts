import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, invalid, notSupportedText, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { obj, optInt, str } from '../fields.ts';
import { checkLabelKey } from '../names.ts';
import { quantity, quantityText, sign } from '../quantities.ts';
import { checkMode, checkRelativePath } from './paths.ts';

const VOLUME_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
/** The fields of a pod that an environment variable can show. */
export const ENV_FIELDS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const KNOWN_FIELDS = new Set([
  ...VOLUME_FIELDS,
  ...ENV_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);
const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const SIZES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** Splits `metadata.labels['key']`. Upstream: `SplitMaybeSubscriptedPath`. */
function subscripted(field: string): readonly [string, string] | undefined {
  const match = /^(.+?)\['(.*)'\]$/s.exec(field);
  return match === null ? undefined : [match[1] ?? '', match[2] ?? ''];
}

/** The field as the server names it, or why it can't. Upstream: `ConvertDownwardAPIFieldLabel`. */
function convert(version: string, field: string): { readonly field: string; readonly error?: string } {
  if (version !== 'v1') return { field: '', error: `unsupported pod version: ${version}` };
  const split = subscripted(field);
  if (split !== undefined) {
    if (split[0] === 'metadata.annotations' || split[0] === 'metadata.labels') return { field };
    return { field: '', error: `field label does not support subscript: ${field}` };
  }
  if (KNOWN_FIELDS.has(field)) return { field };
  return field === 'spec.host'
    ? { field: 'spec.nodeName' }
    : { field: '', error: `field label not supported: ${field}` };
}

/** Upstream: `validateObjectFieldSelector`. */
export function checkFieldRef(path: FieldPath, ref: JsonObject, allowed: readonly string[]): FieldError[] {
  const version = str(ref, 'apiVersion');
  const field = str(ref, 'fieldPath');
  if (version === '') return [required(path.child('apiVersion'))];
  if (field === '') return [required(path.child('fieldPath'))];
  const converted = convert(version, field);
  if (converted.error !== undefined) {
    return [invalid(path.child('fieldPath'), field, `error converting fieldPath: ${converted.error}`)];
  }
  const split = subscripted(converted.field);
  if (split !== undefined) {
    const [name, key] = split;
    return checkLabelKey(path, name === 'metadata.annotations' ? key.toLowerCase() : key);
  }
  if (allowed.includes(converted.field)) return [];
  return [notSupportedText(path.child('fieldPath'), goQuote(converted.field), allowed)];
}

/** Upstream: `validateContainerResourceFieldSelector`. */
export function checkResourceRef(path: FieldPath, ref: JsonObject, volume: boolean): FieldError[] {
  const resource = str(ref, 'resource');
  const errors: FieldError[] = [];
  if (volume && str(ref, 'containerName') === '') errors.push(required(path.child('containerName')));
  else if (resource === '') errors.push(required(path.child('resource')));
  else if (!RESOURCES.includes(resource) && !/^(requests|limits)\.hugepages-/.test(resource)) {
    errors.push(notSupportedText(path.child('resource'), goQuote(resource), RESOURCES));
  }
  return [...errors, ...checkDivisor(path.child('divisor'), resource, ref)];
}

function checkDivisor(path: FieldPath, resource: string, ref: JsonObject): FieldError[] {
  const divisor = quantity(ref['divisor']);
  if (sign(divisor) === 0) return [];
  const kind = resource.replace(/^(limits|requests)\./, '');
  if (kind === resource) return [];
  const text = quantityText(divisor);
  if (kind === 'cpu') {
    if (text === '1m' || text === '1') return [];
    return [invalid(path, resource, "only divisor's values 1m and 1 are supported with the cpu resource")];
  }
  const name =
    kind === 'memory'
      ? 'memory'
      : kind === 'ephemeral-storage'
        ? 'local ephemeral storage'
        : kind.startsWith('hugepages-')
          ? 'hugepages'
          : undefined;
  if (name === undefined || SIZES.includes(text)) return [];
  return [invalid(path, resource, `only divisor's values ${SIZES.join(', ')} are supported with the ${name} resource`)];
}

/** Upstream: `validateDownwardAPIVolumeFile`. */
export function checkDownwardFile(path: FieldPath, file: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const name = str(file, 'path');
  if (name === '') errors.push(required(path.child('path')));
  errors.push(...checkRelativePath(path.child('path'), name));
  const [field, resource] = [obj(file, 'fieldRef'), obj(file, 'resourceFieldRef')];
  if (field !== undefined) {
    errors.push(...checkFieldRef(path.child('fieldRef'), field, VOLUME_FIELDS));
    if (resource !== undefined) {
      errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (resource !== undefined) {
    errors.push(...checkResourceRef(path.child('resourceFieldRef'), resource, true));
  } else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  return [...errors, ...checkMode(path.child('mode'), optInt(file, 'mode'))];
}
