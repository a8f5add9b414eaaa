import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, invalid, invalidEach, invalidText, notSupported, required, tooLong } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { bool, byteLength, ints, obj, optBool, optInt, optStr, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { unixId } from '../names.ts';
import type { PodOptions } from './options.ts';
import { checkDescendingPath } from './paths.ts';
import { checkSysctls } from './sysctl.ts';
import { checkWindowsOptions } from './windows.ts';

const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function checkSeccomp(path: FieldPath, profile: JsonObject | undefined): FieldError[] {
  if (profile === undefined) return [];
  const errors: FieldError[] = [];
  const type = str(profile, 'type');
  if (type === '') errors.push(required(path.child('type'), 'type is required when seccompProfile is set'));
  else if (!PROFILE_TYPES.includes(type)) errors.push(notSupported(path.child('type'), type, PROFILE_TYPES));
  const local = optStr(profile, 'localhostProfile');
  const at = path.child('localhostProfile');
  if (type === 'Localhost') {
    if (local === undefined) errors.push(required(at, 'must be set when seccomp type is Localhost'));
    else errors.push(...checkDescendingPath(at, local));
  } else if (local !== undefined) {
    const shown = goText('core.SeccompProfile', profile);
    errors.push(invalidText(at, shown, 'can only be set when seccomp type is Localhost'));
  }
  return errors;
}

function checkAppArmor(path: FieldPath, profile: JsonObject | undefined): FieldError[] {
  if (profile === undefined) return [];
  const type = str(profile, 'type');
  const local = optStr(profile, 'localhostProfile');
  const at = path.child('localhostProfile');
  if (type === '') return [required(path.child('type'), 'type is required when appArmorProfile is set')];
  if (!PROFILE_TYPES.includes(type)) return [notSupported(path.child('type'), type, PROFILE_TYPES)];
  const missing = 'must be set when AppArmor type is Localhost';
  if (type !== 'Localhost') {
    if (local === undefined) return [];
    return [invalidText(at, goText('s', local), 'can only be set when AppArmor type is Localhost')];
  }
  if (local === undefined) return [required(at, missing)];
  const errors: FieldError[] = [];
  if (local !== local.trim()) errors.push(invalid(at, local, 'must not be padded with whitespace'));
  else if (local === '') errors.push(required(at, missing));
  if (byteLength(local) > 4095) errors.push(tooLong(at, 4095));
  return errors;
}

function checkIds(path: FieldPath, context: JsonObject, keys: readonly string[]): FieldError[] {
  return keys.flatMap((key) => {
    const id = optInt(context, key);
    return id === undefined ? [] : invalidEach(path.child(key), id, unixId(id));
  });
}

function checkOptional(path: FieldPath, context: JsonObject, key: string, values: readonly string[]): FieldError[] {
  const value = optStr(context, key);
  return value === undefined || values.includes(value) ? [] : [notSupported(path.child(key), value, values)];
}

/** The pod's security context, host fields of the spec included. Upstream: `validatePodSpecSecurityContext`. */
export function checkPodSecurity(path: FieldPath, spec: JsonObject, options: PodOptions): FieldError[] {
  const context = obj(spec, 'securityContext') ?? {};
  const errors = checkIds(path, context, ['fsGroup', 'runAsUser', 'runAsGroup']);
  for (const [i, group] of ints(context, 'supplementalGroups').entries()) {
    errors.push(...invalidEach(path.child('supplementalGroups').index(i), group, unixId(group)));
  }
  if (bool(spec, 'shareProcessNamespace') && bool(spec, 'hostPID')) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(path.child('shareProcessNamespace'), true, detail));
  }
  errors.push(...checkSysctls(path.child('sysctls'), context, spec, options.hostSysctls));
  errors.push(...checkOptional(path, context, 'fsGroupChangePolicy', ['Always', 'OnRootMismatch']));
  errors.push(...checkSeccomp(path.child('seccompProfile'), obj(context, 'seccompProfile')));
  errors.push(...checkWindowsOptions(path.child('windowsOptions'), obj(context, 'windowsOptions')));
  errors.push(...checkAppArmor(path.child('appArmorProfile'), obj(context, 'appArmorProfile')));
  errors.push(...checkOptional(path, context, 'supplementalGroupsPolicy', ['Merge', 'Strict']));
  const policies = options.anySELinuxChangePolicy ? ['MountOption', 'Recursive'] : ['Recursive'];
  errors.push(...checkOptional(path, context, 'seLinuxChangePolicy', policies));
  return errors;
}

/** A container's security context. Upstream: `ValidateSecurityContext`, privileged containers being allowed. */
export function checkContainerSecurity(
  path: FieldPath,
  context: JsonObject | undefined,
  hostUsers: boolean,
): FieldError[] {
  if (context === undefined) return [];
  const errors = checkIds(path, context, ['runAsUser', 'runAsGroup']);
  const procMount = optStr(context, 'procMount');
  errors.push(...checkOptional(path, context, 'procMount', ['Default', 'Unmasked']));
  if (hostUsers && procMount === 'Unmasked') {
    errors.push(invalid(path.child('procMount'), procMount, '`hostUsers` must be false to use `Unmasked`'));
  }
  errors.push(...checkSeccomp(path.child('seccompProfile'), obj(context, 'seccompProfile')));
  if (optBool(context, 'allowPrivilegeEscalation') === false) {
    const refuse = (other: string): void => {
      const detail = `cannot set \`allowPrivilegeEscalation\` to false and ${other}`;
      errors.push(invalidText(path, goText('core.SecurityContext', context), detail));
    };
    if (bool(context, 'privileged')) refuse('`privileged` to true');
    for (const capability of strs(obj(context, 'capabilities'), 'add')) {
      if (capability === 'CAP_SYS_ADMIN') refuse('`capabilities.Add` CAP_SYS_ADMIN');
    }
  }
  errors.push(...checkWindowsOptions(path.child('windowsOptions'), obj(context, 'windowsOptions')));
  errors.push(...checkAppArmor(path.child('appArmorProfile'), obj(context, 'appArmorProfile')));
  return errors;
}
