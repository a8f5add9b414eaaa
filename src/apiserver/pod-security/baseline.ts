import { goQuote } from '../../language/go-text.ts';
import { asArray, asString } from '../../model/json.ts';
import { type Mutable, objectAt, objectsAt } from '../default/mutable.ts';
import {
  badNames,
  type Check,
  type ContainerView,
  containersText,
  plural,
  podContext,
  quoteAll,
  settersText,
  sortedSet,
} from './view.ts';

/** The controls of the baseline level. Upstream: `k8s.io/pod-security-admission/policy`, a file a check. */

const CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);
const APP_ARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

/** Names in a list of strings. */
export function textsOf(holder: Mutable | undefined, key: string): readonly string[] {
  return (asArray(holder?.[key]) ?? []).map((value) => asString(value) ?? '');
}

function typeOf(context: Mutable, profile: string): string | undefined {
  const found = objectAt(context, profile);
  return found === undefined ? undefined : (asString(found['type']) ?? '');
}

const goodProfile = (type: string | undefined): boolean =>
  type === undefined || type === 'RuntimeDefault' || type === 'Localhost';

/** AppArmor profiles must be the runtime's or local ones. */
export const appArmorProfile: Check = (pod) => {
  const own = typeOf(podContext(pod), 'appArmorProfile');
  const bad = badNames(pod, ({ context }) => !goodProfile(typeOf(context, 'appArmorProfile')));
  const types = [own, ...pod.containers.map(({ context }) => typeOf(context, 'appArmorProfile'))];
  const annotations = Object.entries(pod.annotations)
    .filter(([key, value]) => key.startsWith(APP_ARMOR_PREFIX) && !goodAppArmor(value))
    .map(([key, value]) => `${key}=${goQuote(value)}`)
    .sort();
  const setters = [
    settersText(!goodProfile(own), bad),
    annotations.length > 0 ? plural('annotation', 'annotations', annotations.length) : '',
  ].filter((text) => text !== '');
  if (setters.length === 0) return undefined;
  const values = [...sortedSet(types.filter((type) => !goodProfile(type)).map((type) => type ?? '')), ...annotations];
  return {
    reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
    detail: `${setters.join(' and ')} must not set AppArmor profile type to ${quoteAll(values)}`,
  };
};

function goodAppArmor(value: string): boolean {
  return value === '' || value === 'runtime/default' || value.startsWith('localhost/');
}

/** Only the default capabilities may be added. */
export const capabilitiesBaseline: Check = (pod) => {
  const added = ({ context }: ContainerView): readonly string[] =>
    textsOf(objectAt(context, 'capabilities'), 'add').filter((name) => !CAPABILITIES.has(name));
  const bad = badNames(pod, (view) => added(view).length > 0);
  if (bad.length === 0) return undefined;
  const names = quoteAll(sortedSet(pod.containers.flatMap(added)));
  return {
    reason: 'non-default capabilities',
    detail: `${containersText(bad)} must not include ${names} in securityContext.capabilities.add`,
  };
};

/** No namespace of the host. */
export const hostNamespaces: Check = ({ spec }) => {
  const used = ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => spec[key] === true).map((key) => `${key}=true`);
  return used.length === 0 ? undefined : { reason: 'host namespaces', detail: used.join(', ') };
};

/** No volume of the host's file system. */
export const hostPathVolumes: Check = ({ spec }) => {
  const names = objectsAt(spec, 'volumes')
    .filter((volume) => objectAt(volume, 'hostPath') !== undefined)
    .map((volume) => asString(volume['name']) ?? '');
  if (names.length === 0) return undefined;
  return { reason: 'hostPath volumes', detail: `${plural('volume', 'volumes', names.length)} ${quoteAll(names)}` };
};

/** No port of the host. */
export const hostPorts: Check = (pod) => {
  const used = ({ container }: ContainerView): readonly string[] =>
    objectsAt(container, 'ports').flatMap(({ hostPort }) =>
      typeof hostPort === 'bigint' && hostPort !== 0n ? [String(hostPort)] : [],
    );
  const bad = badNames(pod, (view) => used(view).length > 0);
  if (bad.length === 0) return undefined;
  const ports = sortedSet(pod.containers.flatMap(used));
  const verb = plural('uses', 'use', bad.length);
  const noun = plural('hostPort', 'hostPorts', ports.length);
  return { reason: 'hostPort', detail: `${containersText(bad)} ${verb} ${noun} ${ports.join(', ')}` };
};

/** Probes and lifecycle hooks ask no other host. */
export const hostProbes: Check = (pod) => {
  const bad = sortedSet(badNames(pod, (view) => hostsOf(view).length > 0));
  if (bad.length === 0) return undefined;
  const hosts = sortedSet(pod.containers.flatMap(hostsOf));
  const noun = plural('probe or lifecycle host', 'probe or lifecycle hosts', hosts.length);
  const verb = plural('uses', 'use', bad.length);
  return { reason: 'probe or lifecycle host', detail: `${containersText(bad)} ${verb} ${noun} ${quoteAll(hosts)}` };
};

function hostsOf({ container }: ContainerView): readonly string[] {
  const lifecycle = objectAt(container, 'lifecycle') ?? {};
  const handlers = [
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].map((key) => objectAt(container, key)),
    ...['postStart', 'preStop'].map((key) => objectAt(lifecycle, key)),
  ];
  return handlers
    .flatMap((handler) => ['httpGet', 'tcpSocket'].map((key) => objectAt(handler ?? {}, key)))
    .map((action) => asString(action?.['host']) ?? '')
    .filter((host) => host !== '');
}

