import type { Json, JsonObject } from '../../../model/json.ts';
import { asObject } from '../../../model/json.ts';
import { type FieldError, invalid, invalidText, notSupported, required, tooLong } from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { bool, byteLength, has, int, obj, objs, optBool, optInt, optStr, str } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { checkImmutable } from '../immutable.ts';
import {
  checkSelector,
  hasInvalidValues,
  isUsableSelector,
  labelsText,
  selectorMatches,
  selectorText,
} from '../label-selector.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate, checkNonNegative } from '../metadata.ts';
import { checkDomainPath, dnsLabel, subdomainName } from '../names.ts';
import { type PodOptions, podOptions } from '../pod/options.ts';
import { checkTemplate } from '../pod/template.ts';
import { NO_MATCH } from './controller.ts';
import { checkFailurePolicy, checkSuccessPolicy } from './job-policies.ts';

const SPEC = root('spec');

interface JobOptions extends PodOptions {
  /** The template must carry the labels with the `batch.kubernetes.io/` prefix too. */
  readonly prefixedLabels: boolean;
  readonly mutableScheduling: boolean;
  readonly mutableResources: boolean;
}

function jobOptions(old: JsonObject | undefined): JobOptions {
  const spec = obj(old, 'spec');
  const pod = podOptions(obj(spec, 'template'));
  if (old === undefined) return { ...pod, prefixedLabels: true, mutableScheduling: false, mutableResources: false };
  const labels = obj(obj(obj(spec, 'template'), 'metadata'), 'labels');
  const status = obj(old, 'status');
  const suspendedNow = objs(status, 'conditions').some(
    (item) => str(item, 'type') === 'Suspended' && str(item, 'status') === 'True',
  );
  const idle = !has(status, 'startTime') || suspendedNow;
  const mutable = bool(spec, 'suspend') && idle && int(status, 'active') === 0n;
  return {
    ...pod,
    anySelectorValue: pod.anySelectorValue || hasInvalidValues(obj(spec, 'selector')),
    prefixedLabels: has(labels, 'batch.kubernetes.io/job-name') && has(labels, 'batch.kubernetes.io/controller-uid'),
    mutableScheduling: mutable,
    mutableResources: mutable,
  };
}

/** Upstream: `validateGeneratedSelector`. */
function checkGenerated(job: JsonObject, options: JobOptions): FieldError[] {
  const spec = obj(job, 'spec');
  const selector = obj(spec, 'selector');
  if (bool(spec, 'manualSelector') || selector === undefined) return [];
  const meta = obj(job, 'metadata');
  const [uid, name] = [str(meta, 'uid'), str(meta, 'name')];
  const errors: FieldError[] = uid === '' ? [required(root('metadata', 'uid'))] : [];
  const templateMeta = obj(obj(spec, 'template'), 'metadata');
  const expected: Record<string, string> = { 'controller-uid': uid, 'job-name': name };
  const check = (key: string, value: string): void => {
    const at = root('spec', 'template', 'metadata', 'labels').key(key);
    const actual = optStr(obj(templateMeta, 'labels'), key);
    if (actual === undefined) errors.push(required(at, `must be '${value}'`));
    else if (actual !== value) errors.push(invalidText(at, labelsText(templateMeta), `must be '${value}'`));
  };
  check('controller-uid', uid);
  check('job-name', name);
  if (options.prefixedLabels) {
    check('batch.kubernetes.io/controller-uid', uid);
    check('batch.kubernetes.io/job-name', name);
    expected['batch.kubernetes.io/controller-uid'] = uid;
    expected['batch.kubernetes.io/job-name'] = name;
  }
  if (isUsableSelector(selector) && !selectorMatches(selector, { labels: expected })) {
    errors.push(invalidText(SPEC.child('selector'), selectorText(selector), '`selector` not auto-generated'));
  }
  return errors;
}

