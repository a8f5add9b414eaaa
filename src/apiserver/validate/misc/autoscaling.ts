import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  invalidText,
  notSupported,
  notSupportedText,
  required,
} from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { has, int, obj, objs, optInt, optStr, str } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate, checkNonNegative } from '../metadata.ts';
import { checkDnsLabel, pathSegment, subdomainName } from '../names.ts';
import { checkNotNegative, quantity, quantityJson, sign } from '../quantities.ts';
import { checkContainerResourceName } from '../resource-names.ts';

const SPEC = root('spec');

/** What the API version of a reference may be. */
interface ReferenceOptions {
  readonly anyVersion: boolean;
  readonly emptyGroup: boolean;
}

/** Upstream: `ValidateAPIVersion`; the error is the value's detail. */
function versionComplaint(version: string, options: ReferenceOptions): string | undefined {
  if (options.anyVersion) return undefined;
  const slashes = version === '/' ? 0 : version.split('/').length - 1;
  if (slashes > 1) return `unexpected GroupVersion string: ${version}`;
  const group = slashes === 1 ? version.slice(0, version.indexOf('/')) : '';
  return group === '' && !options.emptyGroup ? 'apiVersion must specify API group' : undefined;
}

function checkReference(path: FieldPath, ref: JsonObject | undefined, options: ReferenceOptions): FieldError[] {
  const errors = ['kind', 'name'].flatMap((key) => {
    const value = str(ref, key);
    return value === '' ? [required(path.child(key))] : invalidEach(path.child(key), value, pathSegment(value));
  });
  const version = str(ref, 'apiVersion');
  const complaint = versionComplaint(version, options);
  if (complaint !== undefined) errors.push(invalid(path.child('apiVersion'), version, complaint));
  return errors;
}

const SOURCES: readonly (readonly [string, string])[] = [
  ['Object', 'object'],
  ['External', 'external'],
  ['Pods', 'pods'],
  ['Resource', 'resource'],
  ['ContainerResource', 'containerResource'],
];
const SOURCE_TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

function checkMetric(path: FieldPath, metric: JsonObject, options: ReferenceOptions): FieldError[] {
  const type = str(metric, 'type');
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(path.child('type'), 'must specify a metric source type'));
  const unknown = notSupported(path.child('type'), type, SOURCE_TYPES);
  if (!SOURCE_TYPES.includes(type)) errors.push(unknown);
  const present = SOURCES.filter(([, key]) => has(metric, key));
  const first = present[0]?.[1];
  if (first !== undefined) errors.push(...checkSource(path.child(first), first, obj(metric, first) ?? {}, options));
  const expected = SOURCES.find(([name]) => name === type)?.[1];
  if (expected !== undefined && !has(metric, expected)) {
    errors.push(required(path.child(expected), 'must populate information for the given metric source'));
  }
  if (present.length === 1) return errors;
  for (const [, key] of present) {
    if (key !== expected) errors.push(forbidden(path.child(key), 'must populate the given metric source only'));
  }
  return errors;
}

function checkSource(path: FieldPath, kind: string, source: JsonObject, options: ReferenceOptions): FieldError[] {
  const errors: FieldError[] = [];
  const at = path.child('target');
  const target = obj(source, 'target');
  if (kind === 'object')
    errors.push(...checkReference(path.child('describedObject'), obj(source, 'describedObject'), options));
  if (kind === 'resource' || kind === 'containerResource') {
    errors.push(...checkResourceName(path, kind, source), ...checkTarget(at, target));
    const [raw, share] = [has(target, 'averageValue'), has(target, 'averageUtilization')];
    if (!raw && !share) {
      const detail = 'must set either a target raw value or a target utilization';
      errors.push(required(at.child('averageUtilization'), detail));
    }
    if (raw && share) {
      const detail = 'may not set both a target raw value and a target utilization';
      errors.push(forbidden(at.child('averageValue'), detail));
    }
    return errors;
  }
  const metric = str(obj(source, 'metric'), 'name');
  const nameAt = path.child('metric', 'name');
  if (metric === '') errors.push(required(nameAt, 'must specify a metric name'));
  else errors.push(...invalidEach(nameAt, metric, pathSegment(metric)));
  errors.push(...checkTarget(at, target));
  const [value, average] = [has(target, 'value'), has(target, 'averageValue')];
  if (kind === 'pods') {
    if (!average) errors.push(required(at.child('averageValue'), 'must specify a positive target averageValue'));
    return errors;
  }
  if (!value && !average) {
    const detail =
      kind === 'object'
        ? 'must set either a target value or averageValue'
        : 'must set either a target value for metric or a per-pod target';
    errors.push(required(at.child('averageValue'), detail));
  }
  if (kind === 'external' && value && average) {
    const detail = 'may not set both a target value for metric and a per-pod target';
    errors.push(forbidden(at.child('value'), detail));
  }
  return errors;
}

