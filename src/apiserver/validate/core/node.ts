import { goQuote } from '../../../language/go-text.ts';
import type { JsonObject } from '../../../model/json.ts';
import { asArray, asObject, type Json } from '../../../model/json.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  internal,
  invalid,
  invalidEach,
  invalidText,
  required,
} from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { byteLength, has, obj, objs, optInt, str, strs } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkCidr, parseCidr } from '../ip.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate } from '../metadata.ts';
import { checkLabelKey, configKey, labelName, labelValue, subdomainName } from '../names.ts';
import { checkTaintEffect } from '../pod/scheduling.ts';
import { checkResourceQuantity, quantities } from '../quantities.ts';

const META = root('metadata');
const TAINTS = 'scheduler.alpha.kubernetes.io/taints';

/** Upstream: `validateNodeTaints`. */
function checkTaints(path: FieldPath, taints: readonly JsonObject[]): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, taint] of taints.entries()) {
    const at = path.index(i);
    const [key, value, effect] = [str(taint, 'key'), str(taint, 'value'), str(taint, 'effect')];
    errors.push(...checkLabelKey(at.child('key'), key));
    const complaints = labelValue(value);
    if (complaints.length > 0) errors.push(invalid(at.child('value'), value, complaints.join(';')));
    errors.push(...checkTaintEffect(at.child('effect'), effect, false));
    if (seen.has(`${effect} ${key}`)) {
      const shown = goText('core.Taint', taint);
      errors.push({ ...duplicate(at, ''), value: shown, detail: 'taints must be unique by key and effect pair' });
    }
    seen.add(`${effect} ${key}`);
  }
  return errors;
}

function checkAnnotations(meta: JsonObject | undefined): FieldError[] {
  const text = str(obj(meta, 'annotations'), TAINTS);
  if (text === '') return [];
  const at = META.child('annotations');
  try {
    const value = JSON.parse(text) as Json;
    return checkTaints(
      at.child(TAINTS),
      (asArray(value) ?? []).map((item) => asObject(item) ?? {}),
    );
  } catch (error) {
    return [invalid(at, TAINTS, error instanceof Error ? error.message : String(error))];
  }
}

const FEATURE = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/;

function checkStatus(node: JsonObject): FieldError[] {
  const status = obj(node, 'status');
  const errors = ['capacity', 'allocatable'].flatMap((list) =>
    quantities(obj(status, list)).flatMap(([name, value]) =>
      checkResourceQuantity(root('status', list, name), name, value),
    ),
  );
  const swap = optInt(obj(obj(status, 'nodeInfo'), 'swap'), 'capacity');
  if (swap !== undefined && swap <= 0n) {
    errors.push(invalid(META.child('nodeSwapStatus', 'capacity'), swap, 'must be greater than zero'));
  }
  return errors;
}

function checkFeatures(node: JsonObject): FieldError[] {
  const features = strs(obj(node, 'status'), 'declaredFeatures');
  const at = root('status', 'declaredFeatures');
  return features.flatMap((name, i) => {
    const errors: FieldError[] = [];
    const refuse = (detail: string): void => {
      errors.push(invalid(at.index(i), name, `invalid feature name ${goQuote(name)}: ${detail}`));
    };
    if (byteLength(name) > 253) refuse('must be no more than 253 characters');
    else if (!FEATURE.test(name)) {
      refuse(
        "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes",
      );
    }
    const next = features[i + 1];
    if (next === name) errors.push(duplicate(at.index(i + 1), next));
    else if (next !== undefined && name > next) {
      errors.push(invalid(at.index(i + 1), next, 'list must be sorted alphabetically'));
    }
    return errors;
  });
}

