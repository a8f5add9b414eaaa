import { EvaluationError } from '../model/failure.ts';
import { daysFromCivil, type GoTime } from './go-time-calendar.ts';
import { type LayoutChunk, type LayoutElement, layoutChunks, type Zone } from './go-time-layout.ts';

/** What has been read so far; `month`, `day` and `yearDay` are -1 until they are read. */
interface Fields {
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  half: 'am' | 'pm' | undefined;
  /** Seconds east of UTC, when the text gives them as a number. */
  offset: number | undefined;
  /** Seconds east of UTC of a zone that is named: the clock is then read as UTC all the same. */
  namedOffset: number;
}

/** What is left of the text behind an element; or that it does not fit, or what is out of range (and what is left). */
type Outcome = string | undefined | { readonly range: string; readonly rest: string };

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const short = (name: string): string => name.slice(0, 3);
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/**
 * Reads a time by a Go layout. Throws `EvaluationError` with Go's text.
 * Works on UTF-8 bytes, each as one character. Upstream: Go time/format.go, parse.
 */
export function parseGoTime(layoutText: string, valueText: string): GoTime {
  const layout = toBytes(layoutText);
  const value = toBytes(valueText);
  const fields: Fields = {
    year: 0,
    month: -1,
    day: -1,
    yearDay: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    half: undefined,
    offset: undefined,
    namedOffset: 0,
  };
  const fail = (element: string, rest: string): EvaluationError =>
    new EvaluationError(
      `parsing time ${quote(value)} as ${quote(layout)}: cannot parse ${quote(rest)} as ${quote(element)}`,
    );
  const failRange = (what: string): EvaluationError => new EvaluationError(`parsing time ${quote(value)}: ${what}`);

  let rest = value;
  const chunks = layoutChunks(layout);
  for (const [i, { prefix, element, text }] of chunks.entries()) {
    const skipped = skip(rest, prefix);
    if (!skipped.ok) throw fail(prefix, skipped.rest);
    rest = skipped.rest;
    if (element === undefined) {
      if (rest !== '') throw failRange(`extra text: ${quote(rest)}`);
      break;
    }
    const outcome = readElement(element, text, rest, fields, chunks[i + 1]);
    if (outcome === undefined) throw fail(text, rest);
    if (typeof outcome !== 'string') throw failRange(`${outcome.range} out of range`);
    rest = outcome;
  }
  if (fields.half === 'pm' && fields.hour < 12) fields.hour += 12;
  else if (fields.half === 'am' && fields.hour === 12) fields.hour = 0;
  const problem = fields.yearDay >= 0 ? applyYearDay(fields) : checkDay(fields);
  if (problem !== undefined) throw failRange(problem);
  return toTime(fields);
}

function toTime(fields: Fields): GoTime {
  const { year, month, day, hour, minute, second, nanosecond, offset, namedOffset } = fields;
  const seconds = daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - (offset ?? 0);
  return { ns: BigInt(seconds) * 1_000_000_000n + BigInt(nanosecond), offset: offset ?? namedOffset };
}

/** Removes literal text; runs of blanks are equal to each other. */
function skip(value: string, prefix: string): { readonly ok: boolean; readonly rest: string } {
  let rest = value;
  for (let at = 0; at < prefix.length; ) {
    const char = prefix.charAt(at);
    if (char === ' ') {
      if (rest !== '' && !rest.startsWith(' ')) return { ok: false, rest };
      while (prefix.charAt(at) === ' ') at++;
      rest = rest.replace(/^ +/, '');
    } else {
      if (!rest.startsWith(char)) return { ok: false, rest };
      rest = rest.slice(1);
      at++;
    }
  }
  return { ok: true, rest };
}

