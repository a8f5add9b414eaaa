import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden, invalid, invalidText, notSupported, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { bool, byteLength, has, obj, optBool, optStr, size, str } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { dnsSubdomain } from '../names.ts';
import { allContainers } from './containers-of.ts';

const NET_BIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const DOMAIN = new RegExp(`^${DNS}(?:\\.${DNS})*$`);
const BAD_USER = /["/\\:;|=,+*?<>@[\]]/;

/** Upstream: `validateWindowsSecurityContextOptions`. */
export function checkWindowsOptions(path: FieldPath, options: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const refuse = (key: string, value: string, detail: string): void => {
    errors.push(invalidText(path.child(key), goText('s', value), detail));
  };
  const name = optStr(options, 'gmsaCredentialSpecName');
  if (name !== undefined) for (const detail of dnsSubdomain(name)) refuse('gmsaCredentialSpecName', name, detail);
  const spec = optStr(options, 'gmsaCredentialSpec');
  if (spec === '') refuse('gmsaCredentialSpec', spec, 'gmsaCredentialSpec cannot be an empty string');
  else if (spec !== undefined && byteLength(spec) > 64 * 1024) {
    refuse('gmsaCredentialSpec', spec, 'gmsaCredentialSpec size must be under 64 KiB');
  }
  const user = optStr(options, 'runAsUserName');
  if (user !== undefined) for (const detail of userComplaints(user)) refuse('runAsUserName', user, detail);
  return errors;
}

function userComplaints(name: string): readonly string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x1f\x7f]/.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const user = parts[parts.length - 1] ?? '';
  const domain = parts.length === 2 ? (parts[0] ?? '') : '';
  const complaints: string[] = [];
  if (byteLength(domain) >= 256) complaints.push("runAsUserName's Domain length must be under 256 characters");
  if (parts.length === 2 && !NET_BIOS.test(domain) && !DOMAIN.test(domain)) {
    complaints.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === '') complaints.push("runAsUserName's User cannot be empty");
  else if (byteLength(user) > 104) {
    complaints.push("runAsUserName's User length must not be longer than 104 characters");
  }
  if (/^[. ]+$/.test(user)) complaints.push("runAsUserName's User cannot contain only periods or spaces");
  if (BAD_USER.test(user)) {
    complaints.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]');
  }
  return complaints;
}

function hostProcess(owner: JsonObject | undefined): boolean | undefined {
  return optBool(obj(obj(owner, 'securityContext'), 'windowsOptions'), 'hostProcess');
}

/** Upstream: `validateWindowsHostProcessPod`. */
export function checkHostProcess(path: FieldPath, spec: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const ofPod = hostProcess(spec);
  const containers = allContainers(spec, path);
  let count = 0;
  for (const [container, at] of containers) {
    const own = hostProcess(container);
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      errors.push(invalid(at.child('securityContext', 'windowsOptions', 'hostProcess'), own, detail));
    }
    if (own ?? ofPod ?? false) count++;
  }
  if (count === 0) return errors;
  if (count !== containers.length) {
    const detail = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalid(path, '', detail));
  }
  if (!bool(spec, 'hostNetwork')) {
    const detail = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalid(path.child('hostNetwork'), false, detail));
  }
  return errors;
}

const LINUX_POD: readonly (readonly [string, 'spec' | 'context'])[] = [
  ['appArmorProfile', 'context'],
  ['seLinuxOptions', 'context'],
  ['hostUsers', 'spec'],
  ['hostPID', 'spec'],
  ['hostIPC', 'spec'],
  ['seccompProfile', 'context'],
  ['fsGroup', 'context'],
  ['fsGroupChangePolicy', 'context'],
  ['sysctls', 'context'],
  ['shareProcessNamespace', 'spec'],
  ['runAsUser', 'context'],
  ['runAsGroup', 'context'],
  ['supplementalGroups', 'context'],
  ['supplementalGroupsPolicy', 'context'],
  ['seLinuxChangePolicy', 'context'],
];
const LINUX_CONTAINER = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

function checkWindowsPod(path: FieldPath, spec: JsonObject): FieldError[] {
  const detail = 'cannot be set for a windows pod';
  const context = obj(spec, 'securityContext');
  const isSet = (key: string, where: 'spec' | 'context'): boolean => {
    if (key === 'hostPID' || key === 'hostIPC') return bool(spec, key);
    if (key === 'sysctls') return size(context, key) > 0;
    return has(where === 'spec' ? spec : context, key);
  };
  const errors = LINUX_POD.filter(([key, where]) => isSet(key, where)).map(([key, where]) =>
    forbidden(where === 'spec' ? path.child(key) : path.child('securityContext', key), detail),
  );
  for (const [container, at] of allContainers(spec, path)) {
    const own = obj(container, 'securityContext');
    for (const key of LINUX_CONTAINER) {
      if (has(own, key)) errors.push(forbidden(at.child('securityContext', key), detail));
    }
  }
  return errors;
}

function checkLinuxPod(path: FieldPath, spec: JsonObject): FieldError[] {
  const owners = [[spec, path] as const, ...allContainers(spec, path)];
  return owners
    .filter(([owner]) => has(obj(owner, 'securityContext'), 'windowsOptions'))
    .map(([, at]) =>
      forbidden(at.child('securityContext', 'windowsOptions'), 'windows options cannot be set for a linux pod'),
    );
}

/** What `spec.os` forbids. Upstream: `validateOS`, `validateLinux` and `validateWindows`. */
export function checkOs(path: FieldPath, spec: JsonObject): FieldError[] {
  const os = obj(spec, 'os');
  if (os === undefined) return [];
  const name = str(os, 'name');
  if (name === '') return [required(path.child('os', 'name'))];
  if (name === 'linux') return checkLinuxPod(path, spec);
  if (name === 'windows') return checkWindowsPod(path, spec);
  return [notSupported(path.child('os'), name, ['linux', 'windows'])];
}
