import type { JsonObject } from '../../../model/json.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  invalidText,
  notSupported,
  required,
} from '../field-error.ts';
import { root } from '../field-path.ts';
import { bool, has, int, obj, objs, optInt, optStr, str } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { jsonString } from '../go-value.ts';
import { checkImmutable } from '../immutable.ts';
import { checkLabels } from '../label-selector.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate, checkMetadata, checkMetadataUpdate } from '../metadata.ts';
import { checkLabelKey, dnsLabel, subdomainName } from '../names.ts';
import { checkEnum } from '../pod/pull-policy.ts';
import { checkResources } from '../pod/resources.ts';
import { checkTolerations } from '../pod/scheduling.ts';
import { checkContainerResourceName } from '../resource-names.ts';

const SYSTEM: Readonly<Record<string, bigint>> = {
  'system-node-critical': 2000001000n,
  'system-cluster-critical': 2000000000n,
};

function systemComplaint(name: string, object: JsonObject): string | undefined {
  const value = SYSTEM[name];
  if (value === undefined) return `${name} is not a known system priority class`;
  if (value !== int(object, 'value')) return `value of ${name} PriorityClass must be ${value}`;
  return bool(object, 'globalDefault') ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

/** Upstream: `ValidatePriorityClass`. */
export function checkPriorityClass(object: JsonObject): FieldError[] {
  const meta = obj(object, 'metadata');
  const errors = checkCoreMetadata(meta, false, subdomainName);
  const name = str(meta, 'name');
  if (name.startsWith('system-')) {
    const complaint = systemComplaint(name, object);
    const detail = "priority class names with 'system-' prefix are reserved for system use only. error: ";
    if (complaint !== undefined) errors.push(forbidden(root('metadata', 'name'), detail + complaint));
  } else if (int(object, 'value') > 1000000000n) {
    errors.push(forbidden(root('value'), 'maximum allowed value of a user defined priority is 1000000000'));
  }
  const policy = optStr(object, 'preemptionPolicy');
  if (policy === undefined) return errors;
  return [...errors, ...checkEnum(root('preemptionPolicy'), policy, ['PreemptLowerPriority', 'Never'])];
}

/** Upstream: `ValidatePriorityClassUpdate`. */
export function checkPriorityClassUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  const errors = checkCoreMetadataUpdate(object, old);
  if (int(object, 'value') !== int(old, 'value')) {
    errors.push(forbidden(root('value'), 'may not be changed in an update.'));
  }
  const key = 'preemptionPolicy';
  return [...errors, ...checkImmutable(root(key), '*s', object[key], old[key])];
}

/** Upstream: `ValidateRuntimeClass`. */
export function checkRuntimeClass(object: JsonObject): FieldError[] {
  const errors = checkMetadata(obj(object, 'metadata'), false, subdomainName);
  const handler = str(object, 'handler');
  if (handler === '') errors.push(required(root('handler')));
  else errors.push(...invalidEach(root('handler'), handler, dnsLabel(handler)));
  const overhead = obj(object, 'overhead');
  if (overhead !== undefined) {
    const limits = obj(overhead, 'podFixed') ?? {};
    const options = { anyHugePages: false };
    errors.push(...checkResources(root('overhead'), { limits }, checkContainerResourceName, new Set(), options));
  }
  const scheduling = obj(object, 'scheduling');
  if (scheduling === undefined) return errors;
  const at = root('scheduling');
  errors.push(...checkLabels(at.child('nodeSelector'), scheduling, 'nodeSelector'));
  const tolerations = objs(scheduling, 'tolerations');
  errors.push(...checkTolerations(at.child('tolerations'), tolerations, { comparingTolerations: false }));
  const seen = new Set<string>();
  for (const [i, toleration] of tolerations.entries()) {
    const key = JSON.stringify(['key', 'operator', 'value', 'effect'].map((name) => str(toleration, name)));
    if (seen.has(key)) {
      const shown = goText('core.Toleration', toleration);
      errors.push({ ...duplicate(at.child('tolerations').index(i), ''), value: shown });
    }
    seen.add(key);
  }
  return errors;
}

/** Upstream: `ValidateRuntimeClass` and `ValidateRuntimeClassUpdate`. */
export function checkRuntimeClassUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [
    ...checkRuntimeClass(object),
    ...checkMetadataUpdate(obj(object, 'metadata'), obj(old, 'metadata')),
    ...checkImmutable(root('handler'), 's', object['handler'], old['handler']),
  ];
}

function checkLeaseSpec(object: JsonObject): FieldError[] {
  const spec = obj(object, 'spec');
  const at = root('spec');
  const errors: FieldError[] = [];
  const [seconds, transitions] = [optInt(spec, 'leaseDurationSeconds'), optInt(spec, 'leaseTransitions')];
  if (seconds !== undefined && seconds <= 0n) {
    errors.push(invalid(at.child('leaseDurationSeconds'), seconds, 'must be greater than 0'));
  }
  if (transitions !== undefined && transitions < 0n) {
    errors.push(invalid(at.child('leaseTransitions'), transitions, 'must be greater than or equal to 0'));
  }
  const strategy = optStr(spec, 'strategy');
  if (strategy !== undefined && !strategy.includes('/') && strategy !== 'OldestEmulationVersion') {
    errors.push(notSupported(at.child('strategy', 'strategy'), strategy, ['OldestEmulationVersion']));
  } else if (strategy?.includes('/')) {
    const where = at.child('strategy', 'strategy');
    errors.push(
      ...checkLabelKey(where, strategy).map((error) => invalidText(where, jsonString(strategy), error.detail)),
    );
  }
  if (has(spec, 'preferredHolder') && str(spec, 'preferredHolder') !== '' && !strategy) {
    errors.push(forbidden(at.child('preferredHolder'), 'may only be specified if `strategy` is defined'));
  }
  return errors;
}

/** Upstream: `ValidateLease`. */
export function checkLease(object: JsonObject): FieldError[] {
  return [...checkMetadata(obj(object, 'metadata'), true, subdomainName), ...checkLeaseSpec(object)];
}

/** Upstream: `ValidateLeaseUpdate`. */
export function checkLeaseUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [...checkMetadataUpdate(obj(object, 'metadata'), obj(old, 'metadata')), ...checkLeaseSpec(object)];
}
