import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, invalid, invalidText, notSupportedText, required } from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { bool, has, obj, objs, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkMetadata, checkMetadataUpdate } from '../metadata.ts';
import { dnsSubdomain, oldDnsLabel, subdomainName } from '../names.ts';

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
  }
  const shown = goText('j', spec?.['versions']);
  if (new Set(versions.map((version) => str(version, 'name'))).size < versions.length) {
    errors.push(invalidText(at, shown, 'must contain unique version names'));
  }
  if (versions.filter((version) => bool(version, 'storage')).length !== 1) {
    errors.push(invalidText(at, shown, 'must have exactly one version marked as storage version'));
  }
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

/** Names, group, scope and versions. Upstream: `ValidateCustomResourceDefinition` of apiextensions-apiserver. */
export function checkDefinition(object: JsonObject): FieldError[] {
  const spec = obj(object, 'spec');
  const names = obj(spec, 'names');
  const wanted = `${str(names, 'plural')}.${str(spec, 'group')}`;
  const checkName = (name: string, prefix: boolean): readonly string[] => {
    const complaints = subdomainName(name, prefix);
    return name === wanted ? complaints : [...complaints, 'must be spec.names.plural+"."+spec.group'];
  };
  const scope = str(spec, 'scope');
  const scopes = ['Cluster', 'Namespaced'];
  const scopeAt = SPEC.child('scope');
  const scopeErrors =
    scope === ''
      ? [required(scopeAt)]
      : scopes.includes(scope)
        ? []
        : [notSupportedText(scopeAt, goQuote(scope), scopes)];
  return [
    ...checkMetadata(obj(object, 'metadata'), false, checkName),
    ...checkGroup(str(spec, 'group')),
    ...scopeErrors,
    ...checkVersions(spec),
    ...checkNames(names),
  ];
}

/** The same on update. Upstream: `ValidateCustomResourceDefinitionUpdate`. */
export function checkDefinitionUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [...checkDefinition(object), ...checkMetadataUpdate(obj(object, 'metadata'), obj(old, 'metadata'))];
}

/** An object of a defined kind; its schema is checked elsewhere. Upstream: apiextensions-apiserver `customResourceStrategy`. */
export function checkCustomObject(object: JsonObject, namespaced: boolean): FieldError[] {
  return checkMetadata(obj(object, 'metadata'), namespaced, subdomainName);
}

/** The same on update. */
export function checkCustomObjectUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return checkMetadataUpdate(obj(object, 'metadata'), obj(old, 'metadata'));
}
