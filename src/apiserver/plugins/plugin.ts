import type { Alternative, Denial, RuleAnswer } from '../../model/admission.ts';
import type { RandomSource } from '../../model/environment.ts';
import type { JsonObject } from '../../model/json.ts';
import type { AdmissionRequest } from '../../model/request.ts';
import type { Mutable } from '../default/mutable.ts';
import type { Registry } from '../resources/registry.ts';
import { groupResource, type Resource } from '../resources/resource.ts';
import type { ApiStatus } from '../status/status.ts';
import { forbidden } from '../status/texts.ts';

/** The stored objects, decoded and defaulted. Lists are in the order of the cluster state. */
export interface Store {
  /** By group (`""` for core), kind, namespace (`""` for cluster-scoped kinds) and name. */
  readonly get: (group: string, kind: string, namespace: string, name: string) => JsonObject | undefined;
  /** All of a kind, or those of one namespace. */
  readonly list: (group: string, kind: string, namespace?: string) => readonly JsonObject[];
}

/** What a plugin sees. */
export interface PluginCall {
  readonly resource: Resource;
  readonly request: AdmissionRequest;
  /** The request as webhooks get it: without the empty lists and maps that `request` may hold. */
  readonly sent: AdmissionRequest;
  readonly store: Store;
  readonly random: RandomSource;
  readonly registry: Registry;
}

/** What a validating plugin says; `refused` ends the request. */
export interface Verdict {
  readonly refused?: ApiStatus;
  readonly warnings?: readonly string[];
  /** What policies that the API server evaluates itself answered. */
  readonly policies?: PolicyAnswers;
}

/** Answers of the API server's own policies; a policy is its only rule. */
export interface PolicyAnswers {
  readonly rules: readonly RuleAnswer[];
  /** The denial that the refusal tells. */
  readonly denied: readonly Denial[];
  /** Others that might have been told. */
  readonly alternatives: readonly Alternative[];
}

/** An admission plugin that is built into the API server. */
export interface Plugin {
  /** Upstream's name, e.g. `NamespaceLifecycle`. */
  readonly name: string;
  /** Changes the object in place, or refuses. Called for creates and updates, and without an object for the rest. */
  readonly mutate?: (call: PluginCall, object: Mutable | undefined) => ApiStatus | undefined;
  readonly validate?: (call: PluginCall) => Verdict;
}

/** True for a create or update of the resource itself, e.g. `pods` of group `""`. */
export function isWriteOf(call: PluginCall, group: string, plural: string): boolean {
  const { request, resource } = call;
  return (
    resource.gvr.resource === plural &&
    resource.gvr.group === group &&
    request.subResource === '' &&
    (request.operation === 'CREATE' || request.operation === 'UPDATE')
  );
}

/** A 403 as admission plugins give it. Upstream: `admission.NewForbidden` (apiserver/pkg/admission/errors.go). */
export function forbid({ resource, request }: PluginCall, detail: string): ApiStatus {
  return forbidden(groupResource(resource), request.name === '' ? nameInObject(request.object) : request.name, detail);
}

function nameInObject(object: JsonObject | null): string {
  if (object === null) return 'Unknown';
  const metadata = object['metadata'];
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return 'Unknown/errorGettingName';
  const { name, generateName } = metadata as JsonObject;
  if (typeof name === 'string' && name !== '') return name;
  return typeof generateName === 'string' && generateName !== '' ? generateName : 'Unknown';
}
