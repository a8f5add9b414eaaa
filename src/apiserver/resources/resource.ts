import type { JsonObject } from '../../model/json.ts';
import { type GroupVersionKind, type GroupVersionResource, parseApiVersion } from '../../model/resource.ts';
import { BUILT_IN_LINES, PROXY_BODIES, SUBRESOURCE_BODIES, TYPE_NAMES } from './built-in.ts';

/** A version of a custom resource, as its CustomResourceDefinition describes it. */
export interface CustomVersion {
  /** `schema.openAPIV3Schema`; absent: nothing is known. */
  readonly schema: JsonObject | undefined;
  /** The schema of the version that is stored; absent: nothing is known. */
  readonly storageSchema?: JsonObject;
  readonly preserveUnknownFields: boolean;
  readonly scale: JsonObject | undefined;
  readonly hasStatus: boolean;
  /** The warning of a deprecated version. */
  readonly deprecation?: string;
}

/** A resource that the API server serves. */
export interface Resource {
  readonly gvk: GroupVersionKind;
  readonly gvr: GroupVersionResource;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly subresources: readonly string[];
  /** Nothing is stored, e.g. `SubjectAccessReview`. */
  readonly createOnly: boolean;
  /** Type in the generated schema; absent for custom resources. */
  readonly type?: string;
  readonly custom?: CustomVersion;
}

/** Kind and type of the object in a request to a resource or one of its subresources. */
export interface Body {
  readonly gvk: GroupVersionKind;
  readonly type?: string;
}

/** `deployments.apps`, or `pods` for the core group. */
export function groupResource(resource: Resource): string {
  const { group, resource: plural } = resource.gvr;
  return group === '' ? plural : `${plural}.${group}`;
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(gvk: { readonly group: string; readonly version: string }): string {
  return gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
}

/** What the object of a request to `resource/subresource` is; `""` for the resource itself. */
export function bodyOf(resource: Resource, subresource: string): Body {
  const found = subresource === 'proxy' ? PROXY_BODIES[resource.gvr.resource] : SUBRESOURCE_BODIES[subresource];
  if (found === undefined) {
    return resource.type === undefined ? { gvk: resource.gvk } : { gvk: resource.gvk, type: resource.type };
  }
  const [apiVersion, kind, type] = found;
  return { gvk: { ...parseApiVersion(apiVersion), kind }, type };
}

/** The warning that every request to a resource gets, if it is deprecated. */
export function deprecationOf(resource: Resource): string | undefined {
  if (resource.type === 'V1Endpoints') {
    return 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';
  }
  return resource.custom?.deprecation;
}

/** The built-in resources. */
export const BUILT_IN: readonly Resource[] = BUILT_IN_LINES.trim().split('\n').map(parseLine);

function parseLine(line: string): Resource {
  const [apiVersion = '', plural = '', kind = '', scope, shortNames = '-', subresources = '-', flag] = line.split(' ');
  const { group, version } = parseApiVersion(apiVersion);
  return {
    gvk: { group, version, kind },
    gvr: { group, version, resource: plural },
    namespaced: scope === 'namespaced',
    shortNames: words(shortNames),
    subresources: words(subresources),
    createOnly: flag === 'create-only',
    type: TYPE_NAMES[`${apiVersion}/${kind}`] ?? `${version.toUpperCase()}${kind}`,
  };
}

function words(text: string): readonly string[] {
  return text === '-' ? [] : text.split(',');
}
