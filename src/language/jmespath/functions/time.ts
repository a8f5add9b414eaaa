import { EvaluationError } from '../../../model/failure.ts';
import { durationText, parseDurationOrError } from '../../duration.ts';
import { goQuote } from '../../go-text.ts';
import {
  addDuration,
  formatRfc3339,
  type GoTime,
  parseTime,
  RFC3339,
  timeBetween,
  timeFields,
  timeFromMillis,
  timeFromUnix,
  truncateTime,
} from '../../go-time.ts';
import type { QueryEnvironment } from '../value.ts';
import { define, type QueryFunction } from './define.ts';

/** Kyverno's functions on time. Upstream: kyverno pkg/engine/jmespath/time.go. */
export const timeFunctions: readonly QueryFunction[] = [
  define(
    'time_since',
    ['string', 'string', 'string'],
    'string',
    'calculate the difference between a start and end period of time where the end may either be a static definition or the then-current time',
    ([layout, start, end], env) => {
      const from = parseTime(layout === '' ? RFC3339 : layout, start);
      const to = end === '' ? now(env) : parseTime(layout === '' ? RFC3339 : layout, end);
      return durationText(timeBetween(from, to));
    },
  ),
  define('time_now', [], 'string', 'returns current time in RFC 3339 format', (_, env) => formatRfc3339(now(env))),
  define('time_now_utc', [], 'string', 'returns current UTC time in RFC 3339 format', (_, env) =>
    formatRfc3339(now(env)),
  ),
  define(
    'time_to_cron',
    ['string'],
    'string',
    'converts a time (RFC 3339) to a cron expression (string).',
    ([time]) => {
      const { minute, hour, day, month, weekday } = timeFields(read(time));
      return `${minute} ${hour} ${day} ${month} ${weekday}`;
    },
  ),
  define(
    'time_add',
    ['string', 'string'],
    'string',
    'adds duration (second string) to a time value (first string)',
    ([time, duration]) => formatRfc3339(addDuration(read(time), readDuration(duration))),
  ),
  define(
    'time_parse',
    ['string', 'string'],
    'string',
    'changes a time value of a given layout to RFC 3339',
    ([layout, time]) => {
      // Any number as layout selects seconds since 1970.
      const unix = int64(layout) !== undefined;
      return formatRfc3339(unix ? timeFromUnix(int64OrThrow(time)) : parseTime(layout, time));
    },
  ),
  define('time_utc', ['string'], 'string', 'calcutes time in UTC from a given time in RFC 3339 format', ([time]) =>
    formatRfc3339({ ...read(time), offset: 0 }),
  ),
  define(
    'time_diff',
    ['string', 'string'],
    'string',
    'calculate the difference between a start and end date in RFC3339 format',
    ([start, end]) => {
      const from = read(start);
      return durationText(timeBetween(from, read(end)));
    },
  ),
  define(
    'time_before',
    ['string', 'string'],
    'bool',
    'checks if a time is before another time, both in RFC3339 format',
    ([a, b]) => {
      const first = read(a);
      return first.ns < read(b).ns;
    },
  ),
  define(
    'time_after',
    ['string', 'string'],
    'bool',
    'checks if a time is after another time, both in RFC3339 format',
    ([a, b]) => {
      const first = read(a);
      return first.ns > read(b).ns;
    },
  ),
  define(
    'time_between',
    ['string', 'string', 'string'],
    'bool',
    'checks if a time is between a start and end time, all in RFC3339 format',
    ([time, start, end]) => {
      const [at, from, to] = [read(time), read(start), read(end)];
      return at.ns > from.ns && at.ns < to.ns;
    },
  ),
  define(
    'time_truncate',
    ['string', 'string'],
    'string',
    'returns the result of rounding time down to a multiple of duration',
    ([time, duration]) => {
      const at = read(time);
      return formatRfc3339(truncateTime(at, readDuration(duration)));
    },
  ),
];

function now({ clock }: QueryEnvironment): GoTime {
  return timeFromMillis(clock.now());
}

function read(text: string): GoTime {
  return parseTime(RFC3339, text);
}

function readDuration(text: string): bigint {
  const { ns, error } = parseDurationOrError(text);
  if (ns === undefined) throw new EvaluationError(error);
  return ns;
}

function int64(text: string): bigint | undefined {
  if (!/^[-+]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function int64OrThrow(text: string): bigint {
  const value = int64(text);
  if (value !== undefined) return value;
  const problem = /^[-+]?\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
  throw new EvaluationError(`strconv.ParseInt: parsing ${goQuote(text)}: ${problem}`);
}
