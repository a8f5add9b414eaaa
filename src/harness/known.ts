import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKnownDifferences, type KnownDifferences, parseKnownDifferences } from '../compare/index.ts';
import { didYouMean, type Failure, InputError } from '../model/failure.ts';
import type { LaneName } from '../model/lane.ts';
import type { ScenarioResult } from '../report/result.ts';
import type { ProjectFiles } from './project-files.ts';
import type { SelectedFeature } from './select.ts';

/** What reading the list needs to know of the run. */
export interface KnownOptions {
  readonly lanes: { readonly names: readonly LaneName[] };
  readonly features: readonly SelectedFeature[];
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
 * Reads the list of known differences, when two lanes are asked; an entry whose scenario is nowhere is a failure in a run
 * of all features.
 */
export function readKnown(
  files: ProjectFiles,
  { lanes, features, partial, today }: KnownOptions,
  failures: Failure[],
): KnownDifferences | undefined {
  if (lanes.names.length < 2) return undefined;
  const full = join(files.root, PATH);
  try {
    const known = existsSync(full)
      ? parseKnownDifferences(readFileSync(full, 'utf8'), PATH, today)
      : createKnownDifferences([], today);
    if (!partial) failures.push(...unknownScenarios(known, features));
    return known;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    failures.push(...error.failures);
    return createKnownDifferences([], today);
  }
}

function unknownScenarios(known: KnownDifferences, features: readonly SelectedFeature[]): readonly Failure[] {
  const names = features.flatMap(({ feature }) =>
    feature.pickles.flatMap(({ name }) => knownNames(feature.file, name)),
  );
  return known.entries
    .filter(({ scenario }) => !names.includes(scenario))
    .map(({ scenario, place }) => {
      const meant = didYouMean(scenario, names);
      const hint = meant === undefined ? 'delete the entry' : `did you mean \`${meant}\`?`;
      return { code: 'unknown-scenario', message: `there is no scenario \`${scenario}\``, place, hint };
    });
}

/** True when the lanes' answers of a scenario of that name were compared, in all its rows. */
export function wasCompared(scenarios: readonly ScenarioResult[], name: string): boolean {
  const found = scenarios.filter((scenario) => knownNames(scenario.file, scenario.name).includes(name));
  return (
    found.length > 0 &&
    found.every(({ requests }) =>
      requests.every(({ answers }) => answers.length > 1 && answers.every(({ allowed }) => allowed !== null)),
    )
  );
}
