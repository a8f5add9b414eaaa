import type { KnownProblem } from '../compare/index.ts';

/** An entry of the list of known differences that fails the run, in words, with its place. */
export function knownProblemText({ entry, problem }: KnownProblem): string {
  const { place, scenario, part, expiry = '' } = entry;
  const what = part === 'any' ? scenario : `${scenario} (${part})`;
  const why = problem === 'gone' ? 'the lanes do not differ any more: delete the entry' : `past its date ${expiry}`;
  return `${place.file}:${place.line ?? 1}:${place.column ?? 1}: ${what}: ${why}`;
}
