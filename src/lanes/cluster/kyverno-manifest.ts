import { readFileSync } from 'node:fs';
import { asArray, asObject, asString, isObject, type JsonObject } from '../../model/json.ts';
import { gvkOf, nameOf } from '../../model/resource.ts';
import { readDocuments } from '../../yaml/index.ts';
import { type ApiClient, statusMessage } from './client.ts';
import { createDiscovery, type Discovery, objectPath } from './discovery.ts';
import { kyvernoAnswers } from './kyverno-answers.ts';
import { describeObject } from './owned.ts';
import { TIMEOUTS } from './timeouts.ts';
import { ClusterTroubleError } from './trouble.ts';
import { type Look, type WaitClock, waitFor } from './wait.ts';

/** True for a manifest that is to be fetched, false for a file. */
export function isAddress(manifest: string): boolean {
  return /^https?:/.test(manifest);
}

/** The text of a release manifest, from a file or a URL. Throws `ClusterTroubleError` when it cannot be had. */
export async function readManifest(manifest: string): Promise<string> {
  const hint = 'give a file with --kyverno-manifest';
  if (!isAddress(manifest)) {
    try {
      return readFileSync(manifest, 'utf8');
    } catch {
      throw new ClusterTroubleError('missing', `the Kyverno manifest ${manifest} cannot be read`, hint);
    }
  }
  try {
    const reply = await fetch(manifest, { signal: AbortSignal.timeout(TIMEOUTS.download.milliseconds) });
    if (reply.ok) return await reply.text();
    throw new ClusterTroubleError(
      'missing',
      `the Kyverno manifest ${manifest} cannot be fetched: HTTP ${reply.status}`,
      hint,
    );
  } catch (error) {
    if (error instanceof ClusterTroubleError) throw error;
    const { cause = error } = error instanceof Error ? error : {};
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ClusterTroubleError('missing', `the Kyverno manifest ${manifest} cannot be fetched: ${why}`, hint);
  }
}

/**
 * How Kyverno is set up in clusters of our own, beyond what its manifest says: as the cluster is that the engine answers
 * for when nothing else is said. Upstream: the flags of `cmd/kyverno` and `cmd/background-controller`.
 */
const FLAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'kyverno-admission-controller': {
    enablePolicyException: 'true',
    exceptionNamespace: '*',
    generateValidatingAdmissionPolicy: 'false',
  },
  'kyverno-background-controller': { enablePolicyException: 'true', exceptionNamespace: '*' },
};

/** The object with the flags of our own clusters, when it is one of Kyverno's Deployments. */
function withFlags(object: JsonObject): JsonObject {
  const flags = gvkOf(object).kind === 'Deployment' ? FLAGS[nameOf(object)] : undefined;
  const spec = asObject(object['spec']);
  const template = asObject(spec?.['template']);
  const pod = asObject(template?.['spec']);
  const [first, ...others] = asArray(pod?.['containers']) ?? [];
  if (flags === undefined || !isObject(first)) return object;
  const given = (asArray(first['args']) ?? []).flatMap((arg) => asString(arg) ?? []);
  const kept = given.filter((arg) => flags[arg.replace(/^--?/, '').replace(/=.*$/, '')] === undefined);
  const args = [...kept, ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)];
  const containers = [{ ...first, args }, ...others];
  return { ...object, spec: { ...spec, template: { ...template, spec: { ...pod, containers } } } };
}

/**
 * Installs a manifest with server-side apply, with exceptions switched on, and waits until Kyverno's webhooks answer. Throws
 * `ClusterTroubleError`.
 */
export async function installKyverno(client: ApiClient, text: string, time: WaitClock): Promise<void> {
  const discovery = createDiscovery(client);
  const documents = readDocuments(text, 'the Kyverno manifest', 'int').map((document) => document.value);
  const rank = (object: JsonObject): number => {
    const at = ['Namespace', 'CustomResourceDefinition', 'ServiceAccount'].indexOf(gvkOf(object).kind);
    return at < 0 ? 9 : at;
  };
  for (const object of documents.toSorted((a, b) => rank(a) - rank(b))) {
    await apply(client, discovery, withFlags(object), time);
  }
  await waitFor('kyverno', () => kyvernoAnswers(client), time);
}

async function apply(client: ApiClient, discovery: Discovery, object: JsonObject, time: WaitClock): Promise<void> {
  await waitFor(
    'kyverno',
    async (): Promise<Look<undefined>> => {
      const path = await objectPath(discovery, object);
      if (path === undefined) {
        discovery.forget();
        return { done: false, seen: `${describeObject(object)} is not served yet` };
      }
      const reply = await client.send({
        method: 'PATCH',
        path: `${path}?fieldManager=kyverdict&force=true`,
        contentType: 'application/apply-patch+yaml',
        body: object,
      });
      if (reply.status < 300) return { done: true, value: undefined };
      if (reply.status < 500 && reply.status !== 404 && reply.status !== 409) {
        throw new ClusterTroubleError('missing', `cannot install ${describeObject(object)}: ${statusMessage(reply)}`);
      }
      return { done: false, seen: statusMessage(reply) };
    },
    time,
    nameOf(object),
  );
}
