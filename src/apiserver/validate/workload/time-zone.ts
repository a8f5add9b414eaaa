/**
 * Whether there is such a time zone, its name written as the IANA does (Go's zone files tell capitals apart).
 * Upstream: Go's `time.LoadLocation`.
 */
export function isTimeZone(name: string): boolean {
  if (name === '' || name === 'UTC') return true;
  if (zones.has(name)) return true;
  if (lowerZones.has(name.toLowerCase()) || !/^[A-Z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

const zones: ReadonlySet<string> = new Set(Intl.supportedValuesOf('timeZone'));
const lowerZones: ReadonlySet<string> = new Set([...zones].map((zone) => zone.toLowerCase()));
