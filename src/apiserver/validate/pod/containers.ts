import type { JsonObject } from '../../../model/json.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  invalidText,
  notFound,
  required,
} from '../field-error.ts';
import type { FieldPath } from '../field-path.ts';
import { has, int, obj, objs, optBool, size, str } from '../fields.ts';
import { jsonString } from '../go-value.ts';
import { checkDnsLabel, portName, portNumber } from '../names.ts';
import { checkContainerResourceName } from '../resource-names.ts';
import { checkEnv, checkEnvFrom } from './env.ts';
import { checkDevices, checkMounts } from './mounts.ts';
import type { PodOptions } from './options.ts';
import { checkLifecycle, checkProbes } from './probes.ts';
import { checkEnum, checkPullPolicy } from './pull-policy.ts';
import { checkResources } from './resources.ts';
import { checkRestartRules } from './restart-rules.ts';
import { checkContainerSecurity } from './security.ts';
import type { Volumes } from './volumes.ts';

/** What the checks of a container need to know about its pod. */
export interface PodContext {
  readonly spec: JsonObject;
  readonly volumes: Volumes;
  readonly claims: ReadonlySet<string>;
  readonly options: PodOptions;
  /** `spec.terminationGracePeriodSeconds`. */
  readonly grace: bigint | undefined;
}

/** Protocols that a port may have, in the order in which errors name them. */
export const PROTOCOLS: readonly string[] = ['SCTP', 'TCP', 'UDP'];

function checkPorts(path: FieldPath, container: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, port] of objs(container, 'ports').entries()) {
    const at = path.index(i);
    const name = str(port, 'name');
    if (name !== '') {
      const complaints = portName(name);
      if (complaints.length > 0) errors.push(...invalidEach(at.child('name'), name, complaints));
      else if (names.has(name)) errors.push(duplicate(at.child('name'), name));
      else names.add(name);
    }
    const [own, host] = [int(port, 'containerPort'), int(port, 'hostPort')];
    if (own === 0n) errors.push(required(at.child('containerPort')));
    else errors.push(...invalidEach(at.child('containerPort'), own, portNumber(own)));
    if (host !== 0n) errors.push(...invalidEach(at.child('hostPort'), host, portNumber(host)));
    errors.push(...checkEnum(at.child('protocol'), str(port, 'protocol'), PROTOCOLS));
  }
  return errors;
}

const RESIZABLE = ['cpu', 'memory'];
const RESIZES = ['NotRequired', 'RestartContainer'];

function checkResizePolicy(path: FieldPath, container: JsonObject, podPolicy: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, item] of objs(container, 'resizePolicy').entries()) {
    const [name, policy] = [str(item, 'resourceName'), str(item, 'restartPolicy')];
    if (seen.has(name)) errors.push({ ...duplicate(path.index(i), name), value: jsonString(name) });
    seen.add(name);
    errors.push(...checkEnum(path, name, RESIZABLE), ...checkEnum(path, policy, RESIZES));
    if (podPolicy === 'Never' && policy !== 'NotRequired') {
      const detail = "must be 'NotRequired' when pod `restartPolicy` is 'Never'";
      errors.push(invalidText(path, jsonString(policy), detail));
    }
  }
  return errors;
}

function checkCommon(path: FieldPath, container: JsonObject, pod: PodContext): FieldError[] {
  const name = str(container, 'name');
  const errors = name === '' ? [required(path.child('name'))] : checkDnsLabel(path.child('name'), name);
  if (str(container, 'image') === '') errors.push(required(path.child('image')));
  errors.push(
    ...checkEnum(path.child('terminationMessagePolicy'), str(container, 'terminationMessagePolicy'), [
      'File',
      'FallbackToLogsOnError',
    ]),
    ...checkPorts(path.child('ports'), container),
    ...checkEnv(path.child('env'), container),
    ...checkEnvFrom(path.child('envFrom'), container),
    ...checkMounts(path.child('volumeMounts'), container, pod.volumes),
    ...checkDevices(path.child('volumeDevices'), container, pod.volumes),
    ...checkPullPolicy(path.child('imagePullPolicy'), str(container, 'imagePullPolicy')),
    ...checkResources(
      path.child('resources'),
      obj(container, 'resources'),
      checkContainerResourceName,
      pod.claims,
      pod.options,
    ),
    ...checkResizePolicy(path.child('resizePolicy'), container, str(pod.spec, 'restartPolicy')),
    ...checkContainerSecurity(
      path.child('securityContext'),
      obj(container, 'securityContext'),
      optBool(pod.spec, 'hostUsers') !== false,
    ),
  );
  return errors;
}

/** The same host port twice. Upstream: `AccumulateUniqueHostPorts`. */
function checkHostPorts(path: FieldPath, containers: readonly JsonObject[]): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, container] of containers.entries()) {
    for (const [j, port] of objs(container, 'ports').entries()) {
      const number = int(port, 'hostPort');
      if (number === 0n) continue;
      const key = `${str(port, 'protocol')}/${str(port, 'hostIP')}/${number}`;
      if (seen.has(key)) errors.push(duplicate(path.index(i).child('ports').index(j).child('hostPort'), key));
      seen.add(key);
    }
  }
  return errors;
}

