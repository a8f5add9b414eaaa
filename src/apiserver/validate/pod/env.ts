import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, invalid, invalidEach, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { has, obj, objs, str } from '../fields.ts';
import { checkDnsLabel, configKey, envName, subdomainName } from '../names.ts';
import { checkFieldRef, checkResourceRef, ENV_FIELDS } from './downward.ts';
import { checkNoBacksteps } from './paths.ts';

/** Upstream: `ValidateEnv`. */
export function checkEnv(path: FieldPath, container: JsonObject): FieldError[] {
  return objs(container, 'env').flatMap((variable, i) => {
    const at = path.index(i);
    const name = str(variable, 'name');
    const errors = name === '' ? [required(at.child('name'))] : invalidEach(at.child('name'), name, envName(name));
    return [...errors, ...checkValueFrom(at.child('valueFrom'), variable)];
  });
}

const SOURCES: readonly (readonly [string, (path: FieldPath, source: JsonObject) => FieldError[]])[] = [
  ['fieldRef', (path, source) => checkFieldRef(path, source, ENV_FIELDS)],
  ['resourceFieldRef', (path, source) => checkResourceRef(path, source, false)],
  ['configMapKeyRef', checkKeyRef],
  ['secretKeyRef', checkKeyRef],
  ['fileKeyRef', checkFileKey],
];

function checkValueFrom(path: FieldPath, variable: JsonObject): FieldError[] {
  const from = obj(variable, 'valueFrom');
  if (from === undefined) return [];
  const present = SOURCES.filter(([name]) => has(from, name));
  const errors = present.flatMap(([name, check]) => check(path.child(name), obj(from, name) ?? {}));
  if (present.length === 0) {
    const detail =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalid(path, '', detail));
  } else if (str(variable, 'value') !== '') {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (present.length > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

function checkKeyRef(path: FieldPath, ref: JsonObject): FieldError[] {
  const [name, key] = [str(ref, 'name'), str(ref, 'key')];
  return [
    ...invalidEach(path.child('name'), name, subdomainName(name, false)),
    ...(key === '' ? [required(path.child('key'))] : invalidEach(path.child('key'), key, configKey(key))),
  ];
}

function checkFileKey(path: FieldPath, ref: JsonObject): FieldError[] {
  const [key, volume, file] = [str(ref, 'key'), str(ref, 'volumeName'), str(ref, 'path')];
  return [
    ...(key === '' ? [required(path.child('key'))] : invalidEach(path.child('key'), key, envName(key))),
    ...(volume === '' ? [required(path.child('volumeName'))] : checkDnsLabel(path.child('volumeName'), volume)),
    ...(file === '' ? [required(path.child('path'))] : checkNoBacksteps(path.child('path'), file)),
  ];
}

/** Upstream: `ValidateEnvFrom`. */
export function checkEnvFrom(path: FieldPath, container: JsonObject): FieldError[] {
  return objs(container, 'envFrom').flatMap((source, i) => {
    const at = path.index(i);
    const prefix = str(source, 'prefix');
    const errors = prefix === '' ? [] : invalidEach(at.child('prefix'), prefix, envName(prefix));
    const present = ['configMapRef', 'secretRef'].filter((kind) => has(source, kind));
    for (const kind of present) {
      const name = str(obj(source, kind), 'name');
      const where = at.child(kind, 'name');
      errors.push(...(name === '' ? [required(where)] : invalidEach(where, name, subdomainName(name, true))));
    }
    if (present.length === 0) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (present.length > 1) {
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
    return errors;
  });
}
