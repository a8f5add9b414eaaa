/**
 * Why Go can't load a time zone of that name, if it can't: names are the IANA's (Go's zone files tell capitals
 * apart). Upstream: Go's `time.LoadLocation`.
 */
export function timeZoneComplaint(name: string): string | undefined {
  if (name.includes('..') || /^[/\\]/.test(name)) return 'time: invalid location name';
  return isTimeZone(name) ? undefined : `unknown time zone ${name}`;
}

function isTimeZone(name: string): boolean {
  if (['', 'UTC', 'Local'].includes(name) || zones.has(name)) return true;
  if (lowerZones.has(name.toLowerCase()) || !/^[A-Z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

const zones: ReadonlySet<string> = new Set(Intl.supportedValuesOf('timeZone'));
const lowerZones: ReadonlySet<string> = new Set([...zones].map((zone) => zone.toLowerCase()));
