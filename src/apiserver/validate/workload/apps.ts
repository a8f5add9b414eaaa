import type { Json, JsonObject } from '../../../model/json.ts';
import { type FieldError, forbidden, invalid, invalidText, notSupportedText, required } from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { has, int, obj, objs, optInt, size, str } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkImmutable, semanticEqual } from '../immutable.ts';
import { checkSelector, hasInvalidValues, isEmptySelector, isUsableSelector, selectorText } from '../label-selector.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate, checkNonNegative } from '../metadata.ts';
import { checkDnsLabel, labelName, longName, subdomainName } from '../names.ts';
import { type PodOptions, podOptions } from '../pod/options.ts';
import { checkTemplate, checkTemplateMeta } from '../pod/template.ts';
import { CLAIM_STRICT, checkClaimSpec } from '../storage/claim-spec.ts';
import { checkAlwaysTemplate, checkOwnSelector, checkReplicaTemplate, checkSelectsTemplate } from './controller.ts';
import { checkAtMost100, checkIntOrPercent, intOrPercent } from './int-or-percent.ts';

const SPEC = root('spec');

function templateOf(object: JsonObject | undefined): JsonObject | undefined {
  return obj(obj(object, 'spec'), 'template');
}

function checkCounts(path: FieldPath, spec: JsonObject, ...keys: readonly string[]): FieldError[] {
  return keys.flatMap((key) => checkNonNegative(path.child(key), optInt(spec, key)));
}

function checkSelectorUnchanged(object: JsonObject, old: JsonObject): FieldError[] {
  const [now, then] = [obj(object, 'spec')?.['selector'], obj(old, 'spec')?.['selector']];
  return checkImmutable(SPEC.child('selector'), '*meta.LabelSelector', now, then);
}

// Deployment

function checkDeploymentSpec(spec: JsonObject, options: PodOptions): FieldError[] {
  const errors = [
    ...checkCounts(SPEC, spec, 'replicas'),
    ...checkReplicaTemplate(SPEC, spec, options),
    ...checkDeploymentStrategy(SPEC.child('strategy'), obj(spec, 'strategy')),
    ...checkCounts(SPEC, spec, 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'),
  ];
  const deadline = optInt(spec, 'progressDeadlineSeconds');
  if (deadline !== undefined && deadline <= int(spec, 'minReadySeconds')) {
    errors.push(invalid(SPEC.child('progressDeadlineSeconds'), deadline, 'must be greater than minReadySeconds'));
  }
  return errors;
}

function checkDeploymentStrategy(path: FieldPath, strategy: JsonObject | undefined): FieldError[] {
  const rolling = obj(strategy, 'rollingUpdate');
  const at = path.child('rollingUpdate');
  switch (str(strategy, 'type')) {
    case 'Recreate':
      if (rolling === undefined) return [];
      return [forbidden(at, "may not be specified when strategy `type` is 'Recreate'")];
    case 'RollingUpdate':
      if (rolling === undefined) return [required(at, 'this should be defaulted and never be nil')];
      return checkRollingDeployment(at, rolling);
    default: {
      const shown = goText('apps.DeploymentStrategy', strategy);
      return [notSupportedText(path, shown, ['Recreate', 'RollingUpdate'])];
    }
  }
}

function checkRollingDeployment(path: FieldPath, rolling: JsonObject): FieldError[] {
  const [unavailable, surge] = [rolling['maxUnavailable'], rolling['maxSurge']];
  const at = path.child('maxUnavailable');
  const errors = [...checkIntOrPercent(at, unavailable), ...checkIntOrPercent(path.child('maxSurge'), surge)];
  if (intOrPercent(unavailable) === 0n && intOrPercent(surge) === 0n) {
    errors.push(invalidText(at, goText('o', unavailable), 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...checkAtMost100(at, unavailable)];
}

/** Upstream: `ValidateDeployment`. */
export function checkDeployment(object: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadata(obj(object, 'metadata'), true, subdomainName),
    ...checkDeploymentSpec(obj(object, 'spec') ?? {}, podOptions(undefined)),
  ];
}

/** Upstream: `ValidateDeploymentUpdate`. */
export function checkDeploymentUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadataUpdate(object, old),
    ...checkDeploymentSpec(obj(object, 'spec') ?? {}, podOptions(templateOf(old))),
    ...checkSelectorUnchanged(object, old),
  ];
}