function readElement(
  element: LayoutElement,
  text: string,
  value: string,
  fields: Fields,
  next: LayoutChunk | undefined,
): Outcome {
  switch (element) {
    case '06':
      return readShortYear(value, fields);
    case '2006':
      if (!/^[0-9]{4}/.test(value)) return undefined;
      fields.year = Number(value.slice(0, 4));
      return value.slice(4);
    case 'Jan':
    case 'January':
      return readName(element === 'Jan' ? MONTHS.map(short) : MONTHS, value, (index) => {
        fields.month = index + 1;
      });
    case 'Mon':
    case 'Monday':
      return readName(element === 'Mon' ? DAYS.map(short) : DAYS, value, () => undefined);
    case '1':
    case '01':
      return readNumber(value, element === '01', 'month', 1, 12, (month) => {
        fields.month = month;
      });
    case '2':
    case '_2':
    case '02':
      // The day is checked at the end, with month and year.
      return readNumber(element === '_2' ? value.replace(/^ /, '') : value, element === '02', 'day', 0, 99, (day) => {
        fields.day = day;
      });
    case '__2':
    case '002': {
      const digits = element === '002' ? /^([0-9]{3})/.exec(value) : /^ {0,2}([0-9]{1,3})/.exec(value);
      if (digits === null) return undefined;
      fields.yearDay = Number(digits[1]);
      return value.slice(digits[0].length);
    }
    case '15':
      return readNumber(value, false, 'hour', 0, 23, (hour) => {
        fields.hour = hour;
      });
    case '3':
    case '03':
      return readNumber(value, element === '03', 'hour', 0, 12, (hour) => {
        fields.hour = hour;
      });
    case '4':
    case '04':
      return readNumber(value, element === '04', 'minute', 0, 59, (minute) => {
        fields.minute = minute;
      });
    case '5':
    case '05':
      return readSecond(value, element === '05', fields, next);
    case 'PM':
    case 'pm':
      return readHalf(value, element, fields);
    case 'MST':
      return readZoneName(value, fields);
    case '.0':
      return value.length < text.length ? undefined : readFraction(value, text.length, fields);
    case '.9': {
      const fraction = /^[.,][0-9]+/.exec(value);
      return fraction === null ? value : readFraction(value, fraction[0].length, fields);
    }
    default:
      return readZone(value, element, fields);
  }
}

function readShortYear(value: string, fields: Fields): Outcome {
  // Upstream's number reader takes a sign here.
  const digits = /^(?:[0-9]{2}|[-+][0-9])/.exec(value)?.[0];
  if (digits === undefined) return undefined;
  const year = Number(digits);
  fields.year = year >= 69 ? 1900 + year : 2000 + year;
  return value.slice(2);
}

function readName(names: readonly string[], value: string, store: (index: number) => void): Outcome {
  const lower = value.toLowerCase();
  const index = names.findIndex((name) => lower.startsWith(name.toLowerCase()));
  if (index < 0) return undefined;
  store(index);
  return value.slice(names[index]?.length ?? 0);
}

function readNumber(
  value: string,
  twoDigits: boolean,
  what: string,
  low: number,
  high: number,
  store: (value: number) => void,
): Outcome {
  const digits = (twoDigits ? /^[0-9]{2}/ : /^[0-9]{1,2}/).exec(value)?.[0];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  const rest = value.slice(digits.length);
  if (number < low || number > high) return { range: what, rest };
  store(number);
  return rest;
}

/** Also takes a fraction that the layout does not mention. */
function readSecond(value: string, twoDigits: boolean, fields: Fields, next: LayoutChunk | undefined): Outcome {
  const rest = readNumber(value, twoDigits, 'second', 0, 59, (second) => {
    fields.second = second;
  });
  if (typeof rest !== 'string') return rest;
  const fraction = /^[.,][0-9]+/.exec(rest);
  if (fraction === null || next?.element === '.0' || next?.element === '.9') return rest;
  return readFraction(rest, fraction[0].length, fields);
}

function readFraction(value: string, length: number, fields: Fields): Outcome {
  if (!/^[.,]/.test(value)) return undefined;
  const digits = value.slice(1, Math.min(length, 10));
  const rest = value.slice(length);
  // Upstream's number reader takes a sign here.
  if (!/^[-+]?[0-9]*$/.test(digits)) return undefined;
  const number = Number(/[0-9]/.test(digits) ? digits : '0');
  if (number < 0) return { range: 'fractional second', rest };
  fields.nanosecond = number * 10 ** (9 - digits.length);
  return rest;
}

function readHalf(value: string, element: 'PM' | 'pm', fields: Fields): Outcome {
  const half = value.slice(0, 2);
  if (half !== element && half !== (element === 'PM' ? 'AM' : 'am')) return undefined;
  fields.half = half.toLowerCase() === 'pm' ? 'pm' : 'am';
  return value.slice(2);
}

