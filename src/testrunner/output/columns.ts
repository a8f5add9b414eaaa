import type { TableLine } from '../judge.ts';

/** One printed line: the cells of the result table as text. */
export interface PrintedLine {
  readonly id: number;
  readonly policy: string;
  readonly rule: string;
  readonly resource: string;
  readonly result: string;
  readonly reason: string;
  readonly message: string;
}

/** Numbers lines from 1 and gives their cells. */
export function printedLines(lines: readonly TableLine[]): readonly PrintedLine[] {
  return lines.map((line, index) => ({
    id: index + 1,
    policy: line.policy,
    rule: line.rule,
    resource: line.resource,
    result: line.result,
    reason: line.reasonText,
    message: line.message,
  }));
}
