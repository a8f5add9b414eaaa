import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createKnownDifferences,
  type KnownDifferences,
  type KnownProblem,
  parseKnownDifferences,
} from '../compare/index.ts';
import { didYouMean, type Failure, InputError } from '../model/failure.ts';
import type { ScenarioResult } from '../report/result.ts';
import type { FeatureFile } from './feature-file.ts';
import type { ProjectFiles } from './project-files.ts';

/** What reading the list needs to know of the run. */
export interface KnownOptions {
  readonly features: readonly FeatureFile[];
  /** Some features were not asked for. */
  readonly partial: boolean;
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

const PATH = 'cases/known-differences.yaml';

/** The names by which the list of known differences may call a scenario: its own, and with its file before it. */
export function knownNames(file: string, name: string): readonly string[] {
  return [name, `${file}:${name}`];
}

/**
 * Reads the list of known differences; an entry that is not well-formed, or whose scenario is nowhere in a run of all
 * features, is a failure.
 */
export function readKnown(
  files: ProjectFiles,
  { features, partial, today }: KnownOptions,
  failures: Failure[],
): KnownDifferences {
  const full = join(files.root, PATH);
  if (!existsSync(full)) return createKnownDifferences([], today);
  try {
    const known = parseKnownDifferences(readFileSync(full, 'utf8'), PATH, today);
    if (!partial) failures.push(...unknownScenarios(known, features));
    return known;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    failures.push(...error.failures);
    return createKnownDifferences([], today);
  }
}

function unknownScenarios(known: KnownDifferences, features: readonly FeatureFile[]): readonly Failure[] {
  const scenarios = features.flatMap(({ file, pickles }) => pickles.map(({ name }) => ({ file, name })));
  const names = new Set(scenarios.flatMap(({ file, name }) => knownNames(file, name)));
  return known.entries
    .filter(({ scenario }) => !names.has(scenario))
    .map(({ scenario, place }) => {
      const isWithFile = /\.feature(\.md)?:/.test(scenario);
      const alike = scenarios.map(({ file, name }) => (isWithFile ? `${file}:${name}` : name));
      const meant = didYouMean(scenario, alike);
      const hint = meant === undefined ? 'delete the entry' : `did you mean \`${meant}\`?`;
      return { code: 'unknown-scenario', message: `there is no scenario \`${scenario}\``, place, hint };
    });
}

/**
 * The entries that fail a run in which lanes were compared. In a run of only some scenarios the entries of others are left
 * alone.
 */
export function knownProblems(
  known: KnownDifferences,
  scenarios: readonly ScenarioResult[],
  isSelection: boolean,
): readonly KnownProblem[] {
  const named = (name: string): readonly ScenarioResult[] =>
    scenarios.filter((scenario) => knownNames(scenario.file, scenario.name).includes(name));
  return known.problems({
    compared: (name) => named(name).length > 0 && named(name).every(wasCompared),
    isMeant: (name) => !isSelection || named(name).length > 0,
  });
}

/** True when every request was asked and answered: one that failed half-way says nothing of the requests after that. */
function wasCompared({ requests, mismatches, error }: ScenarioResult): boolean {
  return (
    error === undefined &&
    mismatches.every(({ excuse }) => excuse !== undefined) &&
    requests.every(({ answers }) => answers.every(({ allowed }) => allowed !== null))
  );
}
