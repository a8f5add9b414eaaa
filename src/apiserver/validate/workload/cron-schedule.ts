/** The bounds of a field of a cron schedule, and names that stand for numbers in it. */
interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: Readonly<Record<string, number>>;
}

function numbered(names: string, from: number): Readonly<Record<string, number>> {
  return Object.fromEntries(names.split(' ').map((name, i) => [name, i + from]));
}

const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: numbered('jan feb mar apr may jun jul aug sep oct nov dec', 1) },
  { min: 0, max: 6, names: numbered('sun mon tue wed thu fri sat', 0) },
];
const DESCRIPTORS: ReadonlySet<string> = new Set([
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
]);

/**
 * What is wrong with a cron schedule, or nothing. `parseDuration` gives the error text for the duration of `@every`,
 * `timeZoneComplaint` judges time zones. Upstream: robfig/cron `ParseStandard` behind `ParseCronScheduleWithPanicRecovery`.
 */
export function scheduleComplaint(
  schedule: string,
  parseDuration: (text: string) => string | undefined,
  timeZoneComplaint: (name: string) => string | undefined,
): string | undefined {
  let spec = schedule;
  if (/^(CRON_)?TZ=/.test(spec)) {
    const space = spec.indexOf(' ');
    const start = spec.indexOf('=') + 1;
    if (space < 0) return 'invalid schedule format: runtime error: slice bounds out of range [:-1]';
    const zone = spec.slice(start, space);
    const complaint = timeZoneComplaint(zone);
    if (complaint !== undefined) return `provided bad location ${zone}: ${complaint}`;
    spec = spec.slice(space).trim();
  }
  if (spec.startsWith('@')) return descriptorComplaint(spec, parseDuration);
  const fields = spec.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  for (const [i, bounds] of FIELDS.entries()) {
    for (const range of (fields[i] ?? '').split(',')) {
      const complaint = range === '' ? undefined : rangeComplaint(range, bounds);
      if (complaint !== undefined) return complaint;
    }
  }
  return undefined;
}

function descriptorComplaint(spec: string, parseDuration: (text: string) => string | undefined): string | undefined {
  if (DESCRIPTORS.has(spec)) return undefined;
  if (!spec.startsWith('@every ')) return `unrecognized descriptor: ${spec}`;
  const text = spec.slice('@every '.length);
  const complaint = parseDuration(text);
  return complaint === undefined ? undefined : `failed to parse duration ${text}: ${complaint}`;
}

/** A number, or the complaint about it. */
type Parsed = { readonly value: number } | { readonly complaint: string };

function parseNumber(text: string, names: Bounds['names']): Parsed {
  const named = names?.[text.toLowerCase()];
  if (named !== undefined) return { value: named };
  if (!/^[+-]?\d+$/.test(text)) {
    return {
      complaint: `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    };
  }
  const value = BigInt(text.replace('+', ''));
  if (BigInt.asIntN(64, value) !== value) {
    return { complaint: `failed to parse int from ${text}: strconv.Atoi: parsing "${text}": value out of range` };
  }
  return value < 0n ? { complaint: `negative number (${value}) not allowed: ${text}` } : { value: Number(value) };
}

function rangeComplaint(range: string, bounds: Bounds): string | undefined {
  const [span = '', step, ...moreSteps] = range.split('/');
  const [low = '', high, ...moreEnds] = span.split('-');
  let [start, end] = [bounds.min, bounds.max];
  if (low !== '*' && low !== '?') {
    const first = parseNumber(low, bounds.names);
    if ('complaint' in first) return first.complaint;
    if (moreEnds.length > 0) return `too many hyphens: ${range}`;
    const last = high === undefined ? first : parseNumber(high, bounds.names);
    if ('complaint' in last) return last.complaint;
    [start, end] = [first.value, last.value];
  }
  if (moreSteps.length > 0) return `too many slashes: ${range}`;
  let every = 1;
  if (step !== undefined) {
    const parsed = parseNumber(step, undefined);
    if ('complaint' in parsed) return parsed.complaint;
    every = parsed.value;
    if (high === undefined) end = bounds.max;
  }
  if (start < bounds.min) return `beginning of range (${start}) below minimum (${bounds.min}): ${range}`;
  if (end > bounds.max) return `end of range (${end}) above maximum (${bounds.max}): ${range}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${range}`;
  return every === 0 ? `step of range should be a positive number: ${range}` : undefined;
}
