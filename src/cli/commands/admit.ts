import { unanswered } from '../../admission/admission.ts';
import { answerLine } from '../../admission/answer-line.ts';
import { type Admission, createAdmission } from '../../admission/index.ts';
import { parseRequestLine } from '../../admission/request-line.ts';
import type { World } from '../../admission/world.ts';

/** What `kyverdict admit` printed and how it ended. */
export interface AdmitResult {
  readonly lines: readonly string[];
  /** 0 all answered, 3 some line was faulty, 4 there was no line, 5 some line could not be answered. */
  readonly exitCode: 0 | 3 | 4 | 5;
}

/**
 * Answers requests line by line: JSON Lines in, one JSON answer a line out. Empty lines do not count. A line that
 * cannot be answered has `allowed: null` and `error`; the others still run. Throws `InputError` for the world alone.
 */
export function admitLines(world: World, requests: string, file: string): AdmitResult {
  const admission = createAdmission(world);
  const outcomes = requests
    .split('\n')
    .flatMap((source, index) => (source.trim() === '' ? [] : [admitLine(admission, source, file, index + 1)]));
  const lines = outcomes.map(({ line }) => line);
  if (outcomes.some(({ problem }) => problem === 'input')) return { lines, exitCode: 3 };
  if (outcomes.some(({ problem }) => problem !== undefined)) return { lines, exitCode: 5 };
  return { lines, exitCode: lines.length === 0 ? 4 : 0 };
}

interface Outcome {
  readonly line: string;
  readonly problem?: 'input' | 'unsupported' | 'internal';
}

function admitLine(admission: Admission, source: string, file: string, line: number): Outcome {
  const parsed = parseRequestLine(source, file, line);
  if (!parsed.ok) return { line: answerLine(unanswered(parsed, parsed.error.message)), problem: 'input' };
  const { answer, hint, problem } = admission(parsed.request);
  return { line: answerLine(answer, hint), ...(problem === undefined ? {} : { problem }) };
}