function readZone(value: string, element: Zone, fields: Fields): Outcome {
  if (element.startsWith('Z') && value.startsWith('Z')) {
    fields.offset = 0;
    return value.slice(1);
  }
  const { length } = element;
  const text = value.slice(0, length);
  const colons = element.includes(':') ? /^.(..):(..)(?::(..))?$/s : /^.(..)(..)?(..)?$/s;
  const parts = text.length === length ? colons.exec(text) : null;
  if (parts === null) return undefined;
  const rest = value.slice(length);
  const numbers: number[] = [];
  let bad = false;
  for (const part of parts.slice(1)) {
    if (!/^[0-9]{2}$/.test(part ?? '00')) bad = true;
    numbers.push(bad ? 0 : Number(part ?? '00'));
  }
  const [hours = 0, minutes = 0, seconds = 0] = numbers;
  if (hours > 24) return { range: 'time zone offset hour', rest };
  if (minutes > 60) return { range: 'time zone offset minute', rest };
  if (seconds > 60) return { range: 'time zone offset second', rest };
  if (bad || !/^[-+]/.test(text)) return undefined;
  const offset = (hours * 60 + minutes) * 60 + seconds;
  fields.offset = text.startsWith('-') ? -offset || 0 : offset;
  return rest;
}

function readZoneName(value: string, fields: Fields): Outcome {
  if (value.startsWith('UTC')) {
    fields.offset = 0;
    return value.slice(3);
  }
  const named = /^(?:ChST|MeST|GMT(?:[-+][0-9]+)?|[-+][0-9]+|[A-Z]+)/.exec(value)?.[0];
  if (named === undefined || value.length < 3) return undefined;
  const signed = /^(GMT)?([-+][0-9]+)$/.exec(named);
  if (signed !== null) {
    const [, gmt = '', hours = ''] = signed;
    const fits = Number(hours.slice(1)) <= 23;
    if (!fits && gmt === '') return undefined;
    fields.namedOffset = gmt === '' || !fits ? 0 : Number(hours) * 3600;
    return value.slice(fits ? named.length : 3);
  }
  const abbreviation = /^(?:ChST|MeST|GMT)$/.test(named) || named.length === 3 || /^(?:WITA|[A-Z]{3,4}T)$/.test(named);
  if (!abbreviation) return undefined;
  fields.namedOffset = 0;
  return value.slice(named.length);
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Turns the day of the year into month and day; what is wrong, if something is. */
function applyYearDay(fields: Fields): string | undefined {
  const leap = isLeap(fields.year);
  const isLeapDay = leap && fields.yearDay === 60;
  const ordinal = leap && fields.yearDay > 60 ? fields.yearDay - 1 : fields.yearDay;
  if (ordinal < 1 || ordinal > 365) return 'day-of-year out of range';
  const month = isLeapDay ? 2 : DAYS_BEFORE.findIndex((before) => before >= ordinal);
  const day = isLeapDay ? 29 : ordinal - (DAYS_BEFORE[month - 1] ?? 0);
  if (fields.month >= 0 && fields.month !== month) return 'day-of-year does not match month';
  if (fields.day >= 0 && fields.day !== day) return 'day-of-year does not match day';
  fields.month = month;
  fields.day = day;
  return undefined;
}

function checkDay(fields: Fields): string | undefined {
  if (fields.month < 0) fields.month = 1;
  if (fields.day < 0) fields.day = 1;
  const length = (DAYS_BEFORE[fields.month] ?? 0) - (DAYS_BEFORE[fields.month - 1] ?? 0);
  const last = fields.month === 2 && isLeap(fields.year) ? 29 : length;
  return fields.day < 1 || fields.day > last ? 'day out of range' : undefined;
}

/** UTF-8 bytes as characters U+0000 to U+00FF. */
function toBytes(text: string): string {
  let out = '';
  for (const byte of new TextEncoder().encode(text)) out += String.fromCharCode(byte);
  return out;
}

/** The quoting of Go's time package, for a text of bytes. */
function quote(bytes: string): string {
  const escaped = bytes.replace(/["\\]/g, '\\$&').replace(/[^ -\u007f]/g, (byte) => {
    return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}
