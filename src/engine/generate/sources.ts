import { asObject, type Json, type JsonObject } from '../../model/json.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import type { ObjectClient, ObjectReference } from './client.ts';
import { CLONE_SOURCE, isItself, sourceLabels, withLabels, withMetadata } from './metadata.ts';
import type { GeneratePattern } from './pattern.ts';

/** What is to be done about one target. `skip` without an error means that nothing is needed. */
export type Intent =
  | { readonly action: 'skip'; readonly error?: string }
  | { readonly action: 'create' | 'update'; readonly target: ObjectReference; readonly object: JsonObject };

const NOTHING: Intent = { action: 'skip' };

/** How a rule generates, beside its pattern. */
export interface GenerateOptions {
  readonly synchronize: boolean;
  readonly serverSideApply: boolean;
}

/**
 * What a pattern asks for: a clone, the clones of a list, or an object of its own; in this order of precedence.
 * Upstream: `generate` in `pkg/background/generate/generator.go`.
 */
export function intentsOf(pattern: GeneratePattern, options: GenerateOptions, client: ObjectClient): readonly Intent[] {
  const { target, clone, cloneList } = pattern;
  if (clone !== undefined) return [cloneOne(target, { ...target, ...clone }, options, client)];
  if (cloneList !== undefined) return cloneMany(target.namespace, cloneList, options, client);
  return [makeData(target, pattern.data, options, client)];
}

/** Upstream: `pkg/background/generate/data.go`. A pattern without data makes an object of nothing but its name. */
function makeData(
  target: ObjectReference,
  data: Json | undefined,
  { synchronize }: GenerateOptions,
  client: ObjectClient,
): Intent {
  const object = data === undefined ? {} : asObject(data);
  if (object === undefined) {
    return failed(`json: cannot unmarshal ${jsonKind(data)} into Go value of type map[string]interface {}`);
  }
  const present = client.get(target);
  if (!present.ok) {
    return present.reason === 'NotFound' ? { action: 'create', target, object } : failed(present.error);
  }
  if (!synchronize) return NOTHING;
  const version = asObject(present.value['metadata'])?.['resourceVersion'];
  return { action: 'update', target, object: withMetadata(object, 'resourceVersion', version) };
}

function jsonKind(value: Json | undefined): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number';
}

/** Fields of a source that belong to that object and not to what it says. */
const OWN_FIELDS = ['uid', 'selfLink', 'creationTimestamp', 'managedFields', 'resourceVersion'] as const;

/** Upstream: `manageClone` in `pkg/background/generate/clone.go`. */
function cloneOne(
  target: ObjectReference,
  source: ObjectReference,
  { serverSideApply }: GenerateOptions,
  client: ObjectClient,
): Intent {
  if (source.namespace === target.namespace && source.name === target.name) return NOTHING;
  const found = client.get(source);
  if (!found.ok) {
    const { apiVersion, kind, namespace, name } = target;
    return failed(`source resource ${[apiVersion, kind, namespace, name].join('/')} not found: ${found.error}`);
  }
  const tagged = withLabels(found.value, CLONE_SOURCE);
  // A source that cannot be labelled is cloned all the same.
  client.update({ ...source, namespace: namespaceOf(tagged) }, tagged);
  const labelled = withLabels(tagged, sourceLabels(tagged));
  const elsewhere = namespaceOf(tagged) !== target.namespace;
  const owned = elsewhere ? withMetadata(labelled, 'ownerReferences', undefined) : labelled;
  const copy = OWN_FIELDS.reduce((object, field) => withMetadata(object, field, undefined), owned);
  const present = client.get(target);
  if (!present.ok) {
    if (present.reason === 'NotFound') return { action: 'create', target, object: copy };
    const { apiVersion, kind, namespace, name } = target;
    return failed(`failed to get target resource ${[apiVersion, kind, namespace, name].join('/')}: ${present.error}`);
  }
  if (serverSideApply) return { action: 'update', target, object: copy };
  const metadata = asObject(present.value['metadata']) ?? {};
  const adopted = OWN_FIELDS.reduce((object, field) => withMetadata(object, field, metadata[field]), copy);
  return { action: 'update', target, object: adopted };
}

/** Upstream: `manageCloneList`. */
function cloneMany(
  targetNamespace: string,
  { namespace, kinds, selector }: NonNullable<GeneratePattern['cloneList']>,
  options: GenerateOptions,
  client: ObjectClient,
): readonly Intent[] {
  return kinds.flatMap((entry): readonly Intent[] => {
    const { apiVersion, kind } = splitKind(entry);
    const sources = client.list(apiVersion, kind, namespace, selector);
    if (!sources.ok) {
      const what = `failed to list source resource for cloneList ${apiVersion} ${kind}/${namespace}`;
      return [failed(`${what}. ${sources.error}`)];
    }
    return sources.value.map((source) => {
      if (isItself(source, targetNamespace, nameOf(source))) return NOTHING;
      const own = {
        apiVersion: String(source['apiVersion'] ?? ''),
        kind: String(source['kind'] ?? ''),
        name: nameOf(source),
      };
      const target = { ...own, namespace: targetNamespace };
      return cloneOne(target, { ...own, namespace: namespaceOf(source) }, options, client);
    });
  });
}

const VERSION = /^(v\d((alpha|beta)\d)?|\*)$/;

/** An entry such as `v1/Secret` or `apps/v1/Deployment`. Upstream: `GetKindFromGVK` in `pkg/utils/kube/kind.go`. */
export function splitKind(entry: string): { readonly apiVersion: string; readonly kind: string } {
  const dotted = (text: string) => text.replace('.', '/');
  const [a = '', b = '', c = '', d = '', ...more] = entry.split('/');
  if (more.length > 0) return { apiVersion: '', kind: '' };
  const count = entry.split('/').length;
  if (count === 1) return { apiVersion: '', kind: dotted(a) };
  if (count === 2) {
    return VERSION.test(a) && !(a === '*' && b === '*')
      ? { apiVersion: a, kind: dotted(b) }
      : { apiVersion: '', kind: `${a}/${b}` };
  }
  if (count === 3) {
    return VERSION.test(a) ? { apiVersion: a, kind: `${b}/${c}` } : { apiVersion: `${a}/${b}`, kind: dotted(c) };
  }
  return { apiVersion: `${a}/${b}`, kind: `${c}/${d}` };
}

function failed(error: string): Intent {
  return { action: 'skip', error };
}