// ReplicaSet

function checkReplicaSetSpec(spec: JsonObject, options: PodOptions): FieldError[] {
  return [...checkCounts(SPEC, spec, 'replicas', 'minReadySeconds'), ...checkReplicaTemplate(SPEC, spec, options)];
}

/** Upstream: `ValidateReplicaSet`. */
export function checkReplicaSet(object: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadata(obj(object, 'metadata'), true, subdomainName),
    ...checkReplicaSetSpec(obj(object, 'spec') ?? {}, podOptions(undefined)),
  ];
}

/** Upstream: `ValidateReplicaSetUpdate`. */
export function checkReplicaSetUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadataUpdate(object, old),
    ...checkReplicaSetSpec(obj(object, 'spec') ?? {}, podOptions(templateOf(old))),
    ...checkSelectorUnchanged(object, old),
  ];
}

// DaemonSet

function checkDaemonSetSpec(spec: JsonObject, options: PodOptions): FieldError[] {
  const selector = obj(spec, 'selector');
  const at = SPEC.child('selector');
  const errors = checkSelector(at, selector, { allowInvalidValues: options.anySelectorValue });
  if (isUsableSelector(selector)) errors.push(...checkSelectsTemplate(SPEC.child('template'), spec));
  if (selector !== undefined && isEmptySelector(selector)) {
    errors.push(invalidText(at, selectorText(selector), 'empty selector is invalid for daemonset'));
  }
  errors.push(
    ...checkTemplate(SPEC.child('template'), obj(spec, 'template'), options),
    ...checkAlwaysTemplate(SPEC.child('template'), spec, 'DaemonSet', true),
    ...checkCounts(SPEC, spec, 'minReadySeconds'),
    ...checkDaemonSetStrategy(SPEC.child('updateStrategy'), obj(spec, 'updateStrategy')),
    ...checkCounts(SPEC, spec, 'revisionHistoryLimit'),
  );
  return errors;
}

function checkDaemonSetStrategy(path: FieldPath, strategy: JsonObject | undefined): FieldError[] {
  const type = str(strategy, 'type');
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') {
    return [notSupportedText(path, goText('apps.DaemonSetUpdateStrategy', strategy), ['RollingUpdate', 'OnDelete'])];
  }
  const rolling = obj(strategy, 'rollingUpdate');
  const at = path.child('rollingUpdate');
  if (rolling === undefined) return [required(at)];
  const [unavailable, surge] = [rolling['maxUnavailable'], rolling['maxSurge']];
  const errors = [
    ...checkIntOrPercent(at.child('maxUnavailable'), unavailable),
    ...checkIntOrPercent(at.child('maxSurge'), surge),
    ...checkAtMost100(at.child('maxUnavailable'), unavailable),
    ...checkAtMost100(at.child('maxSurge'), surge),
  ];
  const [hasUnavailable, hasSurge] = [intOrPercent(unavailable) !== 0n, intOrPercent(surge) !== 0n];
  if (hasUnavailable && hasSurge) {
    const detail = 'may not be set when maxUnavailable is non-zero';
    errors.push(invalidText(at.child('maxSurge'), goText('o', surge), detail));
  } else if (!hasUnavailable && !hasSurge) {
    errors.push(required(at.child('maxUnavailable'), 'cannot be 0 when maxSurge is 0'));
  }
  return errors;
}

/** Upstream: `ValidateDaemonSet`. */
export function checkDaemonSet(object: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadata(obj(object, 'metadata'), true, subdomainName),
    ...checkDaemonSetSpec(obj(object, 'spec') ?? {}, podOptions(undefined)),
  ];
}

/** Upstream: `ValidateDaemonSetUpdate`; the template's generation follows the template by itself. */
export function checkDaemonSetUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const options = podOptions(templateOf(old));
  const anySelectorValue = options.anySelectorValue || hasInvalidValues(obj(obj(old, 'spec'), 'selector'));
  return [
    ...checkCoreMetadataUpdate(object, old),
    ...checkSelectorUnchanged(object, old),
    ...checkDaemonSetSpec(obj(object, 'spec') ?? {}, { ...options, anySelectorValue }),
  ];
}

// StatefulSet

interface SetOptions {
  readonly anyServiceName: boolean;
  readonly skipTemplate: boolean;
  readonly skipClaims: boolean;
}

