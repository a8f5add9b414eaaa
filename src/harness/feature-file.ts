import { AstBuilder, compile, GherkinClassicTokenMatcher, Parser } from '@cucumber/gherkin';
import { type GherkinDocument, IdGenerator, type Pickle, type Step } from '@cucumber/messages';
import { type Failure, InputError } from '../model/failure.ts';
import type { StepPlace } from './step-place.ts';

/** A feature file after parsing: its scenarios, one per row of an outline. */
export interface FeatureFile {
  readonly file: string;
  readonly document: GherkinDocument;
  readonly pickles: readonly Pickle[];
}

/** Parses a feature file. Throws `InputError` with one failure per mistake. */
export function parseFeature(text: string, file: string): FeatureFile {
  const newId = IdGenerator.incrementing();
  try {
    const parser = new Parser(new AstBuilder(newId), new GherkinClassicTokenMatcher());
    const document = { ...parser.parse(text), uri: file };
    return { file, document, pickles: compile(document, file, newId) };
  } catch (error) {
    throw new InputError(...parseFailures(error, file));
  }
}

interface GherkinError extends Error {
  readonly errors?: readonly GherkinError[];
  readonly location?: { readonly line: number; readonly column?: number };
}

function parseFailures(error: unknown, file: string): readonly Failure[] {
  if (!(error instanceof Error)) throw error;
  const { errors, location, message } = error as GherkinError;
  if (errors !== undefined && errors.length > 0) return errors.flatMap((one) => parseFailures(one, file));
  if (location === undefined) throw error;
  const place = { file, line: location.line, ...(location.column === undefined ? {} : { column: location.column }) };
  return [{ code: 'bad-feature', message: message.replace(/^\(\d+:\d+\): /, ''), place }];
}

/** The line that stands for a scenario: its own, or that of its row in an outline's examples. */
export function lineOf(document: GherkinDocument, pickle: Pickle): number {
  return pickle.location?.line ?? document.feature?.location.line ?? 1;
}

/** Places of all steps of a feature file, by the id of their node. */
export function stepPlaces(document: GherkinDocument): ReadonlyMap<string, StepPlace> {
  const file = document.uri ?? '';
  const places = new Map<string, StepPlace>();
  const addAll = (steps: readonly Step[]) => {
    for (const step of steps) places.set(step.id, placeOf(step, file));
  };
  for (const child of document.feature?.children ?? []) {
    addAll(child.background?.steps ?? child.scenario?.steps ?? []);
    for (const inner of child.rule?.children ?? []) addAll(inner.background?.steps ?? inner.scenario?.steps ?? []);
  }
  return places;
}

function placeOf(step: Step, file: string): StepPlace {
  const { line, column = 1 } = step.location;
  const docString = step.docString?.location;
  return {
    file,
    line,
    column: column + step.keyword.length,
    text: step.text,
    rows: (step.dataTable?.rows ?? []).map(({ location, cells }) => {
      return { line: location.line, columns: cells.map((cell) => cell.location.column ?? 1) };
    }),
    ...(docString === undefined ? {} : { docString: { line: docString.line + 1, column: docString.column ?? 1 } }),
  };
}

/** `file:line` of a scenario. */
export function scenarioKey(document: GherkinDocument, pickle: Pickle): string {
  return `${document.uri ?? ''}:${lineOf(document, pickle)}`;
}
