import { parseDurationOrError } from '../../../language/duration.ts';
import type { JsonObject } from '../../../model/json.ts';
import { type FieldError, invalid, invalidText, notSupportedText, required } from '../field-error.ts';
import { type FieldPath, root } from '../field-path.ts';
import { bool, byteLength, has, obj, optInt, optStr, str } from '../fields.ts';
import { goText } from '../go-struct.ts';
import { selectorText } from '../label-selector.ts';
import { checkCoreMetadata, checkCoreMetadataUpdate, checkNonNegative } from '../metadata.ts';
import { subdomainName } from '../names.ts';
import { podOptions } from '../pod/options.ts';
import { checkEnum } from '../pod/pull-policy.ts';
import { scheduleComplaint } from './cron-schedule.ts';
import { checkJobSpec } from './job.ts';
import { timeZoneComplaint } from './time-zone.ts';

const SPEC = root('spec');

/** Upstream: `ValidateCronJobCreate`. */
export function checkCronJob(object: JsonObject): FieldError[] {
  const meta = obj(object, 'metadata');
  const errors = [...checkCoreMetadata(meta, true, subdomainName), ...checkSpec(obj(object, 'spec') ?? {}, undefined)];
  const name = str(meta, 'name');
  if (byteLength(name) > 52) {
    errors.push(invalid(root('metadata', 'name'), name, 'must be no more than 52 characters'));
  }
  return errors;
}

/** Upstream: `ValidateCronJobUpdate`. */
export function checkCronJobUpdate(object: JsonObject, old: JsonObject): FieldError[] {
  return [...checkCoreMetadataUpdate(object, old), ...checkSpec(obj(object, 'spec') ?? {}, obj(old, 'spec') ?? {})];
}

function checkSpec(spec: JsonObject, old: JsonObject | undefined): FieldError[] {
  const errors = checkSchedule(SPEC.child('schedule'), spec, old);
  errors.push(...checkNonNegative(SPEC.child('startingDeadlineSeconds'), optInt(spec, 'startingDeadlineSeconds')));
  if (old === undefined || optStr(old, 'timeZone') !== optStr(spec, 'timeZone')) {
    errors.push(...checkTimeZone(SPEC.child('timeZone'), optStr(spec, 'timeZone')));
  }
  const policies = ['Allow', 'Forbid', 'Replace'];
  errors.push(...checkEnum(SPEC.child('concurrencyPolicy'), str(spec, 'concurrencyPolicy'), policies));
  errors.push(...checkJobTemplate(spec, old));
  for (const key of ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit']) {
    errors.push(...checkNonNegative(SPEC.child(key), optInt(spec, key)));
  }
  return errors;
}

function checkJobTemplate(spec: JsonObject, old: JsonObject | undefined): FieldError[] {
  const job = obj(obj(spec, 'jobTemplate'), 'spec') ?? {};
  const options = podOptions(obj(obj(obj(old, 'jobTemplate'), 'spec'), 'template'));
  const at = SPEC.child('jobTemplate', 'spec');
  const errors = checkJobSpec(at, job, options);
  const selector = obj(job, 'selector');
  if (selector !== undefined) {
    errors.push(invalidText(at.child('selector'), selectorText(selector), '`selector` will be auto-generated'));
  }
  if (bool(job, 'manualSelector')) {
    errors.push(notSupportedText(at.child('manualSelector'), 'true', ['nil', 'false']));
  }
  return errors;
}

function checkSchedule(path: FieldPath, spec: JsonObject, old: JsonObject | undefined): FieldError[] {
  const schedule = str(spec, 'schedule');
  if (schedule === '') return [required(path)];
  const errors: FieldError[] = [];
  const complaint = scheduleComplaint(
    schedule,
    (text) => {
      const parsed = parseDurationOrError(text);
      return 'error' in parsed ? parsed.error : undefined;
    },
    timeZoneComplaint,
  );
  if (complaint !== undefined) errors.push(invalid(path, schedule, complaint));
  if (!schedule.includes('TZ')) return errors;
  if (!str(old, 'schedule').includes('TZ')) {
    errors.push(invalid(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
  } else if (has(spec, 'timeZone')) {
    errors.push(invalid(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'));
  }
  return errors;
}

function checkTimeZone(path: FieldPath, zone: string | undefined): FieldError[] {
  if (zone === undefined) return [];
  const refuse = (detail: string): FieldError => invalidText(path, goText('s', zone), detail);
  if (zone === '') return [refuse('timeZone must be nil or non-empty string')];
  for (const part of zone.split('/')) {
    if (part === '.' || part === '..' || part.startsWith('-') || !/^[A-Za-z.\-_0-9+]{1,14}$/.test(part)) {
      return [refuse(`unknown time zone ${zone}`)];
    }
  }
  const errors: FieldError[] = [];
  if (zone.toLowerCase() === 'local') {
    errors.push(refuse('timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'));
  }
  const complaint = timeZoneComplaint(zone);
  if (complaint !== undefined) errors.push(refuse(complaint));
  return errors;
}
