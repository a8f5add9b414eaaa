import { asObject, asString, type JsonObject } from '../../../model/json.ts';
import {
  badContainers,
  containersText,
  type FieldFinding,
  forbidden,
  type Objection,
  plural,
  quoted,
  required,
  settersText,
  sortedSet,
} from '../finding.ts';
import type { PodView } from '../pod.ts';

/** Containers must run as another user than root. Upstream: `check_runAsNonRoot.go`. */
export function checkRunAsNonRoot(pod: PodView): Objection | undefined {
  const podValue = pod.securityContext?.['runAsNonRoot'];
  const podFields = podValue === false ? [forbidden('spec.securityContext.runAsNonRoot', false)] : [];
  const explicit = badContainers(pod, ({ field, securityContext }) =>
    securityContext?.['runAsNonRoot'] === false ? forbidden(`${field}.securityContext.runAsNonRoot`, false) : undefined,
  );
  const implicit = badContainers(pod, ({ field, securityContext }) =>
    podValue === true || typeof securityContext?.['runAsNonRoot'] === 'boolean'
      ? undefined
      : required(`${field}.securityContext.runAsNonRoot`),
  );
  const fields = [...podFields, ...explicit.fields, ...implicit.fields];
  if (fields.length === 0) return undefined;
  const details: string[] = [];
  if (fields.length > implicit.fields.length) {
    const setters = settersText(podFields.length > 0, explicit.names);
    details.push(`${setters} must not set securityContext.runAsNonRoot=false`);
  }
  if (implicit.names.length > 0) {
    details.push(`pod or ${containersText(implicit.names)} must set securityContext.runAsNonRoot=true`);
  }
  return { reason: 'runAsNonRoot != true', detail: details.join('\n'), fields };
}

/** Nobody may ask for user 0. Upstream: `check_runAsUser.go`. */
export function checkRunAsUser(pod: PodView): Objection | undefined {
  const podFields = isRoot(pod.securityContext) ? [forbidden('spec.securityContext.runAsUser', 0)] : [];
  const bad = badContainers(pod, ({ field, securityContext }) =>
    isRoot(securityContext) ? forbidden(`${field}.securityContext.runAsUser`, 0) : undefined,
  );
  const fields = [...podFields, ...bad.fields];
  if (fields.length === 0) return undefined;
  const detail = `${settersText(podFields.length > 0, bad.names)} must not set runAsUser=0`;
  return { reason: 'runAsUser=0', detail, fields };
}

function isRoot(securityContext: JsonObject | undefined): boolean {
  const user = securityContext?.['runAsUser'];
  return user === 0 || user === 0n;
}

/** Windows host processes are not allowed. Upstream: `check_windowsHostProcess.go`. */
export function checkWindowsHostProcess(pod: PodView): Objection | undefined {
  const path = 'securityContext.windowsOptions.hostProcess';
  const podFields = isHostProcess(pod.securityContext) ? [forbidden(`spec.${path}`, true)] : [];
  const bad = badContainers(pod, ({ field, securityContext }) =>
    isHostProcess(securityContext) ? forbidden(`${field}.${path}`, true) : undefined,
  );
  const fields = [...podFields, ...bad.fields];
  if (fields.length === 0) return undefined;
  const detail = `${settersText(podFields.length > 0, bad.names)} must not set ${path}=true`;
  return { reason: 'hostProcess', detail, fields };
}

function isHostProcess(securityContext: JsonObject | undefined): boolean {
  return asObject(securityContext?.['windowsOptions'])?.['hostProcess'] === true;
}

const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

/** SELinux type must be a container's, user and role unset; 1.31 allows one more type. Upstream: `check_seLinuxOptions.go`. */
export function seLinuxCheck(minor: number): (pod: PodView) => Objection | undefined {
  const allowed = minor >= 31 ? [...SELINUX_TYPES, 'container_engine_t'] : SELINUX_TYPES;
  return (pod) => {
    const inspect = (owner: string, securityContext: JsonObject | undefined): readonly FieldFinding[] =>
      seLinuxFindings(`${owner}.securityContext.seLinuxOptions`, securityContext, allowed);
    const podFields = inspect('spec', pod.securityContext);
    const bad = badContainers(pod, ({ field, securityContext }) => {
      const found = inspect(field, securityContext);
      return found.length === 0 ? undefined : found;
    });
    const fields = [...podFields, ...bad.fields];
    if (fields.length === 0) return undefined;
    const setters = settersText(podFields.length > 0, bad.names);
    const detail = `${setters} set forbidden securityContext.seLinuxOptions: ${seLinuxDetail(fields)}`;
    return { reason: 'seLinuxOptions', detail, fields };
  };
}

function seLinuxFindings(
  path: string,
  securityContext: JsonObject | undefined,
  allowed: readonly string[],
): readonly FieldFinding[] {
  const options = asObject(securityContext?.['seLinuxOptions']);
  if (options === undefined) return [];
  return ['type', 'user', 'role'].flatMap((name) => {
    const value = asString(options[name]) ?? '';
    const fine = name === 'type' ? allowed.includes(value) : value === '';
    return fine ? [] : [forbidden(`${path}.${name}`, value)];
  });
}

function seLinuxDetail(fields: readonly FieldFinding[]): string {
  const ending = (name: string): readonly FieldFinding[] => fields.filter(({ field }) => field.endsWith(`.${name}`));
  const types = sortedSet(ending('type').map(({ badValue }) => String(badValue)));
  const parts = types.length === 0 ? [] : [`${plural('type', 'types', types.length)} ${quoted(types)}`];
  if (ending('user').length > 0) parts.push('user may not be set');
  if (ending('role').length > 0) parts.push('role may not be set');
  return parts.join('; ');
}
