/** A time text as Go reads it: the canonical text, or Go's error. */
export type ParsedTime =
  | { readonly text: string; readonly error?: undefined }
  | { readonly error: string; readonly text?: undefined };

const RFC3339 = '2006-01-02T15:04:05Z07:00';
const RFC3339_MICRO = '2006-01-02T15:04:05.000000Z07:00';
const SHAPE = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})([.,]\d+)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads an RFC 3339 time and writes it as the API server stores it: in UTC, whole seconds (`micro`: microseconds).
 * Upstream: apimachinery `meta/v1/time.go`, `micro_time.go`.
 */
export function canonicalTime(text: string, micro: boolean): ParsedTime {
  const parts = SHAPE.exec(text);
  if (parts === null || (micro && !/^[.,]\d{6}$/.test(parts[7] ?? ''))) return { error: shapeError(text, micro) };
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const name = rangeFault(year, month, day, hour, minute, second);
  if (name !== undefined) return { error: `parsing time ${JSON.stringify(text)}: ${name} out of range` };
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  date.setUTCFullYear(year, month - 1, day);
  const zone = parts[8] ?? 'Z';
  if (zone !== 'Z') {
    const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
    date.setTime(date.getTime() - (zone.startsWith('-') ? -1 : 1) * minutes * 60_000);
  }
  const seconds = date.toISOString().replace(/\.\d+Z$/, '');
  return { text: micro ? `${seconds}.${(parts[7] ?? '').slice(1)}Z` : `${seconds}Z` };
}

/** The text of Go's zero time, which counts as "not set". */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

function shapeError(text: string, micro: boolean): string {
  const layout = micro ? RFC3339_MICRO : RFC3339;
  const quoted = JSON.stringify(text);
  const pieces: readonly (readonly [RegExp, string])[] = [
    [/^\d{4}/, '2006'],
    [/^-/, '-'],
    [/^\d{2}/, '01'],
    [/^-/, '-'],
    [/^\d{2}/, '02'],
    [/^T/, 'T'],
    [/^\d{1,2}/, '15'],
    [/^:/, ':'],
    [/^\d{2}/, '04'],
    [/^:/, ':'],
    [/^\d{2}/, '05'],
    ...(micro ? ([[/^[.,]\d{6}/, '.000000']] as const) : ([[/^(?:[.,]\d+)?/, '']] as const)),
    [/^(?:Z|[+-]\d{2}:\d{2})/, 'Z07:00'],
  ];
  let rest = text;
  for (const [shape, piece] of pieces) {
    const match = shape.exec(rest);
    if (match === null)
      return `parsing time ${quoted} as "${layout}": cannot parse ${JSON.stringify(rest)} as "${piece}"`;
    rest = rest.slice(match[0].length);
  }
  return `parsing time ${quoted}: extra text: ${JSON.stringify(rest)}`;
}

function rangeFault(year: number, month: number, day: number, hour: number, minute: number, second: number) {
  if (month < 1 || month > 12) return 'month';
  if (hour > 23) return 'hour';
  if (minute > 59) return 'minute';
  if (second > 59) return 'second';
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day < 1 || day > days ? 'day' : undefined;
}
