import type { Json, JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden, invalid, invalidText, required } from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { entries, has, int, obj, objs, optInt, size, str } from '../fields.ts';
import { goDiff } from '../go-diff.ts';
import { goText } from '../go-struct.ts';
import { semanticEqual } from '../immutable.ts';
import { checkCoreMetadataUpdate } from '../metadata.ts';
import { checkPodAnnotationUpdates } from './annotations.ts';
import { type PodOptions, podOptions } from './options.ts';
import { checkPod } from './pod.ts';
import { checkTolerations } from './scheduling.ts';
import { checkDeadline } from './spec.ts';

const SPEC = root('spec');
const CHANGEABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Upstream: `ValidatePodUpdate`. */
export function checkPodUpdate(pod: JsonObject, old: JsonObject): FieldError[] {
  const options: PodOptions = { ...podOptions(old), isPod: true };
  const [spec, before] = [obj(pod, 'spec') ?? {}, obj(old, 'spec') ?? {}];
  const errors = [
    ...checkCoreMetadataUpdate(pod, old),
    ...checkPod(pod, options),
    ...checkPodAnnotationUpdates(root('metadata', 'annotations'), pod, old, options),
  ];
  for (const list of ['containers', 'initContainers']) {
    if (size(spec, list) !== size(before, list)) {
      errors.push(forbidden(SPEC.child(list), 'pod updates may not add or remove containers'));
      return errors;
    }
    errors.push(...checkImages(SPEC.child(list), objs(spec, list)));
  }
  const deadline = checkDeadlineUpdate(SPEC.child('activeDeadlineSeconds'), spec, before);
  errors.push(...deadline);
  if (deadline.length > 0 && has(spec, 'activeDeadlineSeconds')) return errors;
  errors.push(...checkAddedTolerations(SPEC.child('tolerations'), spec, before, options));
  errors.push(...checkRemovedGates(SPEC.child('schedulingGates'), spec, before));
  if (semanticEqual('core.PodSpec', spec, before)) return errors;
  const munged = withoutChangeable(spec, before);
  const scheduled = size(before, 'schedulingGates') === 0 ? munged : withoutScheduling(munged, before, errors);
  if (!semanticEqual('core.PodSpec', scheduled, before)) {
    errors.push(forbidden(SPEC, `${CHANGEABLE}\n${goDiff('core.PodSpec', before, scheduled)}`));
  }
  return errors;
}

function checkImages(path: FieldPath, containers: readonly JsonObject[]): FieldError[] {
  return containers.flatMap((container, i) => {
    const image = str(container, 'image');
    const at = path.index(i).child('image');
    if (image === '') return [required(at)];
    return image === image.trim() ? [] : [invalid(at, image, 'must not have leading or trailing whitespace')];
  });
}

function checkDeadlineUpdate(path: FieldPath, spec: JsonObject, before: JsonObject): FieldError[] {
  const [now, then] = [optInt(spec, 'activeDeadlineSeconds'), optInt(before, 'activeDeadlineSeconds')];
  if (now === undefined) {
    if (then === undefined) return [];
    return [invalidText(path, 'null', 'must not update from a positive integer to nil value')];
  }
  const errors = checkDeadline(path, now, 0n);
  if (errors.length > 0 || then === undefined || then >= now) return errors;
  return [invalid(path, now, 'must be less than or equal to previous value')];
}

function checkAddedTolerations(
  path: FieldPath,
  spec: JsonObject,
  before: JsonObject,
  options: PodOptions,
): FieldError[] {
  const tolerations = objs(spec, 'tolerations');
  const errors: FieldError[] = [];
  for (const old of objs(before, 'tolerations')) {
    const kept = tolerations.some((item) =>
      ['key', 'operator', 'value', 'effect'].every((key) => str(item, key) === str(old, key)),
    );
    if (!kept) errors.push(forbidden(path, 'existing toleration can not be modified except its tolerationSeconds'));
  }
  return [...errors, ...checkTolerations(path, tolerations, options)];
}

function checkRemovedGates(path: FieldPath, spec: JsonObject, before: JsonObject): FieldError[] {
  const known = new Set(objs(before, 'schedulingGates').map((gate) => str(gate, 'name')));
  const added = new Map(objs(spec, 'schedulingGates').map((gate, i) => [str(gate, 'name'), i] as const));
  return [...added]
    .filter(([name]) => !known.has(name))
    .map(([name, i]) =>
      forbidden(path.index(i).child('name'), `only deletion is allowed, but found new scheduling gate '${name}'`),
    );
}