/** No privileged container. */
export const privileged: Check = (pod) => {
  const bad = badNames(pod, ({ context }) => context['privileged'] === true);
  if (bad.length === 0) return undefined;
  return { reason: 'privileged', detail: `${containersText(bad)} must not set securityContext.privileged=true` };
};

/** `/proc` stays masked. */
export const procMount: Check = (pod) => {
  const used = ({ context }: ContainerView): readonly string[] => {
    const value = asString(context['procMount']);
    return value === undefined || value === 'Default' ? [] : [value];
  };
  const bad = badNames(pod, (view) => used(view).length > 0);
  if (bad.length === 0) return undefined;
  const values = quoteAll(sortedSet(pod.containers.flatMap(used)));
  return { reason: 'procMount', detail: `${containersText(bad)} must not set securityContext.procMount to ${values}` };
};

const SE_LINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

/** `seLinuxOptions`: from 1.31 on `container_engine_t` is allowed too. */
export function seLinuxOptions(minor: number): Check {
  const allowed = new Set(minor >= 31 ? [...SE_LINUX_TYPES, 'container_engine_t'] : SE_LINUX_TYPES);
  return (pod) => {
    const given = (context: Mutable) => objectAt(context, 'seLinuxOptions');
    const type = (options: Mutable): string => asString(options['type']) ?? '';
    const has = (options: Mutable | undefined, key: string): boolean => (asString(options?.[key]) ?? '') !== '';
    const isBad = (options: Mutable | undefined): boolean =>
      options !== undefined && (!allowed.has(type(options)) || has(options, 'user') || has(options, 'role'));
    const setters = settersText(
      isBad(given(podContext(pod))),
      badNames(pod, ({ context }) => isBad(given(context))),
    );
    if (setters === '') return undefined;
    const all = [podContext(pod), ...pod.containers.map(({ context }) => context)]
      .map(given)
      .filter((options) => options !== undefined);
    const types = sortedSet(all.map(type).filter((name) => !allowed.has(name)));
    const data = [
      ...(types.length > 0 ? [`${plural('type', 'types', types.length)} ${quoteAll(types)}`] : []),
      ...['user', 'role']
        .filter((key) => all.some((options) => has(options, key)))
        .map((key) => `${key} may not be set`),
    ];
    const detail = `${setters} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}`;
    return { reason: 'seLinuxOptions', detail };
  };
}

/** Before 1.19 seccomp was a matter of annotations. */
export const seccompAnnotations: Check = (pod) => {
  const keys = [SECCOMP_POD, ...pod.containers.map(({ name }) => `${SECCOMP_CONTAINER}${name}`)];
  const good = (value: string): boolean =>
    value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');
  const bad = keys
    .filter((key) => Object.hasOwn(pod.annotations, key) && !good(pod.annotations[key] ?? ''))
    .map((key) => `${key}=${goQuote(pod.annotations[key] ?? '')}`);
  if (bad.length === 0) return undefined;
  const list = sortedSet(bad);
  const noun = plural('annotation', 'annotations', list.length);
  return { reason: 'seccompProfile', detail: `forbidden ${noun} ${list.join(', ')}` };
};

/** Seccomp profiles must be the runtime's or local ones. */
export const seccompBaseline: Check = (pod) => {
  const own = typeOf(podContext(pod), 'seccompProfile');
  const types = pod.containers.map(({ context }) => typeOf(context, 'seccompProfile'));
  const bad = badNames(pod, ({ context }) => !goodProfile(typeOf(context, 'seccompProfile')));
  const setters = settersText(!goodProfile(own), bad);
  if (setters === '') return undefined;
  const values = sortedSet([own, ...types].filter((type) => !goodProfile(type)).map((type) => type ?? ''));
  const detail = `${setters} must not set securityContext.seccompProfile.type to ${quoteAll(values)}`;
  return { reason: 'seccompProfile', detail };
};

/** Names, and the minor version that allowed them. */
const SYSCTLS: ReadonlyMap<string, number> = new Map([
  ...'kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies net.ipv4.ping_group_range net.ipv4.ip_unprivileged_port_start'
    .split(' ')
    .map((name) => [name, 0] as const),
  ['net.ipv4.ip_local_reserved_ports', 27],
  ['net.ipv4.tcp_keepalive_time', 29],
  ['net.ipv4.tcp_fin_timeout', 29],
  ['net.ipv4.tcp_keepalive_intvl', 29],
  ['net.ipv4.tcp_keepalive_probes', 29],
  ['net.ipv4.tcp_rmem', 32],
  ['net.ipv4.tcp_wmem', 32],
]);

/** `sysctls`: each version allows some more. */
export function sysctls(minor: number): Check {
  return (pod) => {
    const bad = objectsAt(podContext(pod), 'sysctls')
      .map((sysctl) => asString(sysctl['name']) ?? '')
      .filter((name) => (SYSCTLS.get(name) ?? Number.POSITIVE_INFINITY) > minor || !SYSCTLS.has(name));
    return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
  };
}

/** No Windows host process. */
export const windowsHostProcess: Check = (pod) => {
  const isSet = (context: Mutable): boolean => objectAt(context, 'windowsOptions')?.['hostProcess'] === true;
  const setters = settersText(
    isSet(podContext(pod)),
    badNames(pod, ({ context }) => isSet(context)),
  );
  if (setters === '') return undefined;
  return { reason: 'hostProcess', detail: `${setters} must not set securityContext.windowsOptions.hostProcess=true` };
};