function checkResourceName(path: FieldPath, kind: string, source: JsonObject): FieldError[] {
  const name = str(source, 'name');
  const errors: FieldError[] = [];
  if (name === '') errors.push(required(path.child('name'), 'must specify a resource name'));
  if (kind === 'resource') return errors;
  if (name !== '') errors.push(...checkContainerResourceName(path.child('name'), name));
  const container = str(source, 'container');
  if (container === '') errors.push(required(path.child('container'), 'must specify a container'));
  else errors.push(...checkDnsLabel(path.child('container'), container));
  return errors;
}

function checkTarget(path: FieldPath, target: JsonObject | undefined): FieldError[] {
  const type = str(target, 'type');
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(path.child('type'), 'must specify a metric target type'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(type)) {
    const detail = 'must be either Utilization, Value, or AverageValue';
    errors.push(invalidText(path.child('type'), goText('s', type), detail));
  }
  for (const key of ['value', 'averageValue']) {
    if (!has(target, key)) continue;
    const value = quantity(target?.[key]);
    if (sign(value) !== 1) errors.push(invalidText(path.child(key), quantityJson(value), 'must be positive'));
  }
  const share = optInt(target, 'averageUtilization');
  if (share !== undefined && share < 1n) {
    errors.push(invalid(path.child('averageUtilization'), share, 'must be greater than 0'));
  }
  return errors;
}

const SELECT = ['Disabled', 'Max', 'Min'];

function checkScalingRules(path: FieldPath, rules: JsonObject | undefined): FieldError[] {
  if (rules === undefined) return [];
  const errors: FieldError[] = [];
  const window = optInt(rules, 'stabilizationWindowSeconds');
  const at = path.child('stabilizationWindowSeconds');
  if (window !== undefined && window < 0n) errors.push(invalid(at, window, 'must be greater than or equal to zero'));
  if (window !== undefined && window > 3600n) errors.push(invalid(at, window, 'must be less than or equal to 3600'));
  const select = optStr(rules, 'selectPolicy');
  if (select !== undefined && !SELECT.includes(select)) {
    errors.push(notSupported(path.child('selectPolicy'), select, SELECT));
  }
  const policies = objs(rules, 'policies');
  if (policies.length === 0) errors.push(required(path.child('policies'), 'must specify at least one Policy'));
  for (const [i, policy] of policies.entries()) {
    const where = path.child('policies').index(i);
    const type = str(policy, 'type');
    const [value, period] = [int(policy, 'value'), int(policy, 'periodSeconds')];
    if (type !== 'Pods' && type !== 'Percent')
      errors.push(notSupported(where.child('type'), type, ['Percent', 'Pods']));
    if (value <= 0n) errors.push(invalid(where.child('value'), value, 'must be greater than zero'));
    if (period <= 0n) errors.push(invalid(where.child('periodSeconds'), period, 'must be greater than zero'));
    if (period > 1800n) {
      errors.push(invalid(where.child('periodSeconds'), period, 'must be less than or equal to 1800'));
    }
  }
  if (has(rules, 'tolerance')) {
    errors.push(...checkNotNegative(path.child('tolerance'), quantity(rules['tolerance'])));
  }
  return errors;
}

