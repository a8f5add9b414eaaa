import { asObject, asString, getPath, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { annotationsOf, nameOf } from '../../model/resource.ts';
import { ensureObject, isUnset, type Mutable, mutableCopy, objectAt, objectsAt } from '../default/mutable.ts';
import type { ApiStatus } from '../status/status.ts';
import { generatedName } from './generated-name.ts';
import { mirroredSecret, unreferencedEphemeralSecret, unreferencedSecret } from './mountable-secrets.ts';
import { forbid, type Plugin, type PluginCall } from './plugin.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const ENFORCE = 'kubernetes.io/enforce-mountable-secrets';
const VOLUME = 'kube-api-access-';
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
/** One hour and some seconds by which the API server knows a token of its own. */
const TOKEN_SECONDS = 3607n;
/** What Go's `strconv.ParseBool` takes for true. */
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

/**
 * Gives Pods a service account and its token, and refuses Pods whose account is missing. The account `default` counts as
 * there in every namespace: a controller makes it. Upstream: plugin/pkg/admission/serviceaccount.
 */
export const serviceAccount: Plugin = {
  name: 'ServiceAccount',
  mutate: (call, object) => {
    if (object === undefined || !isPod(call, '') || call.request.operation !== 'CREATE') return undefined;
    const spec = ensureObject(object, 'spec');
    if (isMirror(object)) return check(call, object);
    if ((asString(spec['serviceAccountName']) ?? '') === '') {
      spec['serviceAccountName'] = 'default';
      spec['serviceAccount'] = 'default';
    }
    const account = findAccount(call, object);
    if (account === undefined) return noAccount(call, object);
    if (isAutomounted(account, spec)) mountToken(spec, generatedName(VOLUME, call.random));
    if (objectsAt(spec, 'imagePullSecrets').length === 0) {
      const secrets = objectsAt(account as Mutable, 'imagePullSecrets').map(({ name }) => ({ name: name ?? '' }));
      if (secrets.length > 0) spec['imagePullSecrets'] = secrets;
    }
    return check(call, object);
  },
  validate: (call) => {
    const { object, operation } = call.request;
    if (object === null) return {};
    if (isPod(call, 'ephemeralcontainers') && operation === 'UPDATE') return refusal(checkEphemeral(call, object));
    if (!isPod(call, '') || operation !== 'CREATE') return {};
    return refusal(check(call, object));
  },
};

function refusal(refused: ApiStatus | undefined): { readonly refused?: ApiStatus } {
  return refused === undefined ? {} : { refused };
}

function isPod({ resource, request }: PluginCall, subResource: string): boolean {
  return resource.gvr.group === '' && resource.gvr.resource === 'pods' && request.subResource === subResource;
}

function isMirror(object: JsonObject): boolean {
  return Object.hasOwn(annotationsOf(object), MIRROR);
}

function accountName(object: JsonObject): string {
  return asString(getPath(object, 'spec', 'serviceAccountName')) ?? '';
}

function findAccount({ store, request }: PluginCall, object: JsonObject): JsonObject | undefined {
  const name = accountName(object);
  const account = store.get('', 'ServiceAccount', request.namespace, name);
  return account ?? (name === 'default' ? { metadata: { name, namespace: request.namespace } } : undefined);
}

function noAccount(call: PluginCall, object: JsonObject): ApiStatus {
  const name = accountName(object);
  const where = `${call.request.namespace}/${name}`;
  return forbid(call, `error looking up service account ${where}: serviceaccount "${name}" not found`);
}

function check(call: PluginCall, object: JsonObject): ApiStatus | undefined {
  const spec = (asObject(object['spec']) ?? {}) as Mutable;
  if (isMirror(object)) {
    const fault = mirrorFault(spec);
    return fault === undefined ? undefined : forbid(call, fault);
  }
  return checkSecrets(call, object, (account) => unreferencedSecret(spec, account));
}

function checkEphemeral(call: PluginCall, object: JsonObject): ApiStatus | undefined {
  const spec = (asObject(object['spec']) ?? {}) as Mutable;
  return checkSecrets(call, object, (account) => unreferencedEphemeralSecret(spec, account));
}

function checkSecrets(
  call: PluginCall,
  object: JsonObject,
  faultOf: (account: JsonObject) => string | undefined,
): ApiStatus | undefined {
  if (accountName(object) === '') {
    return forbid(call, `no service account specified for pod ${call.request.namespace}/${nameOf(object)}`);
  }
  const account = findAccount(call, object);
  if (account === undefined) return noAccount(call, object);
  if (!TRUE.has(annotationsOf(account)[ENFORCE] ?? '')) return undefined;
  const fault = faultOf(account);
  return fault === undefined ? undefined : forbid(call, fault);
}

function mirrorFault(spec: Mutable): string | undefined {
  if ((asString(spec['serviceAccountName']) ?? '') !== '') return 'a mirror pod may not reference service accounts';
  if (mirroredSecret(spec)) return 'a mirror pod may not reference secrets';
  const hasToken = objectsAt(spec, 'volumes')
    .flatMap((volume) => objectsAt(objectAt(volume, 'projected') ?? {}, 'sources'))
    .some((source) => isObject(source['serviceAccountToken']));
  return hasToken ? 'a mirror pod may not use ServiceAccountToken volume projections' : undefined;
}

function isAutomounted(account: JsonObject, spec: Mutable): boolean {
  const key = 'automountServiceAccountToken';
  return (isUnset(spec, key) ? (account[key] ?? true) : spec[key]) !== false;
}

function mountToken(spec: Mutable, drawn: string): void {
  const volumes = objectsAt(spec, 'volumes');
  const known = volumes.map(({ name }) => asString(name) ?? '').find((name) => name.startsWith(VOLUME));
  const mount: JsonObject = { name: known ?? drawn, readOnly: true, mountPath: MOUNT_PATH };
  let isNeeded = false;
  for (const container of [...objectsAt(spec, 'initContainers'), ...objectsAt(spec, 'containers')]) {
    const mounts = objectsAt(container, 'volumeMounts');
    if (mounts.some(({ mountPath }) => mountPath === MOUNT_PATH)) continue;
    container['volumeMounts'] = [...mounts, mutableCopy(mount)];
    isNeeded = true;
  }
  if (known === undefined && isNeeded) spec['volumes'] = [...volumes, { name: drawn, projected: tokenSource() }];
}

function tokenSource(): Json {
  return {
    defaultMode: 420n,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: TOKEN_SECONDS } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  };
}
