import { asArray, asObject, asString, getPath, type Json, type JsonObject } from '../../model/json.ts';
import { type ClusterSettings, DEFAULT_SETTINGS, VERSIONS } from '../../model/settings.ts';
import { type ApiClient, statusMessage } from './client.ts';
import { PROBE } from './probe.ts';
import { ClusterTroubleError } from './trouble.ts';

/** What a cluster runs. */
export interface ClusterVersions {
  /** e.g. `1.36.3`. */
  readonly kubernetes: string;
  /** e.g. `1.19.0`; `unknown` when Kyverno runs outside the cluster. */
  readonly kyverno: string;
}

/** Settings and versions of a real cluster. */
export interface ClusterFacts {
  readonly settings: ClusterSettings;
  readonly versions: ClusterVersions;
}

/**
 * Reads from a cluster what changes answers: versions, Kyverno's ConfigMap and flags, whether the ServiceAccount plugin is
 * on. Throws `ClusterTroubleError` when Kyverno is not installed or may not be read.
 */
export async function readFacts(client: ApiClient): Promise<ClusterFacts> {
  const namespace = await kyvernoNamespace(client);
  const version = await get(client, '/version', 'the version of the API server');
  const configMap = await get(
    client,
    `/api/v1/namespaces/${namespace}/configmaps/kyverno`,
    "Kyverno's ConfigMap",
    `install Kyverno in the namespace ${namespace}`,
  );
  const deployment = await client.send({
    method: 'GET',
    path: `/apis/apps/v1/namespaces/${namespace}/deployments/kyverno-admission-controller`,
  });
  const container = deployment.status === 200 ? admissionContainer(deployment.body) : undefined;
  const flags = (asArray(container?.['args']) ?? []).flatMap((arg) => asString(arg) ?? []);
  const data = asObject(configMap['data']) ?? {};
  const config = Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
  return {
    versions: {
      kubernetes: (asString(version['gitVersion']) ?? '').replace(/^v/, ''),
      kyverno: imageVersion(container) ?? 'unknown',
    },
    settings: {
      kubernetes: { disabledPlugins: (await hasServiceAccounts(client)) ? [] : ['ServiceAccount'] },
      kyverno: {
        namespace,
        config,
        exceptions: exceptionFlags(flags, container !== undefined),
        forceFailurePolicyIgnore: flagValue(flags, 'forceFailurePolicyIgnore') === 'true',
      },
    },
  };
}

/** Where Kyverno runs, by the service that its webhooks call; one outside the cluster has its configuration in `kyverno`. */
async function kyvernoNamespace(client: ApiClient): Promise<string> {
  const path =
    '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/kyverno-policy-validating-webhook-cfg';
  const reply = await client.send({ method: 'GET', path });
  const [webhook] = asArray(reply.body['webhooks']) ?? [];
  return asString(getPath(webhook, 'clientConfig', 'service', 'namespace')) ?? 'kyverno';
}

/** True when a cluster runs other releases than the engine has the behaviour of; patch releases of Kubernetes do not count. */
export function isOtherVersion(versions: ClusterVersions): boolean {
  const minor = (version: string): string => version.split('.').slice(0, 2).join('.');
  const kyverno = versions.kyverno !== 'unknown' && versions.kyverno !== VERSIONS.kyverno;
  return kyverno || minor(versions.kubernetes) !== minor(VERSIONS.kubernetes);
}

async function get(client: ApiClient, path: string, what: string, hint?: string): Promise<JsonObject> {
  const reply = await client.send({ method: 'GET', path });
  if (reply.status === 200) return reply.body;
  const kind = reply.status === 401 || reply.status === 403 ? 'rights' : 'missing';
  const remedy = kind === 'rights' ? 'use a context with cluster-admin rights' : hint;
  throw new ClusterTroubleError(kind, `cannot read ${what}: ${statusMessage(reply)}`, remedy);
}

function admissionContainer(deployment: JsonObject): JsonObject | undefined {
  const containers = asArray(getPath(deployment, 'spec', 'template', 'spec', 'containers')) ?? [];
  return asObject(containers.find((container) => asString(getPath(container, 'name')) === 'kyverno') ?? containers[0]);
}

function imageVersion(container: JsonObject | undefined): string | undefined {
  return /:v?(\d+\.\d+\.\d+[^@]*)/.exec(asString(container?.['image']) ?? '')?.[1];
}

/** Without a Deployment to read the flags from, exceptions count as enabled everywhere. */
function exceptionFlags(flags: readonly string[], known: boolean): ClusterSettings['kyverno']['exceptions'] {
  if (!known) return DEFAULT_SETTINGS.kyverno.exceptions;
  return {
    enabled: flagValue(flags, 'enablePolicyException') === 'true',
    namespace: flagValue(flags, 'exceptionNamespace') ?? '',
  };
}

function flagValue(flags: readonly string[], name: string): string | undefined {
  const found = flags.find((flag) => flag.replace(/^-+/, '').startsWith(`${name}=`));
  if (found !== undefined) return found.slice(found.indexOf('=') + 1);
  return flags.some((flag) => flag.replace(/^-+/, '') === name) ? 'true' : undefined;
}

/** A pod, sent as a dry run to a namespace that policies rarely see, gets a service account where the plugin is on. */
async function hasServiceAccounts(client: ApiClient): Promise<boolean> {
  const body: Json = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: PROBE },
    spec: { containers: [{ name: 'probe', image: 'probe' }] },
  };
  const reply = await client.send({ method: 'POST', path: '/api/v1/namespaces/kube-system/pods?dryRun=All', body });
  if (reply.status === 201) return getPath(reply.body, 'spec', 'serviceAccountName') !== undefined;
  if (/service ?account/i.test(statusMessage(reply))) return true;
  // A policy stood in the way; the controller of service accounts comes with the plugin.
  const account = await client.send({ method: 'GET', path: '/api/v1/namespaces/default/serviceaccounts/default' });
  return account.status === 200;
}
