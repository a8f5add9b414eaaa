import type { ClientRequest } from '../../model/admission.ts';
import { didYouMean, InputError } from '../../model/failure.ts';
import { asString, getPath } from '../../model/json.ts';
import { gvkOf, nameOf, namespaceOf, parseApiVersion } from '../../model/resource.ts';
import { SUBRESOURCE_BODIES } from '../resources/built-in.ts';
import type { Registry } from '../resources/registry.ts';
import { apiVersionOf, BUILT_IN, type Resource } from '../resources/resource.ts';
import type { ApiStatus } from '../status/status.ts';

/** What a request is addressed to, as its path would say. */
export interface Target {
  readonly resource: Resource;
  readonly subresource: string;
  /** Namespace of the path; `""` for cluster-scoped resources. */
  readonly namespace: string;
  /** Name in the path; `""` for a create. */
  readonly name: string;
}

const BUILT_IN_GROUPS = new Set(BUILT_IN.map(({ gvk }) => gvk.group));

/** Subresources that only pods have, by the kind of their body. */
const POD_BODIES: ReadonlyMap<string, string> = new Map(
  Object.entries(SUBRESOURCE_BODIES)
    .filter(([subresource]) => !['scale', 'token'].includes(subresource))
    .map(([subresource, [, kind]]) => [kind, subresource]),
);

/**
 * Finds the resource that a client means: by `resource`, else by the object's kind.
 * Throws `InputError` when the request says neither, or names no object where one is needed.
 */
export function findTarget(registry: Registry, client: ClientRequest): Target | { readonly refused: ApiStatus } {
  const object = client.object ?? client.oldObject;
  const [plain = '', inName] = (client.resource ?? '').split('/');
  const bodySubresource = client.resource === undefined ? POD_BODIES.get(asString(object?.['kind']) ?? '') : undefined;
  const subresource = client.subresource ?? inName ?? bodySubresource ?? '';
  const resource = findResource(registry, client, plain, subresource);
  if ('refused' in resource) return resource;
  if (subresource !== '' && !resource.subresources.includes(subresource)) {
    return { refused: notServed(resource.gvk.group, undefined) };
  }
  const ownName = object === undefined ? '' : nameOf(object);
  const isCreate = client.operation === 'CREATE' && subresource === '';
  const name = client.name ?? ownName;
  if (!isCreate && name === '') {
    throw new InputError({
      code: 'no-name',
      message: `the ${client.operation} request names no object`,
      hint: 'set `name`',
    });
  }
  const isNamespace = resource.gvk.group === '' && resource.gvk.kind === 'Namespace';
  const given = client.namespace ?? (object === undefined ? '' : namespaceOf(object));
  const namespace = isNamespace ? name : !resource.namespaced ? '' : given === '' ? 'default' : given;
  return { resource, subresource, namespace, name: isCreate ? '' : name };
}

function findResource(
  registry: Registry,
  client: ClientRequest,
  plain: string,
  subresource: string,
): Resource | { readonly refused: ApiStatus } {
  const object = client.object ?? client.oldObject;
  const gvk = object === undefined ? undefined : gvkOf(object);
  if (plain !== '') {
    const found = registry.byName(plain, gvk);
    if (found !== undefined) return unservedVersion(registry, found, client) ?? found;
    const group = plain.replace(/^[^.]*\.?(?:v\d+(?:(?:alpha|beta)\d+)?\.)?/, '');
    const names = registry.all.map((resource) => resource.gvr.resource);
    const near = didYouMean(plain.split('.')[0] ?? '', names);
    return { refused: notServed(group, near === undefined ? undefined : `did you mean \`${near}\`?`) };
  }
  if (POD_BODIES.get(gvk?.kind ?? '') === subresource && subresource !== '') {
    const pods = registry.byName('pods');
    if (pods !== undefined) return pods;
  }
  if (gvk === undefined || gvk.kind === '') {
    const what = client.patch === undefined ? '`object` with a kind, or `resource`' : '`resource`';
    throw new InputError({
      code: 'no-resource',
      message: 'the request does not say what it is about',
      hint: `set ${what}`,
    });
  }
  const found = registry.byKind(gvk);
  if (found !== undefined) return found;
  const inGroup = registry.all.filter(({ gvk: { group } }) => group === gvk.group);
  const otherVersion = inGroup.find(({ gvk: { kind } }) => kind === gvk.kind);
  const near = didYouMean(
    gvk.kind,
    registry.all.map((resource) => resource.gvk.kind),
  );
  const hint =
    otherVersion !== undefined
      ? `\`${gvk.kind}\` is served as \`${otherVersion.gvk.group}/${otherVersion.gvk.version}\``
      : BUILT_IN_GROUPS.has(gvk.group) && near !== undefined
        ? `did you mean \`${near}\`?`
        : `add the CustomResourceDefinition of \`${gvk.kind}\` (group \`${gvk.group}\`, version \`${gvk.version}\`) to the cluster state`;
  return { refused: notServed(gvk.group, hint) };
}

/** A resource without a version is asked for at the version of the object, which may not be served. */
function unservedVersion(
  registry: Registry,
  { gvk }: Resource,
  { object }: ClientRequest,
): { readonly refused: ApiStatus } | undefined {
  const sent = object === undefined ? gvk : gvkOf(object);
  const isSameKind = sent.group === gvk.group && sent.kind === gvk.kind;
  if (!isSameKind || sent.version === '' || registry.byKind(sent) !== undefined) return undefined;
  return { refused: notServed(gvk.group, `\`${gvk.kind}\` is served as \`${apiVersionOf(gvk)}\``) };
}

/** Upstream: unknown groups end at the plain 404 handler, unknown resources of known groups at the API's own. */
function notServed(group: string, hint: string | undefined): ApiStatus {
  const known = BUILT_IN_GROUPS.has(group);
  const message = known ? 'the server could not find the requested resource' : '404 page not found\n';
  const status = known ? { code: 404, reason: 'NotFound', message } : { code: 404, message };
  return hint === undefined ? status : { ...status, hint };
}

/** `apiVersion` and kind that an object claims, or those expected where it claims nothing. */
export function claimedKind(object: { readonly [key: string]: unknown }, fallback: Resource['gvk']): Resource['gvk'] {
  const apiVersion = asString(getPath(object as never, 'apiVersion')) ?? '';
  const kind = asString(getPath(object as never, 'kind')) ?? '';
  const { group, version } = apiVersion === '' ? fallback : parseApiVersion(apiVersion);
  return { group, version, kind: kind === '' ? fallback.kind : kind };
}