/** Upstream: `validateContainers`. */
export function checkContainers(path: FieldPath, pod: PodContext): FieldError[] {
  const containers = objs(pod.spec, 'containers');
  if (containers.length === 0) return [required(path)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, i) => {
    const at = path.index(i);
    const own = checkCommon(at, container, pod);
    const name = str(container, 'name');
    if (names.has(name)) own.push(duplicate(at.child('name'), name));
    names.add(name);
    if (has(container, 'lifecycle')) {
      own.push(...checkLifecycle(at.child('lifecycle'), container, pod.grace, obj(pod.spec, 'os')));
    }
    own.push(...checkProbes(at, container, pod.grace), ...checkRestartRules(at, container));
    return own;
  });
  return [...errors, ...checkHostPorts(path, containers)];
}

const ONLY_SIDECARS = 'may not be set for init containers without restartPolicy=Always';

/** Upstream: `validateInitContainers`. Host ports that clash within one container are told as the first one's. */
export function checkInitContainers(path: FieldPath, pod: PodContext): FieldError[] {
  const names = new Set(objs(pod.spec, 'containers').map((container) => str(container, 'name')));
  return objs(pod.spec, 'initContainers').flatMap((container, i) => {
    const at = path.index(i);
    const errors = checkCommon(at, container, pod);
    const sidecar = str(container, 'restartPolicy') === 'Always';
    if (has(container, 'restartPolicy')) errors.push(...checkRestartRules(at, container));
    else if (size(container, 'restartPolicyRules') > 0) {
      errors.push(required(at.child('restartPolicy'), 'must specify restartPolicy when restart rules are used'));
    }
    const name = str(container, 'name');
    if (names.has(name)) errors.push(duplicate(at.child('name'), name));
    else if (name !== '') names.add(name);
    errors.push(...checkHostPorts(path, [container]));
    if (sidecar) {
      if (has(container, 'lifecycle')) {
        errors.push(...checkLifecycle(at.child('lifecycle'), container, pod.grace, obj(pod.spec, 'os')));
      }
      errors.push(...checkProbes(at, container, pod.grace));
    } else {
      for (const key of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']) {
        if (has(container, key)) errors.push(forbidden(at.child(key), ONLY_SIDECARS));
      }
    }
    if (sidecar || pod.options.restartingInitContainerResize) return errors;
    for (const [j, item] of objs(container, 'resizePolicy').entries()) {
      if (str(item, 'restartPolicy') !== 'RestartContainer') continue;
      const where = at.child('resizePolicy').index(j).child('restartPolicy');
      const detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
      errors.push(invalidText(where, '"RestartContainer"', detail));
    }
    return errors;
  });
}

/** The fields an ephemeral container can't have, in the order of Go's struct, and whether one is set. */
const NOT_EPHEMERAL: readonly (readonly [string, (container: JsonObject) => boolean])[] = [
  ['ports', (container) => has(container, 'ports')],
  ['resources', (container) => size(container, 'resources') > 0],
  ['resizePolicy', (container) => has(container, 'resizePolicy')],
  ['restartPolicy', (container) => has(container, 'restartPolicy')],
  ['restartPolicyRules', (container) => has(container, 'restartPolicyRules')],
  ['livenessProbe', (container) => has(container, 'livenessProbe')],
  ['readinessProbe', (container) => has(container, 'readinessProbe')],
  ['startupProbe', (container) => has(container, 'startupProbe')],
  ['lifecycle', (container) => has(container, 'lifecycle')],
];

/** Upstream: `validateEphemeralContainers`. */
export function checkEphemeralContainers(path: FieldPath, pod: PodContext): FieldError[] {
  const others = [...objs(pod.spec, 'containers'), ...objs(pod.spec, 'initContainers')];
  const targets = new Set(others.map((container) => str(container, 'name')));
  const names = new Set(targets);
  return objs(pod.spec, 'ephemeralContainers').flatMap((container, i) => {
    const at = path.index(i);
    const errors = [...checkCommon(at, container, pod), ...checkImageSpace(at, container)];
    const name = str(container, 'name');
    if (names.has(name)) errors.push(duplicate(at.child('name'), name));
    names.add(name);
    const target = str(container, 'targetContainerName');
    if (target !== '' && !targets.has(target)) errors.push(notFound(at.child('targetContainerName'), target));
    const detail = 'cannot be set for an Ephemeral Container';
    for (const [key, isSet] of NOT_EPHEMERAL) if (isSet(container)) errors.push(forbidden(at.child(key), detail));
    for (const [j, mount] of objs(container, 'volumeMounts').entries()) {
      for (const key of ['subPath', 'subPathExpr']) {
        if (str(mount, key) !== '') errors.push(forbidden(at.child('volumeMounts').index(j).child(key), detail));
      }
    }
    return errors;
  });
}

/** Upstream: `validateContainerOnlyForPod`. */
export function checkImageSpace(path: FieldPath, container: JsonObject): FieldError[] {
  const image = str(container, 'image');
  if (image === image.trim()) return [];
  return [invalid(path.child('image'), image, 'must not have leading or trailing whitespace')];
}