const SET_STRICT: SetOptions = { anyServiceName: false, skipTemplate: false, skipClaims: false };

function checkStatefulSetSpec(spec: JsonObject, options: PodOptions, set: SetOptions): FieldError[] {
  const errors = checkManagement(spec);
  errors.push(...checkStatefulSetStrategy(SPEC.child('updateStrategy'), obj(spec, 'updateStrategy')));
  const retention = obj(spec, 'persistentVolumeClaimRetentionPolicy');
  for (const key of retention === undefined ? [] : ['whenDeleted', 'whenScaled']) {
    const policy = str(retention, key);
    if (policy === 'Retain' || policy === 'Delete') continue;
    const at = SPEC.child('persistentVolumeClaimRetentionPolicy', key);
    errors.push(notSupportedText(at, goText('s', policy), ['Retain', 'Delete']));
  }
  if (!set.skipClaims) {
    const at = SPEC.child('volumeClaimTemplates');
    errors.push(
      ...objs(spec, 'volumeClaimTemplates').flatMap((claim, i) =>
        checkClaimSpec(at.index(i).child('spec'), obj(claim, 'spec'), CLAIM_STRICT),
      ),
    );
  }
  errors.push(...checkCounts(SPEC, spec, 'replicas', 'minReadySeconds'));
  errors.push(...checkNonNegative(SPEC.child('ordinals.start'), optInt(obj(spec, 'ordinals'), 'start')));
  const service = str(spec, 'serviceName');
  if (!set.anyServiceName && service !== '') errors.push(...checkDnsLabel(SPEC.child('serviceName'), service));
  errors.push(...checkOwnSelector(SPEC.child('selector'), spec, 'empty selector is invalid for statefulset'));
  const selector = obj(spec, 'selector');
  if (isUsableSelector(selector)) errors.push(...checkSetTemplate(spec, options, set));
  else errors.push(invalidText(SPEC.child('selector'), selectorText(selector), ''));
  errors.push(...checkAlwaysTemplate(SPEC.child('template'), spec, 'StatefulSet', true));
  return errors;
}

function checkManagement(spec: JsonObject): FieldError[] {
  const policy = str(spec, 'podManagementPolicy');
  const at = SPEC.child('podManagementPolicy');
  if (policy === '') return [required(at)];
  if (policy === 'OrderedReady' || policy === 'Parallel') return [];
  return [invalidText(at, goText('s', policy), "must be 'OrderedReady' or 'Parallel'")];
}

function checkStatefulSetStrategy(path: FieldPath, strategy: JsonObject | undefined): FieldError[] {
  const type = str(strategy, 'type');
  const rolling = obj(strategy, 'rollingUpdate');
  const at = path.child('rollingUpdate');
  if (type === '') return [required(path)];
  if (type === 'OnDelete') {
    if (rolling === undefined) return [];
    const shown = goText('apps.RollingUpdateStatefulSetStrategy', rolling);
    return [invalidText(at, shown, "only allowed for updateStrategy 'RollingUpdate'")];
  }
  if (type !== 'RollingUpdate') {
    const shown = goText('apps.StatefulSetUpdateStrategy', strategy);
    return [invalidText(path, shown, "must be 'RollingUpdate' or 'OnDelete'")];
  }
  const errors = checkNonNegative(at.child('partition'), optInt(rolling, 'partition'));
  const unavailable = rolling?.['maxUnavailable'];
  if (unavailable === undefined || unavailable === null) return errors;
  const where = at.child('maxUnavailable');
  errors.push(...checkIntOrPercent(where, unavailable));
  if (intOrPercent(unavailable) === 0n) errors.push(invalidText(where, goText('o', unavailable), 'cannot be 0'));
  return [...errors, ...checkAtMost100(where, unavailable)];
}

