import { causeTexts } from '../compare/index.ts';
import type { DifferenceResult } from './result.ts';

/** A difference in words: the part, the cause, and both sides. */
export function differenceMessage({ part, cause, left, right, known }: DifferenceResult): string {
  const why = known === undefined ? '' : ` (known: ${known.reason})`;
  const side = (name: string, text: string): string =>
    `${name}  ${text === '' ? '(none)' : text.trimEnd().replaceAll('\n', `\n${' '.repeat(9)}`)}`;
  return `the lanes differ in ${part}: ${causeTexts[cause]}${why}\n${side('engine ', left)}\n${side('cluster', right)}`;
}
