import type { LaneName } from '../model/lane.ts';
import type { Beside } from './beside.ts';
import { columns } from './columns.ts';

const WHAT = 8;
const GAPS = 2;
const NARROWEST = 20;
const WIDEST = 48;

/** How a comparison is set. */
export interface BesideStyle {
  readonly dim: (text: string) => string;
  /** Characters in a line. */
  readonly width: number;
}

/** The comparison in plain text: expected, engine and cluster in columns side by side, and why they differ above. */
export function besideText(
  { rows, causes, request }: Beside,
  lanes: readonly LaneName[],
  { dim, width }: BesideStyle,
): readonly string[] {
  const names = ['expected', ...lanes];
  const room = Math.floor((width - WHAT) / names.length) - GAPS;
  const cells = [rows.map(({ expected }) => expected), ...lanes.map((_, i) => rows.map(({ said }) => said[i] ?? ''))];
  const widths = cells.map((texts, i) => {
    const longest = Math.max(
      names[i]?.length ?? 0,
      ...texts.flatMap((text) => text.split('\n').map((line) => line.length)),
    );
    return Math.min(longest, Math.max(NARROWEST, Math.min(room, WIDEST)));
  });
  const { file, line } = request.place;
  return [
    dim(`${file}:${line ?? 1}`),
    ...causes.flatMap(({ text, tried }) => [
      `why: ${text}`,
      ...tried.filter(isAgreeing).map((one) => dim(`     ${one}`)),
    ]),
    dim(columns(['', ...names], [WHAT, ...widths])[0] ?? ''),
    ...rows.flatMap(({ what, expected, said }) => columns([what, expected, ...said], [WHAT, ...widths])),
  ];
}

/** The sentence about the trial that gave the cluster's answer; the attachments have all of them. */
function isAgreeing(tried: string): boolean {
  return tried.endsWith('as the cluster does');
}
