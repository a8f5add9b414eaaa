import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, invalid, invalidText, notSupportedText, required } from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { bool, has, obj, objs, str, strs } from '../fields.ts';
import { checkImmutable } from '../immutable.ts';
import { checkMetadata, checkMetadataUpdate } from '../metadata.ts';
import { dnsSubdomain, oldDnsLabel, subdomainName } from '../names.ts';
import {
  checkApproval,
  checkConversion,
  checkSharedParts,
  checkStoredVersions,
  checkVersionParts,
  versionsText,
} from './definition-parts.ts';

const SPEC = root('spec');

function checkLabel(path: FieldPath, value: string, prefix = ''): FieldError[] {
  if (value === '') return [];
  const complaints = oldDnsLabel(prefix === '' ? value : value.toLowerCase());
  return complaints.length === 0 ? [] : [invalid(path, value, prefix + complaints.join(','))];
}

function checkGroup(group: string): FieldError[] {
  const at = SPEC.child('group');
  if (group === '') return [required(at)];
  const complaints = dnsSubdomain(group);
  if (complaints.length > 0) return [invalid(at, group, complaints.join(','))];
  return group.includes('.') ? [] : [invalid(at, group, 'should be a domain with at least one dot')];
}

function checkVersions(spec: JsonObject | undefined): FieldError[] {
  const versions = objs(spec, 'versions');
  const at = SPEC.child('versions');
  const errors: FieldError[] = [];
  for (const [i, version] of versions.entries()) {
    if (has(obj(version, 'schema'), 'openAPIV3Schema')) continue;
    errors.push(required(at.index(i).child('schema', 'openAPIV3Schema')));
  }
  for (const [i, version] of versions.entries()) {
    const name = str(version, 'name');
    const complaints = oldDnsLabel(name);
    if (complaints.length > 0) errors.push(invalid(at.index(i).child('name'), name, complaints.join(',')));
    errors.push(...checkVersionParts(spec ?? {}, i));
  }
  const shown = has(spec, 'versions') ? versionsText(versions) : 'null';
  if (new Set(versions.map((version) => str(version, 'name'))).size < versions.length) {
    errors.push(invalidText(at, shown, 'must contain unique version names'));
  }
  if (versions.filter((version) => bool(version, 'storage')).length !== 1) {
    errors.push(invalidText(at, shown, 'must have exactly one version marked as storage version'));
  }
  const first = str(versions[0], 'name');
  const wrong = first === '' ? [] : oldDnsLabel(first);
  if (wrong.length > 0) errors.push(invalid(SPEC.child('version'), first, wrong.join(',')));
  return errors;
}

function checkNames(names: JsonObject | undefined): FieldError[] {
  const at = SPEC.child('names');
  const errors = ['plural', 'singular', 'kind', 'listKind']
    .filter((key) => str(names, key) === '')
    .map((key) => required(at.child(key)));
  for (const key of ['plural', 'singular']) errors.push(...checkLabel(at.child(key), str(names, key)));
  const mixed = 'may have mixed case, but should otherwise match: ';
  for (const key of ['kind', 'listKind']) errors.push(...checkLabel(at.child(key), str(names, key), mixed));
  const lists = (key: string): FieldError[] =>
    strs(names, key).flatMap((name, i) => {
      const complaints = oldDnsLabel(name);
      return complaints.length === 0 ? [] : [invalid(at.child(key).index(i), name, complaints.join(','))];
    });
  errors.push(...lists('shortNames'));
  const kind = str(names, 'kind');
  if (kind !== '' && kind === str(names, 'listKind')) {
    errors.push(invalid(at.child('listKind'), kind, 'kind and listKind may not be the same'));
  }
  return [...errors, ...lists('categories')];
}

function checkWholeDefinition(object: JsonObject, old: JsonObject | undefined): FieldError[] {
  const spec = obj(object, 'spec') ?? {};
  const scope = str(spec, 'scope');
  const at = SPEC.child('scope');
  const errors = checkGroup(str(spec, 'group'));
  if (scope === '') errors.push(required(at));
  else if (!SCOPES.includes(scope)) errors.push(notSupportedText(at, goQuote(scope), SCOPES));
  errors.push(...checkVersions(spec));
  errors.push(...checkNames(obj(spec, 'names')));
  errors.push(...checkSharedParts(spec));
  errors.push(...checkConversion(obj(spec, 'conversion')));
  if (old !== undefined) errors.push(...checkFixedNames(spec, old));
  errors.push(...checkStoredVersions(object, old));
  errors.push(...checkApproval(object, old));
  if (bool(spec, 'preserveUnknownFields') && !bool(obj(old, 'spec'), 'preserveUnknownFields')) {
    const detail =
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
    errors.push(invalid(SPEC.child('preserveUnknownFields'), true, detail));
  }
  return errors;
}

const SCOPES = ['Cluster', 'Namespaced'];

function checkFixedNames(spec: JsonObject, old: JsonObject): FieldError[] {
  const before = obj(old, 'spec') ?? {};
  const [names, oldNames] = [obj(spec, 'names'), obj(before, 'names')];
  const at = SPEC.child('names');
  const isEstablished = objs(obj(old, 'status'), 'conditions').some(
    (condition) => str(condition, 'type') === 'Established' && str(condition, 'status') === 'True',
  );
  return [
    ...(isEstablished
      ? [
          ...checkImmutable(SPEC.child('scope'), '*s', spec['scope'], before['scope']),
          ...checkImmutable(at.child('kind'), 's', names?.['kind'], oldNames?.['kind']),
        ]
      : []),
    ...checkImmutable(SPEC.child('group'), 's', spec['group'], before['group']),
    ...checkImmutable(at.child('plural'), 's', names?.['plural'], oldNames?.['plural']),
  ];
}

/**
 * Names, group, scope, versions, conversion, columns, subresources and the types in schemas.
 * Upstream: `ValidateCustomResourceDefinition` of apiextensions-apiserver.
 */
export function checkDefinition(object: JsonObject): FieldError[] {
  const spec = obj(object, 'spec');
  const wanted = `${str(obj(spec, 'names'), 'plural')}.${str(spec, 'group')}`;
  const checkName = (name: string, prefix: boolean): readonly string[] => {
    const complaints = subdomainName(name, prefix);
    return name === wanted ? complaints : [...complaints, 'must be spec.names.plural+"."+spec.group'];
  };
  return [...checkMetadata(obj(object, 'metadata'), false, checkName), ...checkWholeDefinition(object, undefined)];
}

/** The same on update. Upstream: `ValidateCustomResourceDefinitionUpdate`. */
export function checkDefinitionUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [...checkMetadataUpdate(obj(object, 'metadata'), obj(old, 'metadata')), ...checkWholeDefinition(object, old)];
}

/** An object of a defined kind; its schema is checked elsewhere. Upstream: apiextensions-apiserver `customResourceStrategy`. */
export function checkCustomObject(object: JsonObject, namespaced: boolean): FieldError[] {
  return checkMetadata(obj(object, 'metadata'), namespaced, subdomainName);
}

/** The same on update. */
export function checkCustomObjectUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return checkMetadataUpdate(obj(object, 'metadata'), obj(old, 'metadata'));
}