/** Upstream: `ValidateNode`. */
export function checkNode(node: JsonObject): FieldError[] {
  const meta = obj(node, 'metadata');
  const spec = obj(node, 'spec');
  const errors = [
    ...checkCoreMetadata(meta, false, subdomainName),
    ...checkAnnotations(meta),
    ...checkTaints(META.child('taints'), objs(spec, 'taints')),
    ...checkStatus(node),
    ...checkFeatures(node),
  ];
  const ranges = strs(spec, 'podCIDRs');
  const at = root('spec', 'podCIDRs');
  errors.push(...ranges.flatMap((range, i) => checkCidr(at.index(i), range)));
  if (ranges.length < 2) return errors;
  const broken = ranges.findIndex((range) => parseCidr(range) === undefined);
  if (broken >= 0) {
    const reason = `invalid CIDR[${broken}]: <nil> (invalid CIDR address: ${ranges[broken]})`;
    errors.push(internal(at, `invalid PodCIDRs. failed to check with dual stack with error:${reason}`));
  }
  const versions = new Set(ranges.map((range) => parseCidr(range)?.address.version));
  if (broken >= 0 || ranges.length > 2 || !versions.has(4) || !versions.has(6)) {
    const detail = 'may specify no more than one CIDR for each IP family';
    errors.push(invalidText(at, goText('[s', spec?.['podCIDRs']), detail));
  }
  return errors;
}

/** Upstream: `ValidateNodeUpdate`. */
export function checkNodeStatus(node: JsonObject, old: JsonObject): FieldError[] {
  const [spec, before] = [obj(node, 'spec'), obj(old, 'spec')];
  const errors = [
    ...checkCoreMetadataUpdate(node, old),
    ...checkAnnotations(obj(node, 'metadata')),
    ...checkStatus(node).filter((error) => error.path.startsWith('status')),
    ...checkFeatures(node),
  ];
  const seen = new Set<string>();
  for (const [i, address] of objs(obj(node, 'status'), 'addresses').entries()) {
    const shown = goText('core.NodeAddress', address);
    if (seen.has(shown)) errors.push({ ...duplicate(root('status', 'addresses').index(i), ''), value: shown });
    seen.add(shown);
  }
  const [now, then] = [strs(spec, 'podCIDRs'), strs(before, 'podCIDRs')];
  if (then.length > 0 && (now.length !== then.length || then.some((range, i) => range !== now[i]))) {
    const detail = 'node updates may not change podCIDR except from "" to valid';
    errors.push(forbidden(root('spec', 'podCIDRs'), detail));
  }
  const provider = str(before, 'providerID');
  if (provider !== '' && provider !== str(spec, 'providerID')) {
    const detail = 'node updates may not change providerID except from "" to valid';
    errors.push(forbidden(root('spec', 'providerID'), detail));
  }
  errors.push(...checkConfigSource(root('spec', 'configSource'), obj(spec, 'configSource'), false));
  const config = obj(obj(node, 'status'), 'config');
  for (const key of ['assigned', 'active', 'lastKnownGood']) {
    errors.push(...checkConfigSource(root('status', 'config', key), obj(config, key), true));
  }
  errors.push(...checkTaints(META.child('taints'), objs(spec, 'taints')));
  if (str(spec, 'externalID') !== str(before, 'externalID')) {
    errors.push(forbidden(root('spec', 'externalID'), 'may not be updated'));
  }
  return errors;
}

function checkConfigSource(path: FieldPath, source: JsonObject | undefined, inStatus: boolean): FieldError[] {
  if (source === undefined) return [];
  const map = obj(source, 'configMap');
  if (map === undefined) {
    const shown = goText('core.NodeConfigSource', source);
    return [invalidText(path, shown, 'exactly one reference subfield must be non-nil')];
  }
  const at = path.child('configMap');
  const errors = ['uid', 'resourceVersion'].flatMap((key) => {
    const isSet = has(map, key) && str(map, key) !== '';
    if (inStatus) return isSet ? [] : [required(at.child(key))];
    return isSet ? [forbidden(at.child(key), `${key} must not be set in spec`)] : [];
  });
  const rules = [
    ['namespace', (text: string) => labelName(text, false)],
    ['name', (text: string) => subdomainName(text, false)],
    ['kubeletConfigKey', configKey],
  ] as const;
  for (const [key, check] of rules) {
    const value = str(map, key);
    errors.push(...(value === '' ? [required(at.child(key))] : invalidEach(at.child(key), value, check(value))));
  }
  return errors;
}

/** Upstream: `ValidateNode` and `ValidateNodeUpdate`. */
export function checkNodeUpdate(node: JsonObject, old: JsonObject): FieldError[] {
  return [...checkNode(node), ...checkNodeStatus(node, old)];
}
