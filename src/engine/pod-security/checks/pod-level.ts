import { asArray, asObject, asString, type JsonObject } from '../../../model/json.ts';
import { type FieldFinding, forbidden, type Objection, plural, quoted, sortedSet } from '../finding.ts';
import type { PodView } from '../pod.ts';

const BASE_SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const SYSCTLS_1_27 = [...BASE_SYSCTLS, 'net.ipv4.ip_local_reserved_ports'];
const SYSCTLS_1_29 = [
  ...SYSCTLS_1_27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];
const SYSCTLS_1_32 = [...SYSCTLS_1_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'];

const ALLOWED_VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
/** In the order in which a volume with several sources is named. */
const RESTRICTED_VOLUMES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'gitRepo',
  'nfs',
  'iscsi',
  'glusterfs',
  'rbd',
  'flexVolume',
  'cinder',
  'cephfs',
  'flocker',
  'fc',
  'azureFile',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
];

/** The pod must not share the host's namespaces. Upstream: `check_hostNamespaces.go`. */
export function checkHostNamespaces({ spec }: PodView): Objection | undefined {
  const shared = ['hostNetwork', 'hostPID', 'hostIPC'].filter((name) => spec[name] === true);
  if (shared.length === 0) return undefined;
  const detail = shared.map((name) => `${name}=true`).join(', ');
  return { reason: 'host namespaces', detail, fields: shared.map((name) => forbidden(`spec.${name}`, true)) };
}

/** No volume may be a host path. Upstream: `check_hostPathVolumes.go`. */
export function checkHostPathVolumes({ spec }: PodView): Objection | undefined {
  const names: string[] = [];
  const fields: FieldFinding[] = [];
  for (const [i, volume] of volumesOf(spec).entries()) {
    const hostPath = asObject(volume['hostPath']);
    if (hostPath === undefined) continue;
    names.push(asString(volume['name']) ?? '');
    fields.push(forbidden(`spec.volumes[${i}].hostPath`, asString(hostPath['path']) ?? ''));
  }
  if (names.length === 0) return undefined;
  const detail = `${plural('volume', 'volumes', names.length)} ${quoted(names)}`;
  return { reason: 'hostPath volumes', detail, fields };
}

/** Volumes must be of the allowed types. Upstream: `check_restrictedVolumes.go`. */
export function checkRestrictedVolumes({ spec }: PodView): Objection | undefined {
  const names: string[] = [];
  const types: string[] = [];
  const fields: FieldFinding[] = [];
  for (const [i, volume] of volumesOf(spec).entries()) {
    const has = (type: string): boolean => asObject(volume[type]) !== undefined;
    if (ALLOWED_VOLUMES.some(has)) continue;
    const type = RESTRICTED_VOLUMES.find(has) ?? 'unknown';
    names.push(asString(volume['name']) ?? '');
    types.push(type);
    fields.push(forbidden(`spec.volumes[${i}].${type}`));
  }
  if (names.length === 0) return undefined;
  const found = sortedSet(types);
  const volumes = `${plural('volume', 'volumes', names.length)} ${quoted(names)} ${plural('uses', 'use', names.length)}`;
  const kinds = `${plural('restricted volume type', 'restricted volume types', found.length)} ${quoted(found)}`;
  return { reason: 'restricted volume types', detail: `${volumes} ${kinds}`, fields };
}

function volumesOf(spec: JsonObject): readonly JsonObject[] {
  return (asArray(spec['volumes']) ?? []).map((volume) => asObject(volume) ?? {});
}

/** Sysctls must be of the safe set, which grew with 1.27, 1.29 and 1.32. Upstream: `check_sysctls.go`. */
export function sysctlsCheck(minor: number): (pod: PodView) => Objection | undefined {
  const list = minor >= 32 ? SYSCTLS_1_32 : minor >= 29 ? SYSCTLS_1_29 : minor >= 27 ? SYSCTLS_1_27 : BASE_SYSCTLS;
  const allowed: ReadonlySet<string> = new Set(list);
  return ({ securityContext }) => {
    const fields: FieldFinding[] = [];
    const names: string[] = [];
    for (const [i, item] of (asArray(securityContext?.['sysctls']) ?? []).entries()) {
      const name = asString(asObject(item)?.['name']) ?? '';
      if (allowed.has(name)) continue;
      names.push(name);
      fields.push(forbidden(`spec.securityContext.sysctls[${i}].name`, name));
    }
    return names.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: names.join(', '), fields };
  };
}
