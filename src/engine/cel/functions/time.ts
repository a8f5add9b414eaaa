import { timeFields } from '../../../language/go-time.ts';
import { nanosOf } from '../convert.ts';
import { CelError, type CelTimestamp, type CelValue } from '../values.ts';
import { durationAt, textAt, timeAt } from './arguments.ts';
import type { FunctionBody, FunctionTable } from './function.ts';

type Fields = ReturnType<typeof timeFields>;

const DAY_MILLIS = 86_400_000;

/**
 * Parts of times and durations, by overload. Times are read in UTC or in a zone that is named or an offset.
 * Upstream: `common/stdlib/standard.go` and `common/types/timestamp.go` of cel-go.
 */
export const TIME_FUNCTIONS: FunctionTable = {
  ...part('timestamp_to_year', ({ year }) => year),
  ...part('timestamp_to_month', ({ month }) => month - 1),
  ...part('timestamp_to_day_of_year', dayOfYear),
  ...part('timestamp_to_day_of_month', ({ day }) => day - 1),
  ...part('timestamp_to_day_of_month_1_based', ({ day }) => day),
  ...part('timestamp_to_day_of_week', ({ weekday }) => weekday),
  ...part('timestamp_to_hours', ({ hour }) => hour, 'timestamp_to_hours_tz'),
  ...part('timestamp_to_minutes', ({ minute }) => minute),
  ...part('timestamp_to_seconds', ({ second }) => second, 'timestamp_to_seconds_tz'),
  ...part('timestamp_to_milliseconds', (_, ns) => Number(nanosOf(ns) / 1_000_000n)),
  duration_to_hours: ratio(3_600_000_000_000n),
  duration_to_minutes: ratio(60_000_000_000n),
  duration_to_seconds: ratio(1_000_000_000n),
  duration_to_milliseconds: ratio(1_000_000n),
};

/** A part of a time in UTC, and in a zone under the names `…_with_tz` and, where it differs, `zoned`. */
function part(id: string, read: (fields: Fields, ns: bigint) => number, zoned?: string): FunctionTable {
  const at = (time: CelTimestamp, offset: number) => BigInt(read(timeFields({ ns: time.ns, offset }), time.ns));
  const inZone: FunctionBody = (args) => {
    const time = timeAt(args, 0);
    const offset = offsetOf(textAt(args, 1), time.ns);
    return offset instanceof CelError ? offset : at(time, offset);
  };
  return {
    [id]: (args) => at(timeAt(args, 0), 0),
    [`${id}_with_tz`]: inZone,
    ...(zoned === undefined ? {} : { [zoned]: inZone }),
  };
}

function dayOfYear({ year, month, day }: Fields): number {
  return Math.round((Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / DAY_MILLIS);
}

function ratio(unit: bigint): FunctionBody {
  return (args): CelValue => durationAt(args, 0).ns / unit;
}

/** Seconds east of UTC of `+01:00`, or of a place such as `Europe/Paris` at that time. */
function offsetOf(zone: string, ns: bigint): number | CelError {
  const colon = zone.indexOf(':');
  if (colon < 0) return placeOffset(zone, ns);
  const [hours, minutes] = [zone.slice(0, colon), zone.slice(colon + 1)];
  const bad = [hours, minutes].find((text) => !/^[+-]?\d+$/.test(text));
  if (bad !== undefined) return new CelError(`strconv.Atoi: parsing ${JSON.stringify(bad)}: invalid syntax`);
  const total = Number(hours) * 60 + (zone.startsWith('-') ? -Number(minutes) : Number(minutes));
  return total * 60;
}

function placeOffset(zone: string, ns: bigint): number | CelError {
  if (zone === '' || zone === 'UTC' || zone === 'Local') return 0;
  if (zone.includes('..') || /^[/\\]/.test(zone)) return new CelError('time: invalid location name');
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    const name = format.formatToParts(Number(ns / 1_000_000n)).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = /^GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(name) ?? [];
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return sign === '-' ? -size : size;
  } catch {
    return new CelError(`unknown time zone ${zone}`);
  }
}
