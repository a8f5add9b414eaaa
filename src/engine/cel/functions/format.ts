import { formatFloatF6, goQuote } from '../../../language/go-text.ts';
import { durationText, timestampText, toText } from '../convert.ts';
import {
  CelDuration,
  CelError,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelValue,
  entriesOf,
  isList,
  typeNameOf,
} from '../values.ts';

/** One clause of a format text: `%.2f` has the verb `f` and the precision 2. */
export interface FormatClause {
  readonly verb: string;
  readonly precision: number | undefined;
}

/** The text of a format with its clauses between; a `CelError` tells what is wrong with it. */
export interface FormatParts {
  readonly texts: readonly string[];
  readonly clauses: readonly FormatClause[];
  readonly problem?: string;
}

/** Splits a format text. `count` is how many arguments there are. */
export function parseFormat(text: string, count: number): FormatParts {
  const texts = [''];
  const clauses: FormatClause[] = [];
  let at = 0;
  const failed = (problem: string): FormatParts => ({ texts, clauses, problem });
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character !== '%' || text[at + 1] === '%') {
      texts[texts.length - 1] += character;
      at += character === '%' ? 2 : 1;
      continue;
    }
    if (clauses.length >= count) return failed(`index ${clauses.length} out of range`);
    if (at + 1 >= text.length) return failed('unexpected end of string');
    const [whole = '', digits] = /^%(?:\.(\d*))?/.exec(text.slice(at)) ?? [];
    const verb = text[at + whole.length];
    const prefix = 'could not parse formatting clause: ';
    if (digits !== undefined && verb === undefined) {
      return failed(`${prefix}error while parsing precision: could not find end of precision specifier`);
    }
    if (digits === '') {
      const parsing = 'error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax';
      return failed(`${prefix}error while parsing precision: ${parsing}`);
    }
    if (verb === undefined || !'sdfebxXo'.includes(verb)) {
      return failed(`${prefix}unrecognized formatting clause "${verb ?? ''}"`);
    }
    clauses.push({ verb, precision: digits === undefined ? undefined : Number(digits) });
    texts.push('');
    at += whole.length + 1;
  }
  return { texts, clauses };
}

/** What a clause can be used on, in the words of its error. Upstream: `ext/formatting.go` of cel-go. */
export const CLAUSE_ERRORS: Readonly<Record<string, string>> = {
  s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ',
  d: 'decimal clause can only be used on integers, was given ',
  f: 'fixed-point clause can only be used on doubles, was given ',
  e: 'scientific clause can only be used on doubles, was given ',
  b: 'only integers and bools can be formatted as binary, was given ',
  x: 'only integers, byte buffers, and strings can be formatted as hex, was given ',
  X: 'only integers, byte buffers, and strings can be formatted as hex, was given ',
  o: 'octal clause can only be used on integers, was given ',
};

/** `text.format(args)`. Fixed-point and scientific numbers are written as in American English. */
export function formatText(text: string, args: readonly CelValue[]): CelValue {
  const { texts, clauses, problem } = parseFormat(text, args.length);
  let result = texts[0] ?? '';
  for (const [index, clause] of clauses.entries()) {
    const value = args[index] ?? null;
    const part = formatClause(clause, value);
    if (part === undefined) {
      const wrong = (CLAUSE_ERRORS[clause.verb] ?? '') + (wrongType(clause.verb, value) ?? typeNameOf(value));
      return new CelError(`error during formatting: ${wrong}`);
    }
    result += part + (texts[index + 1] ?? '');
  }
  return problem === undefined ? result : new CelError(problem);
}

/** The type inside a list or map that `%s` cannot show. */
function wrongType(verb: string, value: CelValue): string | undefined {
  if (verb !== 's') return undefined;
  const parts = isList(value) ? value : entriesOf(value)?.map(([, one]) => one);
  const bad = parts?.find((one) => stringClause(one) === undefined);
  return bad === undefined ? undefined : typeNameOf(bad);
}

function formatClause({ verb, precision }: FormatClause, value: CelValue): string | undefined {
  switch (verb) {
    case 's':
      return stringClause(value);
    case 'd':
      return whole(value)?.toString();
    case 'f':
    case 'e': {
      const number = floating(value);
      if (number === undefined) return undefined;
      return verb === 'f' ? fixed(number, precision ?? 6) : scientific(number, precision ?? 6);
    }
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : whole(value)?.toString(2);
    case 'o':
      return whole(value)?.toString(8);
    default: {
      const hex = hexClause(value);
      return verb === 'X' ? hex?.toUpperCase() : hex;
    }
  }
}

function whole(value: CelValue): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return value instanceof CelUint ? value.value : undefined;
}

function floating(value: CelValue): number | undefined {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  return value === '-Infinity' ? Number.NEGATIVE_INFINITY : undefined;
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? undefined : `${value < 0 ? '-' : ''}∞`;
}

function fixed(value: number, precision: number): string {
  const known = special(value);
  if (known !== undefined) return known;
  const options = { minimumFractionDigits: precision, maximumFractionDigits: precision, roundingMode: 'halfEven' };
  // All digits of the number count for rounding, not only those that tell it apart from its neighbours.
  const digits = Math.abs(value) < 1e21 ? value.toFixed(100) : BigInt(value).toString();
  return new Intl.NumberFormat('en-US', options as Intl.NumberFormatOptions).format(digits as `${number}`);
}

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function scientific(value: number, precision: number): string {
  const known = special(value);
  if (known !== undefined) return known;
  const [mantissa = '', exponent = '0'] = value.toExponential(precision).split('e');
  const power = Number(exponent);
  const digits = String(Math.abs(power)).padStart(2, '0');
  const raised = [...digits].map((digit) => RAISED[Number(digit)] ?? '').join('');
  return `${mantissa}\u202f×\u202f10${power < 0 ? '⁻' : ''}${raised}`.replaceAll('\u202f', '');
}

function hexClause(value: CelValue): string | undefined {
  const number = whole(value);
  if (number !== undefined) return number.toString(16);
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('hex') : undefined;
}

function stringClause(value: CelValue): string | undefined {
  if (isList(value) || entriesOf(value) !== undefined) return nested(value);
  if (value instanceof CelTypeValue) return value.name;
  const text = toText(value);
  return typeof text === 'string' ? text : undefined;
}

/** Lists and maps, their elements as expressions would write them. */
function nested(value: CelValue): string | undefined {
  if (isList(value)) {
    const parts = value.map(element);
    return parts.includes(undefined) ? undefined : `[${parts.join(', ')}]`;
  }
  const pairs = (entriesOf(value) ?? []).map(([key, one]) => [element(key), element(one)] as const);
  if (pairs.some((pair) => pair.includes(undefined))) return undefined;
  pairs.sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${pairs.map((pair) => pair.join(':')).join(', ')}}`;
}

function element(value: CelValue): string | undefined {
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number') return Number.isFinite(value) ? formatFloatF6(value) : goQuote(goFloat(value));
  if (value instanceof CelTimestamp) return `timestamp(${goQuote(timestampText(value))})`;
  if (value instanceof CelDuration) return `duration(${goQuote(durationText(value.ns))})`;
  if (value instanceof Uint8Array) {
    const text = toText(value);
    return typeof text === 'string' ? `b${goQuote(text)}` : undefined;
  }
  return stringClause(value);
}

function goFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value < 0 ? '-Inf' : '+Inf';
}
