import { asString, getPath, type JsonObject } from '../../model/json.ts';
import { nameOf } from '../../model/resource.ts';
import { type Mutable, objectAt, objectsAt } from '../default/mutable.ts';

/** What is wrong with the secrets that a Pod refers to, in the ServiceAccount plugin's words. */
type Fault = string | undefined;

/**
 * The first secret of volumes, containers and image pulls that the Pod's service account does not list.
 * Upstream: `limitSecretReferences` in plugin/pkg/admission/serviceaccount.
 */
export function unreferencedSecret(spec: Mutable, account: JsonObject): Fault {
  const mountable = namesAt(account, 'secrets');
  const owner = nameOf(account);
  for (const volume of objectsAt(spec, 'volumes')) {
    const secret = objectAt(volume, 'secret');
    const name = asString(secret?.['secretName']) ?? '';
    if (secret !== undefined && !mountable.has(name)) {
      return `volume with secret.secretName="${name}" is not allowed because service account ${owner} does not reference that secret`;
    }
  }
  const fault =
    containerFault(objectsAt(spec, 'initContainers'), 'init container', mountable, owner) ??
    containerFault(objectsAt(spec, 'containers'), 'container', mountable, owner);
  if (fault !== undefined) return fault;
  const pullable = namesAt(account, 'imagePullSecrets');
  for (const [i, reference] of objectsAt(spec, 'imagePullSecrets').entries()) {
    const name = asString(reference['name']) ?? '';
    if (pullable.has(name)) continue;
    return `imagePullSecrets[${i}].name="${name}" is not allowed because service account ${owner} does not reference that imagePullSecret`;
  }
  return undefined;
}

/** As `unreferencedSecret`, for ephemeral containers alone. */
export function unreferencedEphemeralSecret(spec: Mutable, account: JsonObject): Fault {
  const containers = objectsAt(spec, 'ephemeralContainers');
  return containerFault(containers, 'ephemeral container', namesAt(account, 'secrets'), nameOf(account));
}

function namesAt(account: JsonObject, key: string): ReadonlySet<string> {
  return new Set(objectsAt(account as Mutable, key).map(({ name }) => asString(name) ?? ''));
}

function containerFault(
  containers: readonly Mutable[],
  word: string,
  mountable: ReadonlySet<string>,
  owner: string,
): Fault {
  const refuse = (container: Mutable, what: string, secret: string): string =>
    `${word} ${asString(container['name']) ?? ''} with ${what} referencing secret.secretName="${secret}" is not allowed because service account ${owner} does not reference that secret`;
  for (const container of containers) {
    for (const env of objectsAt(container, 'env')) {
      const secret = secretOf(objectAt(env, 'valueFrom'), 'secretKeyRef');
      if (secret !== undefined && !mountable.has(secret)) {
        return refuse(container, `envVar ${asString(env['name']) ?? ''}`, secret);
      }
    }
    for (const source of objectsAt(container, 'envFrom')) {
      const secret = secretOf(source, 'secretRef');
      if (secret !== undefined && !mountable.has(secret)) return refuse(container, 'envFrom', secret);
    }
  }
  return undefined;
}

function secretOf(holder: Mutable | undefined, key: string): string | undefined {
  const reference = holder === undefined ? undefined : objectAt(holder, key);
  return reference === undefined ? undefined : (asString(reference['name']) ?? '');
}

/** Where volumes name secrets. */
const VOLUME_SECRETS: readonly (readonly string[])[] = [
  ['azureFile', 'secretName'],
  ['cephfs', 'secretRef'],
  ['cinder', 'secretRef'],
  ['flexVolume', 'secretRef'],
  ['rbd', 'secretRef'],
  ['secret', 'secretName'],
  ['scaleIO', 'secretRef'],
  ['iscsi', 'secretRef'],
  ['storageos', 'secretRef'],
  ['csi', 'nodePublishSecretRef'],
];

/** Does a Pod name any secret? Upstream: `VisitPodSecretNames` in pkg/api/pod. */
export function mirroredSecret(spec: Mutable): boolean {
  const lists = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((key) => objectsAt(spec, key));
  const inContainers = lists.some(
    (container) =>
      objectsAt(container, 'env').some((env) => secretOf(objectAt(env, 'valueFrom'), 'secretKeyRef') !== undefined) ||
      objectsAt(container, 'envFrom').some((source) => secretOf(source, 'secretRef') !== undefined),
  );
  const inVolumes = objectsAt(spec, 'volumes').some(
    (volume) =>
      VOLUME_SECRETS.some((path) => (getPath(volume, ...path) ?? null) !== null) ||
      objectsAt(objectAt(volume, 'projected') ?? {}, 'sources').some((source) => objectAt(source, 'secret')),
  );
  return objectsAt(spec, 'imagePullSecrets').length > 0 || inContainers || inVolumes;
}