/** Upstream: `validateHorizontalPodAutoscalerSpec`. */
function checkSpec(spec: JsonObject, old: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const [min, max] = [optInt(spec, 'minReplicas'), int(spec, 'maxReplicas')];
  const least = optInt(old, 'minReplicas') === 0n ? 0n : 1n;
  if (min !== undefined && min < least) {
    errors.push(invalid(SPEC.child('minReplicas'), min, `must be greater than or equal to ${least}`));
  }
  const maxAt = SPEC.child('maxReplicas');
  if (max === 0n) errors.push(required(maxAt, 'must be set and greater than 0'));
  else if (max < 0n) errors.push(invalid(maxAt, max, 'must be greater than or equal to 1'));
  if (min !== undefined && max < min) {
    errors.push(invalid(maxAt, max, 'must be greater than or equal to `minReplicas`'));
  }
  const [ref, oldRef] = [obj(spec, 'scaleTargetRef'), obj(old, 'scaleTargetRef')];
  const sameTarget = old !== undefined && ['apiVersion', 'kind'].every((key) => str(ref, key) === str(oldRef, key));
  const forTarget = { anyVersion: sameTarget, emptyGroup: str(ref, 'kind') === 'ReplicationController' };
  errors.push(...checkReference(SPEC.child('scaleTargetRef'), ref, forTarget));
  const strict: ReferenceOptions = { anyVersion: false, emptyGroup: true };
  const anyVersion = objs(old, 'metrics').some((metric) => {
    const described = obj(obj(metric, 'object'), 'describedObject');
    return str(metric, 'type') === 'Object' && versionComplaint(str(described, 'apiVersion'), strict) !== undefined;
  });
  const metrics = objs(spec, 'metrics');
  const at = SPEC.child('metrics');
  errors.push(...metrics.flatMap((metric, i) => checkMetric(at.index(i), metric, { ...strict, anyVersion })));
  const types = metrics.map((metric) => str(metric, 'type'));
  if (min === 0n && !types.includes('Object') && !types.includes('External')) {
    const detail = 'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.push(forbidden(at, detail));
  }
  const behavior = obj(spec, 'behavior');
  for (const key of ['scaleUp', 'scaleDown']) {
    errors.push(...checkScalingRules(SPEC.child('behavior', key), obj(behavior, key)));
  }
  return errors;
}

/** An autoscaler of `autoscaling/v1` in the terms of v2: its one number is a CPU target. */
function inV2(object: JsonObject, version: string): JsonObject {
  const spec = obj(object, 'spec') ?? {};
  const share = optInt(spec, 'targetCPUUtilizationPercentage');
  if (version !== 'v1' || share === undefined) return spec;
  const target = { type: 'Utilization', averageUtilization: share };
  return { ...spec, metrics: [...objs(spec, 'metrics'), { type: 'Resource', resource: { name: 'cpu', target } }] };
}

/** Upstream: `ValidateHorizontalPodAutoscaler`. */
export function checkAutoscaler(object: JsonObject, version: string): FieldError[] {
  return [
    ...checkCoreMetadata(obj(object, 'metadata'), true, subdomainName),
    ...checkSpec(inV2(object, version), undefined),
  ];
}

/** Upstream: `ValidateHorizontalPodAutoscalerUpdate`. */
export function checkAutoscalerUpdate(object: JsonObject, old: JsonObject, version: string): FieldError[] {
  return [...checkCoreMetadataUpdate(object, old), ...checkSpec(inV2(object, version), inV2(old, version))];
}

/** What is sent to a `scale` subresource. Upstream: `ValidateScale`. */
export function checkScale(object: JsonObject): FieldError[] {
  return [
    ...checkCoreMetadata(obj(object, 'metadata'), true, subdomainName),
    ...checkNonNegative(SPEC.child('replicas'), int(obj(object, 'spec'), 'replicas')),
  ];
}

/** What is sent to a pod's `binding` subresource. Upstream: `ValidatePodBinding`. */
export function checkBinding(object: JsonObject): FieldError[] {
  const target = obj(object, 'target');
  const kind = str(target, 'kind');
  const errors: FieldError[] = [];
  if (kind !== '' && kind !== 'Node') {
    errors.push(notSupportedText(root('target', 'kind'), goQuote(kind), ['Node', '<empty>']));
  }
  if (str(target, 'name') === '') errors.push(required(root('target', 'name')));
  return errors;
}

/** What is sent to a service account's `token` subresource. Upstream: `ValidateTokenRequest`. */
export function checkTokenRequest(object: JsonObject): FieldError[] {
  const seconds = optInt(obj(object, 'spec'), 'expirationSeconds') ?? 3600n;
  const refuse = (detail: string): FieldError[] => [invalid(SPEC.child('expirationSeconds'), seconds, detail)];
  if (seconds < 600n) return refuse('may not specify a duration less than 10 minutes');
  return seconds > 1n << 32n ? refuse('may not specify a duration larger than 2^32 seconds') : [];
}
