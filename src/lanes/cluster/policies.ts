import { computeRules } from '../../engine/index.ts';
import { asArray, asObject, asString, deepEqual, getPath, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { type ApiClient, statusMessage } from './client.ts';
import { type Discovery, resourcePath } from './discovery.ts';
import { describeObject, isOwned, type OwnedObject, uidOf, withOwnedLabel } from './owned.ts';
import { waitReady } from './probe.ts';
import { ClusterTroubleError } from './trouble.ts';
import type { WaitClock } from './wait.ts';

/** A policy that was installed; `ready` settles when it says Ready. */
export interface InstalledPolicy {
  readonly owned: OwnedObject;
  /** What the API server counts changes of the specification with. */
  readonly generation: Json | undefined;
  readonly ready: Promise<void>;
}

/**
 * Installs a policy. Throws `ClusterTroubleError` with Kyverno's words when it is refused, and when a policy of that name
 * is there that is not ours.
 */
export async function installPolicy(
  client: ApiClient,
  discovery: Discovery,
  policy: Policy,
  time: WaitClock,
): Promise<InstalledPolicy> {
  const [group = '', version = ''] = policy.apiVersion.split('/');
  const info = await discovery.ofKind({ group, version, kind: policy.kind });
  if (info === undefined) {
    throw new ClusterTroubleError(
      'missing',
      `the cluster does not serve ${policy.kind} of ${policy.apiVersion}`,
      'install Kyverno, or the version of it that has this kind',
    );
  }
  const namespace = info.namespaced ? policy.namespace || 'default' : '';
  const path = resourcePath(info, namespace, policy.name);
  const body = withOwnedLabel(cleanDocument(policy.document), 'policy');
  const reply = await client.send({ method: 'POST', path: resourcePath(info, namespace), body });
  if (reply.status === 409) {
    const there = await client.send({ method: 'GET', path });
    const whose = isOwned(there.body) ? 'is still being removed' : 'is installed there and is not ours';
    throw new ClusterTroubleError('missing', `the policy ${policy.name} ${whose}`, 'use a cluster without it');
  }
  if (reply.status === 400 || reply.status === 422) {
    const place = policy.locate?.(['metadata', 'name']).place ?? policy.place;
    const parts = place === undefined ? [] : [place.file, place.line, place.column];
    const at = parts.length === 0 ? '' : ` (${parts.filter((part) => part !== undefined).join(':')})`;
    throw new ClusterTroubleError(
      'missing',
      `the cluster refuses the policy \`${policy.name}\`${at}: ${statusMessage(reply)}`,
    );
  }
  if (reply.status !== 201) {
    const kind = reply.status === 403 ? 'rights' : 'server';
    throw new ClusterTroubleError(kind, `cannot install ${describeObject(policy.document)}: ${statusMessage(reply)}`);
  }
  const owned = { path, uid: uidOf(reply.body) };
  return { owned, generation: generationOf(reply.body), ready: readyOf(client, policy, path, time) };
}

/** Policies of the API server, and those that Kyverno's admission does not ask, say nothing: only the probe tells. */
async function readyOf(client: ApiClient, { apiVersion, spec }: Policy, path: string, time: WaitClock): Promise<void> {
  if (apiVersion.startsWith('admissionregistration.k8s.io/')) return;
  if (getPath(spec, 'evaluation', 'admission', 'enabled') === false) return;
  await waitReady(client, path, time);
}

/** Whether a policy is still installed as it was: the same object, and nobody changed its specification. */
export async function isUnchanged(
  client: ApiClient,
  { owned, generation }: Pick<InstalledPolicy, 'owned' | 'generation'>,
): Promise<boolean> {
  const reply = await client.send({ method: 'GET', path: owned.path });
  return reply.status === 200 && uidOf(reply.body) === owned.uid && deepEqual(generationOf(reply.body), generation);
}

function generationOf(object: JsonObject): Json | undefined {
  return getPath(object, 'metadata', 'generation');
}

/** Without what the API server sets itself. */
function cleanDocument(document: JsonObject): JsonObject {
  const { status: _status, ...rest } = document;
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _time,
    generation: _generation,
    managedFields: _fields,
    ...metadata
  } = asObject(rest['metadata']) ?? {};
  return { ...rest, metadata };
}

/** The kinds that a policy's rules match, as it spells them, autogen copies included. */
export function kindsOf(policy: Policy): readonly string[] {
  const rules: readonly JsonObject[] = [...policy.rules, ...computeRules(policy, '')];
  return [...new Set(rules.flatMap((rule) => kindsIn(getPath(rule, 'match'))))];
}

function kindsIn(match: Json | undefined): readonly string[] {
  const block = asObject(match) ?? {};
  const filters = [block, ...(asArray(block['any']) ?? []), ...(asArray(block['all']) ?? [])];
  return filters.flatMap((filter) =>
    (asArray(getPath(filter, 'resources', 'kinds')) ?? []).map((kind) => asString(kind) ?? ''),
  );
}
