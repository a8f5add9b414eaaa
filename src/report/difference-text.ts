import { causeTexts } from '../compare/index.ts';
import type { LaneName } from '../model/lane.ts';
import { type Beside, besideOf, type Compared } from './beside.ts';
import { besideText } from './beside-text.ts';
import type { DifferenceResult } from './result.ts';

const WIDTH = 150;

/** What is said of lanes that differ, by cause: `the lanes differ in verdict, message: the engine differs`. */
export function differenceLines(differences: readonly DifferenceResult[]): readonly string[] {
  const groups = Map.groupBy(differences, ({ cause, known }) => {
    return `${causeTexts[cause]}${known === undefined ? '' : ` (known: ${known.reason})`}`;
  });
  return [...groups].map(([why, group]) => `the lanes differ in ${group.map(({ part }) => part).join(', ')}: ${why}`);
}

/** Expected, engine and cluster side by side in plain text, with what asking the engine again showed. */
export function sideBySideText(compared: Compared, lanes: readonly LaneName[]): string {
  const { causes, ...beside }: Beside = besideOf(compared, [], lanes);
  const table = besideText({ ...beside, causes: [] }, lanes, { dim: (text) => text, width: WIDTH }).slice(1);
  const tried = [...new Set(causes.flatMap((cause) => cause.tried))];
  return [...differenceLines(compared.differences), ...tried, ...(causes.length === 0 ? [] : ['']), ...table, ''].join(
    '\n',
  );
}

/** The whole texts of the parts in which lanes differ, each side. */
export function wholeTexts(differences: readonly DifferenceResult[]): string {
  const side = (name: string, text: string): string =>
    `${name}  ${text === '' ? '(none)' : text.trimEnd().replaceAll('\n', `\n${' '.repeat(9)}`)}`;
  return differences
    .map(({ part, left, right }) => `${part}\n${side('engine ', left)}\n${side('cluster', right)}\n`)
    .join('\n');
}
