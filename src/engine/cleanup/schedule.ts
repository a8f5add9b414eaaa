import { EvaluationError } from '../../model/failure.ts';
import { isStandardSchedule } from './standard-schedule.ts';

/** When a policy runs, in UTC. */
export interface Schedule {
  /** The first time after another (milliseconds since 1970); `undefined` when there is none before 2100. */
  readonly next: (after: number) => number | undefined;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE: Field = { name: 'minute', min: 0, max: 59, names: [] };
const HOUR: Field = { name: 'hour', min: 0, max: 23, names: [] };
const DAY: Field = { name: 'day-of-month', min: 1, max: 31, names: [] };
const MONTH: Field = { name: 'month', min: 1, max: 12, names: MONTHS };
const WEEKDAY: Field = { name: 'day-of-week', min: 0, max: 6, names: DAYS };

const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '@yearly': '0 0 1 1 *',
    '@annually': '0 0 1 1 *',
    '@monthly': '0 0 1 * *',
    '@weekly': '0 0 * * 0',
    '@daily': '0 0 * * *',
    '@hourly': '0 * * * *',
  }),
);

const LAST_YEAR = 2099;
/** Kyverno's word for a schedule that it does not accept. */
const NOT_STANDARD = 'schedule spec in the cleanupPolicy is not in proper cron format';

/**
 * Reads a cron schedule of five fields or an alias such as `@daily`. Days of the month and of the week are joined by
 * "or" where both are restricted. Throws `EvaluationError`, also for `@midnight` and `@every …`: Kyverno accepts such a
 * policy and then never runs it.
 * Upstream: github.com/aptible/supercronic/cronexpr; `ValidateSchedule` in `api/kyverno/v2/cleanup_policy_types.go`.
 */
export function parseSchedule(text: string): Schedule {
  if (!isStandardSchedule(text)) throw new EvaluationError(NOT_STANDARD);
  const fields = (ALIASES.get(text) ?? text).trim().split(/\s+/);
  if (fields.length < 5) throw new EvaluationError('missing field(s)');
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  const [minutes, hours, months] = [valuesOf(minute, MINUTE), valuesOf(hour, HOUR), valuesOf(month, MONTH)];
  const isDay = dayTest(day, weekday);
  return {
    next: (after) => {
      // Runs are on whole minutes, and after means after.
      const start = new Date(Math.floor(after / 60_000) * 60_000 + 60_000);
      for (let date = start; date.getUTCFullYear() <= LAST_YEAR; date = nextDay(date)) {
        if (!months.has(date.getUTCMonth() + 1) || !isDay(date)) continue;
        const found = timeOfDay(date, hours, minutes);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function dayTest(day: string, weekday: string): (date: Date) => boolean {
  const [days, weekdays] = [valuesOf(day, DAY), valuesOf(weekday, WEEKDAY)];
  const [anyDay, anyWeekday] = [isWildcard(day), isWildcard(weekday)];
  return (date) => {
    if (anyDay && anyWeekday) return true;
    return (!anyDay && days.has(date.getUTCDate())) || (!anyWeekday && weekdays.has(date.getUTCDay()));
  };
}

function isWildcard(text: string): boolean {
  return text.split(',').some((part) => part === '*' || part === '?');
}

function nextDay(date: Date): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1));
}

/** The first time of the date's day that is not before it. */
function timeOfDay(date: Date, hours: ReadonlySet<number>, minutes: ReadonlySet<number>): number | undefined {
  for (let hour = date.getUTCHours(); hour < 24; hour++) {
    if (!hours.has(hour)) continue;
    const first = hour === date.getUTCHours() ? date.getUTCMinutes() : 0;
    for (let minute = first; minute < 60; minute++) {
      if (!minutes.has(minute)) continue;
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), hour, minute);
    }
  }
  return undefined;
}

function valuesOf(text: string, field: Field): ReadonlySet<number> {
  // Nothing between commas is nothing.
  const parts = text
    .toLowerCase()
    .split(',')
    .filter((part) => part !== '');
  if (parts.length === 0) throw new EvaluationError(`${field.name} field: missing directive`);
  const values = new Set<number>();
  let isOver = false;
  for (const { part, range } of parts.map((part) => ({ part, range: rangeOf(part, field) }))) {
    if (isOver) continue;
    if (range === undefined) throw new EvaluationError(`syntax error in ${field.name} field: '${part}'`);
    const { first, last, step } = range;
    for (let value = first; value <= last; value += step) values.add(value);
    // Of times and months, what stands behind a wildcard is not looked at.
    isOver = isWildcard(part) && field !== DAY && field !== WEEKDAY;
  }
  return values;
}

/** What a part names; `undefined` for a part of no known form. */
function rangeOf(part: string, field: Field) {
  const [range = '', interval, ...more] = part.split('/');
  const step = interval === undefined ? 1 : /^\d+$/.test(interval) ? Number(interval) : 0;
  if (more.length > 0) return undefined;
  if (step < 1 || step > field.max) throw new EvaluationError(`invalid interval ${part}`);
  if (range === '*' || (range === '?' && interval === undefined)) return { first: field.min, last: field.max, step };
  const [from = '', to, ...rest] = range.split('-');
  const first = numberOf(from, field);
  const last = to === undefined ? first : numberOf(to, field);
  if (first === undefined || last === undefined || rest.length > 0) return undefined;
  if (interval === undefined && last < first) {
    throw new EvaluationError(`invalid interval ${part} (normalized to ${first}-${last})`);
  }
  return { first, last: to === undefined && interval !== undefined ? field.max : last, step };
}

function numberOf(text: string, { min, max, names }: Field): number | undefined {
  const named = names.indexOf(text);
  const value = named >= 0 ? named + min : /^\d{1,2}$/.test(text) ? Number(text) : undefined;
  if (value === undefined || value < min || value > max) return undefined;
  // Upstream's table of weekdays lacks those with a nought in front, and what it lacks is Sunday.
  return names === DAYS && /^0\d$/.test(text) ? 0 : value;
}
