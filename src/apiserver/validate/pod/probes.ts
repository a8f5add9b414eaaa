import type { Json, JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { int, obj, objs, optInt, optStr, size, str } from '../fields.ts';
import { checkNonNegative } from '../metadata.ts';
import { headerName, portName, portNumber } from '../names.ts';

/** Upstream: `ValidatePortNumOrName`. */
export function checkPort(path: FieldPath, port: Json | undefined): FieldError[] {
  if (typeof port === 'string') return invalidEach(path, port, portName(port));
  const number = typeof port === 'bigint' ? port : 0n;
  return invalidEach(path, number, portNumber(number));
}

function checkHttpGet(path: FieldPath, action: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  if (str(action, 'path') === '') errors.push(required(path.child('path')));
  errors.push(...checkPort(path.child('port'), action['port']));
  const scheme = str(action, 'scheme');
  if (scheme !== 'HTTP' && scheme !== 'HTTPS') {
    errors.push(notSupported(path.child('scheme'), scheme, ['HTTP', 'HTTPS']));
  }
  for (const header of objs(action, 'httpHeaders')) {
    const name = str(header, 'name');
    errors.push(...invalidEach(path.child('httpHeaders'), name, headerName(name)));
  }
  return errors;
}

type ActionCheck = (path: FieldPath, action: JsonObject, grace: bigint | undefined) => FieldError[];

const ACTIONS: Readonly<Record<string, ActionCheck>> = {
  exec: (path, action) => (size(action, 'command') === 0 ? [required(path.child('command'))] : []),
  httpGet: checkHttpGet,
  tcpSocket: (path, action) => checkPort(path.child('port'), action['port']),
  grpc: (path, action) => checkPort(path.child('port'), int(action, 'port')),
  sleep: (path, action, grace) => {
    const seconds = int(action, 'seconds');
    if (grace === undefined || (seconds >= 0n && seconds <= grace)) return [];
    const detail = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
    return [invalid(path, seconds, detail)];
  },
};

/** Upstream: `validateHandler`. */
function checkHandler(
  path: FieldPath,
  handler: JsonObject,
  kinds: readonly string[],
  grace: bigint | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  for (const kind of kinds) {
    const action = obj(handler, kind);
    if (action === undefined) continue;
    if (count > 0) errors.push(forbidden(path.child(kind), 'may not specify more than 1 handler type'));
    else errors.push(...(ACTIONS[kind]?.(path.child(kind), action, grace) ?? []));
    count++;
  }
  if (count === 0) errors.push(required(path, 'must specify a handler type'));
  return errors;
}

function checkProbe(path: FieldPath, probe: JsonObject, grace: bigint | undefined): FieldError[] {
  const errors = checkHandler(path, probe, ['exec', 'httpGet', 'tcpSocket', 'grpc'], grace);
  for (const key of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ]) {
    errors.push(...checkNonNegative(path.child(key), int(probe, key)));
  }
  const seconds = optInt(probe, 'terminationGracePeriodSeconds');
  if (seconds !== undefined && seconds <= 0n) {
    errors.push(invalid(path.child('terminationGracePeriodSeconds'), seconds, 'must be greater than 0'));
  }
  return errors;
}

/** The three probes of a container. Upstream: `validateLivenessProbe` and its two siblings. */
export function checkProbes(path: FieldPath, container: JsonObject, grace: bigint | undefined): FieldError[] {
  return ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((kind) => {
    const probe = obj(container, kind);
    if (probe === undefined) return [];
    const at = path.child(kind);
    const errors = checkProbe(at, probe, grace);
    const seconds = optInt(probe, 'terminationGracePeriodSeconds');
    if (kind === 'readinessProbe') {
      if (seconds !== undefined) {
        const detail = 'must not be set for readinessProbes';
        errors.push(invalid(at.child('terminationGracePeriodSeconds'), seconds, detail));
      }
    } else if (int(probe, 'successThreshold') !== 1n) {
      errors.push(invalid(at.child('successThreshold'), int(probe, 'successThreshold'), 'must be 1'));
    }
    return errors;
  });
}

const NAMED_SIGNALS =
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT RTMAX RTMAX-1 RTMAX-10 RTMAX-11 RTMAX-12 RTMAX-13 RTMAX-14 RTMAX-2 RTMAX-3 RTMAX-4 RTMAX-5 RTMAX-6 RTMAX-7 RTMAX-8 RTMAX-9 RTMIN RTMIN+1 RTMIN+10 RTMIN+11 RTMIN+12 RTMIN+13 RTMIN+14 RTMIN+15 RTMIN+2 RTMIN+3 RTMIN+4 RTMIN+5 RTMIN+6 RTMIN+7 RTMIN+8 RTMIN+9 SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ';
const LINUX_SIGNALS = NAMED_SIGNALS.split(' ').map((name) => `SIG${name}`);
const WINDOWS_SIGNALS = ['SIGKILL', 'SIGTERM'];

function checkStopSignal(path: FieldPath, signal: string, os: JsonObject | undefined): FieldError[] {
  if (os === undefined) return [forbidden(path, 'may not be set for containers with empty `spec.os.name`')];
  const name = str(os, 'name');
  const signals = name === 'windows' ? WINDOWS_SIGNALS : name === 'linux' ? LINUX_SIGNALS : undefined;
  if (signals === undefined || signals.includes(signal)) return [];
  return [notSupported(path, signal, signals)];
}

/** Upstream: `validateLifecycle`. */
export function checkLifecycle(
  path: FieldPath,
  container: JsonObject,
  grace: bigint | undefined,
  os: JsonObject | undefined,
): FieldError[] {
  const lifecycle = obj(container, 'lifecycle');
  const errors: FieldError[] = [];
  for (const hook of ['postStart', 'preStop']) {
    const handler = obj(lifecycle, hook);
    if (handler === undefined) continue;
    errors.push(...checkHandler(path.child(hook), handler, ['exec', 'httpGet', 'tcpSocket', 'sleep'], grace));
  }
  const signal = optStr(lifecycle, 'stopSignal');
  if (signal !== undefined) errors.push(...checkStopSignal(path.child('stopSignal'), signal, os));
  return errors;
}