/** Upstream: `ValidateJobSpec`. */
function checkSpec(spec: JsonObject, options: JobOptions): FieldError[] {
  const errors = checkJobSpec(SPEC, spec, options);
  const selector = obj(spec, 'selector');
  const at = SPEC.child('selector');
  if (selector === undefined) errors.push(required(at));
  else errors.push(...checkSelector(at, selector, { allowInvalidValues: options.anySelectorValue }));
  const meta = obj(obj(spec, 'template'), 'metadata');
  if (isUsableSelector(selector) && !selectorMatches(selector, meta)) {
    errors.push(invalidText(SPEC.child('template', 'metadata', 'labels'), labelsText(meta), NO_MATCH));
  }
  return errors;
}

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
];

/** The spec of a Job, also within a CronJob's template. Upstream: `validateJobSpec`. */
export function checkJobSpec(path: FieldPath, spec: JsonObject, options: PodOptions): FieldError[] {
  const errors = COUNTS.flatMap((key) => checkNonNegative(path.child(key), optInt(spec, key)));
  const maxFailed = optInt(spec, 'maxFailedIndexes');
  if (maxFailed !== undefined) {
    errors.push(...checkNonNegative(path.child('maxFailedIndexes'), maxFailed));
    if (!has(spec, 'backoffLimitPerIndex')) {
      errors.push(required(path.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified'));
    }
  }
  const managedBy = optStr(spec, 'managedBy');
  if (managedBy !== undefined) {
    errors.push(...checkDomainPath(path.child('managedBy'), managedBy));
    if (byteLength(managedBy) > 63) errors.push(tooLong(path.child('managedBy'), 63));
  }
  errors.push(...checkCompletionMode(path, spec));
  if (has(spec, 'podFailurePolicy')) errors.push(...checkFailurePolicy(path.child('podFailurePolicy'), spec));
  const success = obj(spec, 'successPolicy');
  if (success !== undefined) {
    const at = path.child('successPolicy');
    if (str(spec, 'completionMode') === 'Indexed') errors.push(...checkSuccessPolicy(at, spec));
    else errors.push(invalidText(at, goText('batch.SuccessPolicy', success), 'requires indexed completion mode'));
  }
  errors.push(...checkReplacement(path.child('podReplacementPolicy'), spec));
  const template = obj(spec, 'template');
  errors.push(...checkTemplate(path.child('template'), template, options));
  errors.push(...checkRestart(path.child('template', 'spec', 'restartPolicy'), spec));
  return errors;
}

function checkCompletionMode(path: FieldPath, spec: JsonObject): FieldError[] {
  const mode = optStr(spec, 'completionMode');
  const errors: FieldError[] = [];
  const numbers = { perIndex: optInt(spec, 'backoffLimitPerIndex'), maxFailed: optInt(spec, 'maxFailedIndexes') };
  if (mode !== undefined && mode !== 'NonIndexed' && mode !== 'Indexed') {
    errors.push(notSupported(path.child('completionMode'), mode, ['NonIndexed', 'Indexed']));
  }
  if (mode === 'Indexed') errors.push(...checkIndexed(path, spec));
  if (mode === undefined || mode === 'NonIndexed') {
    const detail = 'requires indexed completion mode';
    if (numbers.perIndex !== undefined) {
      errors.push(invalid(path.child('backoffLimitPerIndex'), numbers.perIndex, detail));
    }
    if (numbers.maxFailed !== undefined) {
      errors.push(invalid(path.child('maxFailedIndexes'), numbers.maxFailed, detail));
    }
  }
  return errors;
}

function checkIndexed(path: FieldPath, spec: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  const [completions, parallelism] = [optInt(spec, 'completions'), optInt(spec, 'parallelism')];
  const maxFailed = optInt(spec, 'maxFailedIndexes');
  const failedAt = path.child('maxFailedIndexes');
  const atMost = (limit: string): string => `must be less than or equal to ${limit}`;
  if (completions === undefined) errors.push(required(path.child('completions'), 'when completion mode is Indexed'));
  if (parallelism !== undefined && parallelism > 100000n) {
    const detail = atMost('100000 when completion mode is Indexed');
    errors.push(invalid(path.child('parallelism'), parallelism, detail));
  }
  if (completions !== undefined && maxFailed !== undefined && maxFailed > completions) {
    errors.push(invalid(failedAt, maxFailed, atMost('completions')));
  }
  if (maxFailed !== undefined && maxFailed > 100000n) errors.push(invalid(failedAt, maxFailed, atMost('100000')));
  if (completions === undefined || completions <= 100000n || !has(spec, 'backoffLimitPerIndex')) return errors;
  if (maxFailed === undefined) errors.push(required(failedAt, 'must be specified when completions is above 100000'));
  const high = atMost('10000 when completions are above 100000 and used with backoff limit per index');
  if (parallelism !== undefined && parallelism > 10000n) {
    errors.push(invalid(path.child('parallelism'), parallelism, high));
  }
  if (maxFailed !== undefined && maxFailed > 10000n) errors.push(invalid(failedAt, maxFailed, high));
  return errors;
}

function checkReplacement(path: FieldPath, spec: JsonObject): FieldError[] {
  const policy = optStr(spec, 'podReplacementPolicy');
  if (policy === undefined) return [];
  const allowed = has(spec, 'podFailurePolicy') ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return allowed.includes(policy) ? [] : [notSupported(path, policy, allowed)];
}

function checkRestart(path: FieldPath, spec: JsonObject): FieldError[] {
  const policy = str(obj(obj(spec, 'template'), 'spec'), 'restartPolicy');
  if (policy === 'Always' || policy === '') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(path, policy, ['OnFailure', 'Never'])];
  if (!has(spec, 'podFailurePolicy') || policy === 'Never') return [];
  return [invalidText(path, goText('s', policy), 'only "Never" is supported when podFailurePolicy is specified')];
}

/** Upstream: `ValidateJob`. */
function checkWhole(job: JsonObject, options: JobOptions): FieldError[] {
  const meta = obj(job, 'metadata');
  const spec = obj(job, 'spec') ?? {};
  const errors = [
    ...checkCoreMetadata(meta, true, subdomainName),
    ...checkGenerated(job, options),
    ...checkSpec(spec, options),
  ];
  const completions = int(spec, 'completions');
  if (str(spec, 'completionMode') !== 'Indexed' || completions <= 0n) return errors;
  const host = `${str(meta, 'name')}-${completions - 1n}`;
  if (dnsLabel(host).length > 0) {
    const detail = `will not able to create pod with invalid DNS label: ${host}`;
    errors.push(invalid(root('metadata', 'name'), str(meta, 'name'), detail));
  }
  return errors;
}

/**
 * The job with the selector and labels that the server generates, where they are still missing.
 * Upstream: `generateSelector` of `pkg/registry/batch/job`.
 */
function withGeneratedSelector(job: JsonObject): JsonObject {
  const spec = obj(job, 'spec') ?? {};
  if (optBool(spec, 'manualSelector') === true) return job;
  const meta = obj(job, 'metadata') ?? {};
  const uid = str(meta, 'uid') === '' ? 'generated' : str(meta, 'uid');
  const name = str(meta, 'name');
  const template = obj(spec, 'template') ?? {};
  const templateMeta = obj(template, 'metadata') ?? {};
  const labels: Record<string, Json> = {
    'controller-uid': uid,
    'batch.kubernetes.io/controller-uid': uid,
    'job-name': name,
    'batch.kubernetes.io/job-name': name,
    ...obj(templateMeta, 'labels'),
  };
  const selector = obj(spec, 'selector') ?? {};
  const matchLabels = { 'batch.kubernetes.io/controller-uid': uid, ...asObject(selector['matchLabels']) };
  return {
    ...job,
    metadata: { ...meta, uid },
    spec: {
      ...spec,
      selector: { ...selector, matchLabels },
      template: { ...template, metadata: { ...templateMeta, labels } },
    },
  };
}

/** Upstream: `ValidateJob`, after the server generated what is not there. */
export function checkJob(job: JsonObject): FieldError[] {
  return checkWhole(withGeneratedSelector(job), jobOptions(undefined));
}

/** Upstream: `ValidateJob` and `ValidateJobUpdate`. */
export function checkJobUpdate(job: JsonObject, old: JsonObject): FieldError[] {
  const options = jobOptions(old);
  const [spec, before] = [obj(job, 'spec') ?? {}, obj(old, 'spec') ?? {}];
  const same = (key: string, type: string): FieldError[] =>
    checkImmutable(SPEC.child(key), type, spec[key], before[key]);
  return [
    ...checkWhole(job, options),
    ...checkCoreMetadataUpdate(job, old),
    ...checkSpec(spec, options),
    ...checkCompletionsUpdate(SPEC.child('completions'), spec, before),
    ...same('selector', '*meta.LabelSelector'),
    ...checkTemplateUpdate(spec, before, options),
    ...same('completionMode', '*s'),
    ...same('podFailurePolicy', '*batch.PodFailurePolicy'),
    ...same('backoffLimitPerIndex', '*i'),
    ...same('managedBy', '*s'),
    ...same('successPolicy', '*batch.SuccessPolicy'),
  ];
}

function checkCompletionsUpdate(path: FieldPath, spec: JsonObject, before: JsonObject): FieldError[] {
  const [now, then] = [optInt(spec, 'completions'), optInt(before, 'completions')];
  if (str(spec, 'completionMode') !== 'Indexed')
    return checkImmutable(path, '*i', spec['completions'], before['completions']);
  if (now === then || now === undefined || now === int(spec, 'parallelism')) return [];
  return [invalid(path, now, 'can only be modified in tandem with spec.parallelism')];
}

/** Upstream: `validatePodTemplateUpdate`. */
function checkTemplateUpdate(spec: JsonObject, before: JsonObject, options: JobOptions): FieldError[] {
  const template = obj(spec, 'template') ?? {};
  let old = obj(before, 'template') ?? {};
  if (options.mutableScheduling) old = withSchedulingOf(old, template);
  const at = SPEC.child('template');
  if (!options.mutableResources) return checkImmutable(at, 'core.PodTemplateSpec', template, old);
  const pod = obj(template, 'spec') ?? {};
  const oldPod: Record<string, Json> = { ...obj(old, 'spec') };
  for (const list of ['containers', 'initContainers']) {
    const [now, then] = [objs(pod, list), objs(oldPod, list)];
    if (now.length !== then.length || now.length === 0) continue;
    oldPod[list] = then.map((item, i) => {
      const resources = now[i]?.['resources'];
      return str(item, 'name') === str(now[i], 'name') ? { ...item, resources: resources ?? {} } : item;
    });
  }
  return checkImmutable(SPEC.child('template.spec'), 'core.PodSpec', pod, oldPod);
}

/** The old template with what decides about scheduling taken from the new one. */
function withSchedulingOf(old: JsonObject, template: JsonObject): JsonObject {
  const take = (into: JsonObject, from: JsonObject, keys: readonly string[]): JsonObject => {
    const result: Record<string, Json> = { ...into };
    for (const key of keys) {
      const value = from[key];
      if (value === undefined) delete result[key];
      else result[key] = value;
    }
    return result;
  };
  const [pod, oldPod] = [obj(template, 'spec') ?? {}, obj(old, 'spec') ?? {}];
  const [affinity, oldAffinity] = [obj(pod, 'affinity'), obj(oldPod, 'affinity')];
  const merged: Record<string, Json> = { ...oldPod };
  if (affinity !== undefined || oldAffinity !== undefined) {
    const kept = take(oldAffinity ?? {}, affinity ?? {}, ['nodeAffinity']);
    if (affinity === undefined && Object.keys(kept).length === 0) delete merged['affinity'];
    else merged['affinity'] = kept;
  }
  return {
    ...old,
    metadata: take(obj(old, 'metadata') ?? {}, obj(template, 'metadata') ?? {}, ['annotations', 'labels']),
    spec: take(merged, pod, ['nodeSelector', 'tolerations', 'schedulingGates']),
  };
}