/** The new spec with everything that may change put back. */
function withoutChangeable(spec: JsonObject, before: JsonObject): JsonObject {
  const munged: Record<string, Json> = { ...spec };
  for (const list of ['containers', 'initContainers']) {
    const old = objs(before, list);
    if (size(spec, list) === 0) delete munged[list];
    else munged[list] = objs(spec, list).map((item, i) => ({ ...item, image: str(old[i], 'image') }));
  }
  for (const key of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations']) restore(munged, before, key);
  const grace = 'terminationGracePeriodSeconds';
  if ((optInt(before, grace) ?? 0n) < 0n && int(spec, grace) === 1n) restore(munged, before, grace);
  return munged;
}

function restore(into: Record<string, Json>, before: JsonObject, key: string): void {
  const value = before[key];
  if (value === undefined) delete into[key];
  else into[key] = value;
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** The same for what may change while the pod is gated; adds what is wrong with those changes to `errors`. */
function withoutScheduling(spec: JsonObject, before: JsonObject, errors: FieldError[]): JsonObject {
  const munged: Record<string, Json> = { ...spec };
  if (!semanticEqual('{s', spec['nodeSelector'], before['nodeSelector'])) {
    const now = obj(spec, 'nodeSelector') ?? {};
    if (entries(before, 'nodeSelector').some(([key, value]) => now[key] !== value)) {
      const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
      errors.push(invalidText(SPEC.child('nodeSelector'), goText('{s', spec['nodeSelector']), detail));
    }
    restore(munged, before, 'nodeSelector');
  }
  const [affinity, oldAffinity] = [obj(spec, 'affinity'), obj(before, 'affinity')];
  const [node, oldNode] = [obj(affinity, 'nodeAffinity'), obj(oldAffinity, 'nodeAffinity')];
  if (semanticEqual('*core.NodeAffinity', node, oldNode)) return munged;
  errors.push(...checkNodeAffinityChange(SPEC.child('affinity', 'nodeAffinity'), node, oldNode));
  if (affinity === undefined) {
    if (oldNode !== undefined) munged['affinity'] = { nodeAffinity: oldNode };
  } else if (
    oldAffinity === undefined &&
    obj(affinity, 'podAntiAffinity') === undefined &&
    obj(affinity, 'podAffinity') === undefined
  ) {
    delete munged['affinity'];
  } else {
    const kept: Record<string, Json> = { ...affinity };
    if (oldNode === undefined) delete kept['nodeAffinity'];
    else kept['nodeAffinity'] = oldNode;
    munged['affinity'] = kept;
  }
  return munged;
}

function checkNodeAffinityChange(
  path: FieldPath,
  node: JsonObject | undefined,
  oldNode: JsonObject | undefined,
): FieldError[] {
  const oldSelector = obj(oldNode, REQUIRED);
  if (oldSelector === undefined) return [];
  const oldTerms = objs(oldSelector, 'nodeSelectorTerms');
  const terms = objs(obj(node, REQUIRED), 'nodeSelectorTerms');
  const at = path.child(REQUIRED, 'nodeSelectorTerms');
  if (oldTerms.length > 0 && oldTerms.length !== terms.length) {
    const shown = goText('[core.NodeSelectorTerm', obj(node, REQUIRED)?.['nodeSelectorTerms']);
    return [invalidText(at, shown, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  }
  return oldTerms.flatMap((old, i) => {
    if (hasOnlyAdditions(terms[i], old)) return [];
    const detail = 'only additions are allowed (no mutations or deletions)';
    return [invalidText(at.index(i), goText('core.NodeSelectorTerm', terms[i]), detail)];
  });
}

function hasOnlyAdditions(term: JsonObject | undefined, old: JsonObject): boolean {
  const parts = ['matchExpressions', 'matchFields'];
  if (parts.every((key) => size(old, key) === 0)) return parts.every((key) => size(term, key) === 0);
  return parts.every((key) => {
    const before = objs(old, key);
    const now = objs(term, key);
    if (now.length < before.length) return false;
    return semanticEqual('[core.NodeSelectorRequirement', now.slice(0, before.length), before);
  });
}
