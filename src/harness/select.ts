import type { Writable } from 'node:stream';
import { loadConfiguration, loadSources } from '@cucumber/cucumber/api';
import type { Pickle } from '@cucumber/messages';
import type { LaneSet } from '../lanes/lane-set.ts';
import { type Failure, InputError } from '../model/failure.ts';
import type { LaneName } from '../model/lane.ts';
import { ENGINE_TAG, isForEngine } from './engine-tag.ts';
import { type FeatureFile, scenarioKey } from './feature-file.ts';
import type { FeatureSelection } from './find-features.ts';

/** What chooses scenarios. */
export interface SelectionOptions {
  readonly features: FeatureSelection;
  readonly lanes: Pick<LaneSet, 'names'>;
  /** A tag expression, as cucumber reads it; `""` for all. */
  readonly tags: string;
  /** Regular expressions, one of which a scenario's name must match; none for all. */
  readonly names: readonly string[];
  readonly stderr: Writable;
}

/** A feature with the scenarios of it that will run. */
export interface SelectedFeature {
  readonly feature: FeatureFile;
  readonly pickles: readonly Pickle[];
  /** Scenarios that were asked for and that no lane of this run can answer. */
  readonly leftOut: readonly Pickle[];
}

/** Chooses scenarios. cucumber itself goes by tags, names and lines, so that they mean what they mean there. */
export async function select(
  options: SelectionOptions,
  features: readonly FeatureFile[],
  failures: Failure[],
): Promise<readonly SelectedFeature[]> {
  if (features.length === 0) return [];
  const { runConfiguration } = await configure(options, features, options.tags);
  const { plan, errors } = await loadSources(runConfiguration.sources, { cwd: options.features.root });
  for (const { uri, location, message } of errors) {
    failures.push({ code: 'bad-feature', message, place: { file: uri, line: location.line } });
  }
  const chosen = new Set(plan.map(({ uri, location }) => `${uri}:${location.line}`));
  const engine = asksEngine(options.lanes.names);
  return features.map((feature) => {
    const pickles = feature.pickles.filter((pickle) => chosen.has(scenarioKey(feature.document, pickle)));
    const [run, leftOut] = [
      pickles.filter((one) => engine || !isForEngine(one)),
      pickles.filter((one) => !engine && isForEngine(one)),
    ];
    return { feature, pickles: run, leftOut };
  });
}

/** The tag expression with which cucumber runs: what was asked for, without what no lane of this run can answer. */
export function tagsToRun({ tags, lanes }: SelectionOptions): string {
  if (asksEngine(lanes.names)) return tags;
  return tags === '' ? `not ${ENGINE_TAG}` : `(${tags}) and not ${ENGINE_TAG}`;
}

function asksEngine(names: readonly LaneName[]): boolean {
  return names.includes('engine');
}

/** cucumber's own configuration for these features. Throws `InputError` for a bad tag expression or pattern. */
export async function configure(options: SelectionOptions, features: readonly FeatureFile[], tags: string) {
  for (const name of options.names) checkPattern(name);
  const good = new Set(features.map(({ file }) => file));
  const paths = options.features.paths.filter((path) => good.has(path.replace(/(?::\d+)+$/, '')));
  return await loadConfiguration(
    { file: false, provided: { paths, tags, name: [...options.names], import: [], publish: false } },
    { cwd: options.features.root, env: {}, stderr: options.stderr },
  ).catch((error: unknown) => {
    throw new InputError({ code: 'bad-selection', message: error instanceof Error ? error.message : String(error) });
  });
}

function checkPattern(name: string): void {
  try {
    new RegExp(name);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
    throw new InputError({
      code: 'bad-selection',
      message: `--name: \`${name}\` is no regular expression: ${why}`,
      hint: 'put a backslash before ( ) [ ] . * + ? that stand for themselves',
    });
  }
}
