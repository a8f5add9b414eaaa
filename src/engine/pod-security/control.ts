/** Names that policies use for checks. Upstream: `PSS_control_name_to_ids` in `pkg/pss/utils/mapping.go`. */
const CONTROLS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Capabilities', ['capabilities_baseline', 'capabilities_restricted']],
  ['Seccomp', ['seccompProfile_baseline', 'seccompProfile_restricted']],
  ['Privileged Containers', ['privileged']],
  ['Host Ports', ['hostPorts']],
  ['/proc Mount Type', ['procMount']],
  ['HostProcess', ['windowsHostProcess']],
  ['SELinux', ['seLinuxOptions']],
  ['Host Namespaces', ['hostNamespaces']],
  ['HostPath Volumes', ['hostPathVolumes']],
  ['Sysctls', ['sysctls']],
  ['AppArmor', ['appArmorProfile']],
  ['Privilege Escalation', ['allowPrivilegeEscalation']],
  ['Running as Non-root', ['runAsNonRoot']],
  ['Running as Non-root user', ['runAsUser']],
  ['Volume Types', ['restrictedVolumes']],
]);
const NAMES: ReadonlyMap<string, string> = new Map([...CONTROLS].flatMap(([name, ids]) => ids.map((id) => [id, name])));

/** The check ids of a control name; none for an unknown name. */
export function idsOfControl(name: string): readonly string[] {
  return CONTROLS.get(name) ?? [];
}

/** The control name of a check id; `""` for a check without one. */
export function controlOfId(id: string): string {
  return NAMES.get(id) ?? '';
}
