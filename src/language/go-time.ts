import { civilFromDays, daysFromCivil, type GoTime } from './go-time-calendar.ts';
import { parseGoTime } from './go-time-parse.ts';

export type { GoTime } from './go-time-calendar.ts';

/** Go's `time.RFC3339` layout. */
export const RFC3339 = '2006-01-02T15:04:05Z07:00';

const SECOND = 1_000_000_000n;
const DAY_SECONDS = 86_400;

/**
 * Reads a time by a Go layout. Zone abbreviations other than UTC and GMT±n count as offset 0.
 * Throws `EvaluationError` with Go's text. Upstream: Go time/format.go, Parse, in the time zone UTC.
 */
export function parseTime(layout: string, text: string): GoTime {
  return parseGoTime(layout, text);
}

/** The time at milliseconds since 1970, in UTC. */
export function timeFromMillis(millis: number): GoTime {
  return { ns: BigInt(Math.floor(millis * 1000)) * 1000n, offset: 0 };
}

/** The time at whole seconds since 1970, in UTC. */
export function timeFromUnix(seconds: bigint): GoTime {
  return { ns: seconds * SECOND, offset: 0 };
}

/** RFC 3339 in whole seconds, `Z` for offset zero. */
export function formatRfc3339(time: GoTime): string {
  const { year, month, day, hour, minute, second } = timeFields(time);
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  return `${date}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}${zoneText(time.offset)}`;
}

function zoneText(offset: number): string {
  if (offset === 0) return 'Z';
  const minutes = Math.trunc(offset / 60);
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.trunc(size / 60), 2)}:${pad(size % 60, 2)}`;
}

function pad(value: number, width: number): string {
  const digits = String(Math.abs(value)).padStart(width, '0');
  return value < 0 ? `-${digits}` : digits;
}

/** What calendar and clock show in the time's own offset; `month` counts from 1, `weekday` from Sunday = 0. */
export interface TimeFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Calendar date and clock of a time, in the proleptic Gregorian calendar. */
export function timeFields({ ns, offset }: GoTime): TimeFields {
  const seconds = Number(floorDivide(ns, SECOND)) + offset;
  const days = Math.floor(seconds / DAY_SECONDS);
  const clock = seconds - days * DAY_SECONDS;
  return {
    ...civilFromDays(days),
    weekday: (((days + 4) % 7) + 7) % 7,
    hour: Math.floor(clock / 3600),
    minute: Math.floor((clock % 3600) / 60),
    second: clock % 60,
  };
}

/** Nanoseconds from `a` to `b`, held within int64 as Go's `Time.Sub` does. */
export function timeBetween(a: GoTime, b: GoTime): bigint {
  const ns = b.ns - a.ns;
  if (ns >= 2n ** 63n) return 2n ** 63n - 1n;
  return ns < -(2n ** 63n) ? -(2n ** 63n) : ns;
}

/** The time some nanoseconds later. */
export function addDuration(time: GoTime, ns: bigint): GoTime {
  return { ...time, ns: time.ns + ns };
}

/** The time cut down to a multiple of a duration, counted from 0001-01-01T00:00Z; unchanged for durations below 1ns. */
export function truncateTime(time: GoTime, duration: bigint): GoTime {
  if (duration <= 0n) return time;
  const sinceYearOne = time.ns - BigInt(daysFromCivil(1, 1, 1) * DAY_SECONDS) * SECOND;
  return { ...time, ns: time.ns - (sinceYearOne - floorDivide(sinceYearOne, duration) * duration) };
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
