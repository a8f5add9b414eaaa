import { asArray, asObject, asString, type Json, type JsonObject } from '../../model/json.ts';
import { CONTAINER_LISTS, EACH, type FieldPath } from '../path.ts';
import type { Collector } from './collect.ts';

/** What the checks of the Pod Security Standards look at below a security context, with values on both sides. */
const SECURITY_CONTEXT: Readonly<Record<string, readonly Json[]>> = {
  'seLinuxOptions.type': ['container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t', 'spc_t'],
  'seLinuxOptions.user': ['user'],
  'seLinuxOptions.role': ['role'],
  'windowsOptions.hostProcess': [true, false],
  'seccompProfile.type': ['RuntimeDefault', 'Localhost', 'Unconfined'],
  'appArmorProfile.type': ['RuntimeDefault', 'Localhost', 'Unconfined'],
  runAsNonRoot: [true, false],
  runAsUser: [0n, 1n],
};

const OF_CONTAINER: Readonly<Record<string, readonly Json[]>> = {
  'capabilities.add[]': ['NET_BIND_SERVICE', 'AUDIT_WRITE', 'NET_RAW', 'NET_ADMIN', 'SYS_ADMIN', 'CHOWN'],
  'capabilities.drop[]': ['ALL', 'NET_RAW'],
  privileged: [true, false],
  procMount: ['Default', 'Unmasked'],
  allowPrivilegeEscalation: [true, false],
};

const OF_POD: Readonly<Record<string, readonly Json[]>> = {
  'spec.hostNetwork': [true, false],
  'spec.hostPID': [true, false],
  'spec.hostIPC': [true, false],
  'spec.os.name': ['windows', 'linux'],
  'spec.volumes[].hostPath': [],
  'spec.volumes[].nfs': [],
  'spec.volumes[].emptyDir': [],
  'spec.volumes[].configMap': [],
  'spec.securityContext.sysctls[].name': ['kernel.shm_rmid_forced', 'net.ipv4.tcp_syncookies', 'kernel.msgmax'],
};

/** Notes the fields that Pod Security Standards are about, and those that exclusions name. */
export function harvestPodSecurity(podSecurity: JsonObject | undefined, collector: Collector): void {
  if (podSecurity === undefined) return;
  const see = (path: FieldPath, values: readonly Json[]) => collector.see(['request', 'object', ...path], values);
  for (const [path, values] of Object.entries(OF_POD)) see(parsePath(path), values);
  const holders: readonly FieldPath[] = [['spec'], ...CONTAINER_LISTS.map((list) => ['spec', list, EACH])];
  for (const [i, holder] of holders.entries()) {
    for (const [path, values] of Object.entries({ ...SECURITY_CONTEXT, ...(i > 0 ? OF_CONTAINER : {}) })) {
      see([...holder, 'securityContext', ...parsePath(path)], values);
    }
    if (i > 0) see([...holder, 'ports', EACH, 'hostPort'], [0n, 80n]);
  }
  for (const item of asArray(podSecurity['exclude']) ?? []) {
    const exclude = asObject(item) ?? {};
    for (const list of CONTAINER_LISTS) see(['spec', list, EACH, 'image'], asArray(exclude['images']) ?? []);
    const field = asString(exclude['restrictedField']);
    if (field !== undefined) see(parsePath(field.replaceAll('[*]', '[]')), asArray(exclude['values']) ?? []);
  }
}

function parsePath(text: string): FieldPath {
  return text.split('.').flatMap((part) => (part.endsWith('[]') ? [part.slice(0, -2), EACH] : [part]));
}
