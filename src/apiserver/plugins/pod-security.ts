import { asString, getPath, type JsonObject } from '../../model/json.ts';
import { labelsOf, nameOf } from '../../model/resource.ts';
import { type Mutable, objectAt, objectsAt } from '../default/mutable.ts';
import { evaluatePod, violationsText } from '../pod-security/evaluate.ts';
import { compareLevels, type LevelVersion, levelText, minorOf, namespacePolicy } from '../pod-security/policy.ts';
import { viewOf } from '../pod-security/view.ts';
import { groupResource } from '../resources/resource.ts';
import { forbidden, invalid } from '../status/texts.ts';
import { type FieldError, invalidMessage } from '../validate/index.ts';
import type { Plugin, PluginCall, Verdict } from './plugin.ts';

/** Where each controller keeps its pod template. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  deployments: ['spec', 'template'],
  daemonsets: ['spec', 'template'],
  statefulsets: ['spec', 'template'],
  replicasets: ['spec', 'template'],
  replicationcontrollers: ['spec', 'template'],
  jobs: ['spec', 'template'],
  cronjobs: ['spec', 'jobTemplate', 'spec', 'template'],
  podtemplates: ['template'],
};
const POD_SUBRESOURCES = new Set(['', 'ephemeralcontainers', 'resize']);
/** Upstream checks no more pods than this when a namespace's level rises. */
const MOST_PODS = 3000;

/** Pod security standards by namespace label. Upstream: `k8s.io/pod-security-admission`. */
export const podSecurity: Plugin = {
  name: 'PodSecurity',
  validate: (call) => {
    const { resource, request } = call;
    if (resource.type === undefined || (request.operation !== 'CREATE' && request.operation !== 'UPDATE')) return {};
    if (resource.type === 'V1Namespace') return request.subResource === '' ? validateNamespace(call) : {};
    if (resource.type === 'V1Pod') return validatePod(call);
    const path = TEMPLATES[resource.gvr.resource];
    return path === undefined || request.subResource !== '' ? {} : validateController(call, path);
  },
};

function policyOf({ request, store }: PluginCall) {
  const namespace = store.get('', 'Namespace', '', request.namespace);
  return namespacePolicy(namespace === undefined ? {} : labelsOf(namespace));
}

function check(at: LevelVersion, pod: Mutable) {
  return evaluatePod(at.level, minorOf(at.version), viewOf(pod));
}

function warningOf(at: LevelVersion, pod: Mutable): Verdict {
  const violations = check(at, pod);
  if (violations.length === 0) return {};
  return { warnings: [`would violate PodSecurity "${levelText(at)}": ${violationsText(violations)}`] };
}

function validatePod(call: PluginCall): Verdict {
  const { request, resource } = call;
  if (!POD_SUBRESOURCES.has(request.subResource) || request.object === null) return {};
  if (request.oldObject !== null && !changedImages(request.object, request.oldObject)) return {};
  const { enforce, warn } = policyOf(call);
  const violations = check(enforce, request.object as Mutable);
  if (violations.length === 0) return warningOf(warn, request.object as Mutable);
  const detail = `violates PodSecurity "${levelText(enforce)}": ${violationsText(violations)}`;
  return { refused: forbidden(groupResource(resource), request.name, detail) };
}

function validateController(call: PluginCall, path: readonly string[]): Verdict {
  const template = getPath(call.request.object ?? {}, ...path);
  return template === undefined || template === null ? {} : warningOf(policyOf(call).warn, template as Mutable);
}

/** Only new containers and new images make an update worth a check. */
function changedImages(object: JsonObject, old: JsonObject): boolean {
  const list = (pod: JsonObject, key: string): readonly Mutable[] =>
    objectsAt(objectAt(pod as Mutable, 'spec') ?? {}, key);
  for (const key of ['containers', 'initContainers']) {
    const [now, before] = [list(object, key), list(old, key)];
    if (now.length !== before.length) return true;
    if (now.some((container, i) => container['image'] !== before[i]?.['image'])) return true;
  }
  const before = list(old, 'ephemeralContainers');
  return list(object, 'ephemeralContainers').some((container) => {
    const known = before.find((other) => other['name'] === container['name']);
    return known === undefined || known['image'] !== container['image'];
  });
}

function validateNamespace(call: PluginCall): Verdict {
  const { request, store } = call;
  if (request.object === null) return {};
  const policy = namespacePolicy(labelsOf(request.object));
  const errors: readonly FieldError[] = policy.errors.map(({ label, value, detail }) => ({
    type: 'Invalid',
    path: `metadata.labels[${label}]`,
    value: `"${value}"`,
    detail,
  }));
  const name = nameOf(request.object);
  const refused = invalid(invalidMessage('', 'Namespace', name, errors));
  if (request.oldObject === null) return errors.length > 0 ? { refused } : {};
  const old = namespacePolicy(labelsOf(request.oldObject));
  const sameErrors = JSON.stringify(old.errors) === JSON.stringify(policy.errors);
  if (errors.length > 0 && !sameErrors) return { refused };
  const [now, before] = [policy.enforce, old.enforce];
  const unchanged = now.version === before.version && compareLevels(now.level, before.level) < 1;
  if (now.level === 'privileged' || unchanged) return {};
  return { warnings: existingViolations(name, now, store.list('', 'Pod', name)) };
}

function existingViolations(namespace: string, at: LevelVersion, all: readonly JsonObject[]): readonly string[] {
  const pods = onePerController(all);
  const names = new Map<string, string[]>();
  for (const pod of pods.slice(0, MOST_PODS)) {
    const violations = check(at, pod as Mutable);
    if (violations.length === 0) continue;
    const reasons = violations.map(({ reason }) => reason).join(', ');
    names.set(reasons, [...(names.get(reasons) ?? []), nameOf(pod)]);
  }
  const lines = [...names].map(([reasons, violating]) => {
    const [first = ''] = [...violating].sort();
    const others = violating.length - 1;
    const more = others === 0 ? '' : others === 1 ? ' (and 1 other pod)' : ` (and ${others} other pods)`;
    return `${first}${more}: ${reasons}`;
  });
  const head = `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${levelText(at)}"`;
  const limit = `new PodSecurity enforce level only checked against the first ${MOST_PODS} of ${pods.length} existing pods`;
  return [...(pods.length > MOST_PODS ? [limit] : []), ...(lines.length > 0 ? [head] : []), ...lines.sort()];
}

/** Pods of one controller are alike: one of each comes first. */
function onePerController(pods: readonly JsonObject[]): readonly JsonObject[] {
  const seen = new Set<string>();
  const first: JsonObject[] = [];
  const rest: JsonObject[] = [];
  for (const pod of pods) {
    const owners = objectsAt(objectAt(pod as Mutable, 'metadata') ?? {}, 'ownerReferences');
    const uid = asString(owners.find((owner) => owner['controller'] === true)?.['uid']);
    if (uid !== undefined && seen.has(uid)) rest.push(pod);
    else first.push(pod);
    if (uid !== undefined) seen.add(uid);
  }
  return [...first, ...rest];
}
