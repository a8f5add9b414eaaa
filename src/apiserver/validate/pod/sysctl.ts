import type { JsonObject } from '../../../model/json.ts';
import { duplicate, type FieldError, invalid, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { bool, byteLength, objs, str } from '../fields.ts';

const NAME = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const NAME_RE = new RegExp(`^${NAME}$`);
const IPC = new Set([
  'sem',
  'shmall',
  'shmmax',
  'shmmni',
  'shm_rmid_forced',
  'shm',
  'msgmax',
  'msgmnb',
  'msgmni',
  'msg',
]);

/** The kernel namespace of a sysctl. Upstream: component-helpers `node/util/sysctl/namespace.go`. */
function namespaceOf(name: string): 'net' | 'ipc' | undefined {
  const slashes = /[./]/.exec(name)?.[0] === '/';
  const dotted = slashes ? name.replace(/[./]/g, (char) => (char === '.' ? '/' : '.')) : name;
  const prefix = dotted.split('*', 1)[0] ?? '';
  if (prefix.startsWith('kernel.') && IPC.has(prefix.slice('kernel.'.length))) return 'ipc';
  if (prefix.startsWith('net.')) return 'net';
  return prefix.startsWith('fs.mqueue.') ? 'ipc' : undefined;
}

/** Whether the pod may not set the sysctl because it shares that namespace with its host. */
export function isHostSysctl(name: string, spec: JsonObject | undefined): boolean {
  const namespace = namespaceOf(name);
  return (namespace === 'net' && bool(spec, 'hostNetwork')) || (namespace === 'ipc' && bool(spec, 'hostIPC'));
}

/** Upstream: `validateSysctls`. */
export function checkSysctls(
  path: FieldPath,
  context: JsonObject,
  spec: JsonObject,
  hostSysctls: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, sysctl] of objs(context, 'sysctls').entries()) {
    const at = path.index(i).child('name');
    const name = str(sysctl, 'name');
    if (name === '') errors.push(required(at));
    else if (byteLength(name) > 253 || !NAME_RE.test(name)) {
      errors.push(invalid(at, name, `must have at most 253 characters and match regex ^${NAME}$`));
    } else if (seen.has(name)) errors.push(duplicate(at, name));
    if (!hostSysctls && isHostSysctl(name, spec)) {
      const field = namespaceOf(name) === 'net' ? 'hostNetwork' : 'hostIPC';
      errors.push(invalid(at, name, `may not be specified when '${field}' is true`));
    }
    seen.add(name);
  }
  return errors;
}
