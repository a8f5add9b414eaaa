const REFERENCE = /^\$\(.[^ ]*\)|[^\\]\$\(.[^ ]*\)/gu;

/**
 * Inserts `shift` after `pivot` in the `$()` references of a message.
 * Upstream: `FindAndShiftReferences` in `pkg/engine/variables/vars.go`.
 */
export function shiftReferences(text: string, shift: string, pivot: string): string {
  let result = text;
  let at = pivot;
  for (const [match] of text.matchAll(REFERENCE)) {
    if (at === 'anyPattern') {
      const index = match.indexOf(at);
      at = `${at}/${match.slice(index + at.length + 1).split('/')[0] ?? ''}`;
    }
    const shifted = match.replaceAll(at, `${at}/${shift}`);
    const place = result.indexOf(match);
    if (place >= 0) result = result.slice(0, place) + shifted + result.slice(place + match.length);
  }
  return result;
}