/** The template as the set's pods get it: its claims as volumes, in front, and no host name of its own. */
function checkSetTemplate(spec: JsonObject, options: PodOptions, set: SetOptions): FieldError[] {
  const template = obj(spec, 'template') ?? {};
  const pod: Record<string, Json> = { ...obj(template, 'spec') };
  delete pod['subdomain'];
  delete pod['hostname'];
  const claims = new Set(objs(spec, 'volumeClaimTemplates').map((claim) => str(obj(claim, 'metadata'), 'name')));
  if (claims.size > 0) {
    const mounted = [...claims].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
    pod['volumes'] = [...mounted, ...objs(pod, 'volumes').filter((volume) => !claims.has(str(volume, 'name')))];
  }
  const whole = { ...template, spec: pod };
  const at = SPEC.child('template');
  return [
    ...checkSelectsTemplate(at, { ...spec, template: whole }),
    ...(set.skipTemplate ? [] : checkTemplate(at, whole, options)),
    ...checkTemplateMeta(at, whole, options),
  ];
}

/** Upstream: `ValidateStatefulSet`. */
export function checkStatefulSet(object: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadata(obj(object, 'metadata'), true, labelName),
    ...checkStatefulSetSpec(obj(object, 'spec') ?? {}, podOptions(undefined), SET_STRICT),
  ];
}

const MAY_CHANGE = [
  'replicas',
  'template',
  'updateStrategy',
  'minReadySeconds',
  'ordinals',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
];
const SET_FORBIDDEN =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

/** Upstream: `ValidateStatefulSetUpdate`. */
export function checkStatefulSetUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const options = podOptions(templateOf(old));
  const [spec, before] = [obj(object, 'spec') ?? {}, obj(old, 'spec') ?? {}];
  const lenient: SetOptions = { anyServiceName: true, skipTemplate: false, skipClaims: true };
  const skipTemplate = checkStatefulSetSpec(before, options, lenient).length > 0;
  const errors = [
    ...checkCoreMetadataUpdate(object, old),
    ...checkStatefulSetSpec(spec, options, { ...lenient, skipTemplate }),
  ];
  const kept: Record<string, Json> = { ...spec };
  for (const key of MAY_CHANGE) {
    const value = before[key];
    if (value === undefined) delete kept[key];
    else kept[key] = value;
  }
  if (!semanticEqual('apps.StatefulSetSpec', kept, before)) errors.push(forbidden(SPEC, SET_FORBIDDEN));
  return errors;
}

// ReplicationController

function checkReplicationControllerSpec(spec: JsonObject, options: PodOptions): FieldError[] {
  const errors = checkCounts(SPEC, spec, 'minReadySeconds');
  const at = SPEC.child('template');
  const selector = obj(spec, 'selector');
  if (size(spec, 'selector') === 0) errors.push(required(SPEC.child('selector')));
  if (!has(spec, 'replicas')) errors.push(required(SPEC.child('replicas')));
  errors.push(...checkCounts(SPEC, spec, 'replicas'));
  const template = obj(spec, 'template');
  if (template === undefined) return [...errors, required(at)];
  const matchable = { ...spec, selector: { matchLabels: selector ?? {} } };
  errors.push(...checkSelectsTemplate(at, matchable));
  errors.push(...checkTemplate(at, template, options));
  errors.push(...checkAlwaysTemplate(at, spec, 'ReplicationController'));
  return errors;
}

/** Upstream: `ValidateReplicationController`. */
export function checkReplicationController(object: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadata(obj(object, 'metadata'), true, (name, isPrefix) => (isPrefix ? [] : longName(name))),
    ...checkReplicationControllerSpec(obj(object, 'spec') ?? {}, podOptions(undefined)),
  ];
}

/** Upstream: `ValidateReplicationControllerUpdate`. */
export function checkReplicationControllerUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadataUpdate(object, old),
    ...checkReplicationControllerSpec(obj(object, 'spec') ?? {}, podOptions(templateOf(old))),
  ];
}

/** Upstream: `ValidateControllerRevisionCreate`. */
export function checkControllerRevision(object: JsonObject): FieldError[] {
  const errors = checkRevision(object);
  const data = object['data'];
  if (data === undefined || data === null) errors.push(required(root('data'), 'data is mandatory'));
  else if (obj(object, 'data') === undefined) errors.push(required(root('data'), 'data must be a valid JSON object'));
  return errors;
}

function checkRevision(object: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadata(obj(object, 'metadata'), true, subdomainName),
    ...checkNonNegative(root('revision'), optInt(object, 'revision')),
  ];
}

/** Upstream: `ValidateControllerRevisionUpdate`. */
export function checkControllerRevisionUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadataUpdate(object, old),
    ...checkRevision(object),
    ...checkImmutable(root('data'), 'j', object['data'], old['data']),
  ];
}
