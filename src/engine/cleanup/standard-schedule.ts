import { parseDuration } from '../../language/duration.ts';
import { parseGoInt } from '../../language/go-text-numbers.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];

const ALIASES = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
const EVERY = '@every ';

/**
 * Does Kyverno accept a cleanup policy with this schedule? What it runs on is read by another library.
 * Upstream: `ValidateSchedule` in `api/kyverno/v2/cleanup_policy_types.go` over github.com/robfig/cron, ParseStandard.
 */
export function isStandardSchedule(text: string): boolean {
  if (text.startsWith('@')) {
    return ALIASES.includes(text) || (text.startsWith(EVERY) && parseDuration(text.slice(EVERY.length)) !== undefined);
  }
  const fields = text.split(/\s+/).filter((field) => field !== '');
  return fields.length === FIELDS.length && FIELDS.every((bounds, i) => isField(fields[i] ?? '', bounds));
}

function isField(text: string, bounds: Bounds): boolean {
  return text
    .split(',')
    .filter((part) => part !== '')
    .every((part) => isRange(part, bounds));
}

function isRange(text: string, { min, max, names }: Bounds): boolean {
  const [range = '', interval, ...more] = text.split('/');
  const [from = '', to, ...rest] = range.split('-');
  const number = (word: string): number | undefined => {
    const named = names.indexOf(word.toLowerCase());
    if (named >= 0) return named + min;
    const value = parseGoInt(word);
    return value === undefined || value < 0n ? undefined : Number(value);
  };
  // Whatever is said after a wildcard does not count.
  const isAny = from === '*' || from === '?';
  const first = isAny ? min : number(from);
  const last = isAny ? max : to === undefined ? first : number(to);
  const step = interval === undefined ? 1 : parseGoInt(interval);
  if (first === undefined || last === undefined || step === undefined || step <= 0n) return false;
  const end = to === undefined && interval !== undefined ? max : last;
  return more.length === 0 && (isAny || rest.length === 0) && first >= min && end <= max && first <= end;
}
