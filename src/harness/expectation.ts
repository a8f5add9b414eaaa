import { AssertionError } from 'node:assert';
import type { AnswerPart } from '../compare/index.ts';
import type { Place } from '../model/failure.ts';
import type { LaneAnswer } from '../model/lane.ts';
import { errorSourcesText } from '../report/error-source.ts';
import type { Excuse, Mismatch } from '../report/result.ts';
import { type AskedRequest, latestRequest, type Scenario } from './scenario.ts';

/** An expectation that was not met. A kind of `AssertionError`, so that reports say failed and not broken. */
export class ExpectationError extends AssertionError {
  constructor(mismatches: readonly Mismatch[]) {
    super({
      message: mismatches.map(mismatchText).join('\n\n'),
      expected: mismatches.map(({ expected }) => expected).join('\n'),
      actual: mismatches.map(({ got }) => got).join('\n'),
      operator: 'equals',
    });
    this.name = 'AssertionError';
    this.stack = `${this.name}: ${this.message}`;
    // The message has both sides; cucumber need not add a difference of its own.
    Object.defineProperty(this, 'showDiff', { value: false });
  }
}

/** Thrown when a lane could not answer: exit code 5, never a verdict. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  constructor(message: string) {
    super(message);
    this.stack = `NoAnswerError: ${message}`;
  }
}

/** What lanes without an answer said, one a line. */
export function noAnswerText(answers: readonly LaneAnswer[]): string {
  const texts = answers
    .filter(({ allowed }) => allowed === null)
    .map(({ lane, error }) => `the ${lane} lane could not answer: ${error ?? 'no reason given'}`);
  return [...new Set(texts)].join('\n');
}

function mismatchText({ lane, expected, got, place }: Mismatch): string {
  const at = place?.line === undefined ? '' : `${place.file}:${place.line}\n`;
  return `${at}expected:  ${indent(expected)}\n${`${lane}:`.padEnd(9)}  ${indent(got)}`;
}

function indent(text: string): string {
  return text.replaceAll('\n', `\n${' '.repeat(11)}`);
}

/** Looks at one answer: `undefined` when it is as expected, else what it says, in the words of the expectation. */
export type Judge = (answer: LaneAnswer) => string | undefined;

/** The parts of an answer that show what rules decided. */
const VERDICT: readonly AnswerPart[] = ['verdict', 'denied'];

/**
 * Holds every lane's answer to the latest request against an expectation about some parts of it. In mode `check` nothing is
 * held. Throws `ExpectationError` with one mismatch per lane that answered otherwise.
 */
export function expectAnswer(scenario: Scenario, expected: string, judge: Judge, about = VERDICT): void {
  const asked = latestRequest(scenario);
  asked.isJudged = true;
  const mismatches = judgeAnswers(asked, expected, judge, scenario.step, about);
  endStep(scenario, mismatches);
}

/** Keeps mismatches. Throws `ExpectationError` for those without an excuse. */
export function endStep(scenario: Scenario, mismatches: readonly Mismatch[]): void {
  scenario.mismatches.push(...mismatches);
  const failing = mismatches.filter(({ excuse }) => excuse === undefined);
  if (failing.length > 0) throw new ExpectationError(failing);
}

/**
 * Ends a scenario in which one lane of several had no answer: the others are held to every step before that is told.
 * Throws `NoAnswerError`.
 */
export function requireAnswers(scenario: Scenario): void {
  const silent = scenario.requests.flatMap(({ answers }) => answers).filter(({ allowed }) => allowed === null);
  const untold = [...scenario.requests, ...scenario.cleanups].flatMap(({ untold: all }) => all.map(({ text }) => text));
  if (silent.length > 0) throw new NoAnswerError(noAnswerText(silent));
  if (untold.length > 0) throw new NoAnswerError([...new Set(untold)].join('\n'));
}

/** The mismatches of a request's answers; lanes without an answer are left out, they are reported on their own. */
export function judgeAnswers(
  asked: AskedRequest,
  expected: string,
  judge: Judge,
  place: Place,
  about = VERDICT,
): readonly Mismatch[] {
  const mismatches = asked.answers.flatMap((answer): readonly Mismatch[] => {
    const got = answer.allowed === null ? undefined : judge(answer);
    if (got === undefined) return [];
    const { file, line, column } = place;
    const at = { file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
    const sources = errorSourcesText(answer.rules).trimEnd();
    return [{ lane: answer.lane, expected, got: sources === '' ? got : `${got}\n${sources}`, place: at }];
  });
  const answered = asked.answers.filter(({ allowed }) => allowed !== null);
  // Where no lane is as expected, no difference between them is to blame.
  if (mismatches.length === answered.length) return mismatches;
  return mismatches.map((mismatch) => {
    const excuse = excuseOf(asked, mismatch, about);
    return excuse === undefined ? mismatch : { ...mismatch, excuse };
  });
}

/**
 * Why a mismatch of one lane, where another is as expected, does not fail the run: all the differences between them are
 * listed, or they are another version's. The engine is held to more than a cluster shows, so what is listed must be what the
 * expectation is about.
 */
function excuseOf({ differences }: AskedRequest, { lane }: Mismatch, about: readonly AnswerPart[]): Excuse | undefined {
  if (differences.length === 0 || differences.some(({ counts }) => counts)) return undefined;
  if (differences.every(({ known }) => known !== undefined)) {
    const isAbout = lane !== 'engine' || differences.some(({ part }) => about.includes(part));
    return isAbout ? 'known difference' : undefined;
  }
  return lane === 'engine' ? undefined : 'other version';
}
