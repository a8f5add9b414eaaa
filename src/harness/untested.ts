import type { Pickle, Scenario as ScenarioNode } from '@cucumber/messages';
import { type Failure, formatFailure } from '../model/failure.ts';
import type { FeatureFile } from './feature-file.ts';
import type { Scenario } from './scenario.ts';

/** Thrown after the last step of a scenario that tests nothing: it must not be green. Exit code 4. */
export class NothingTestedError extends Error {
  override readonly name = 'NothingTestedError';
  constructor(failures: readonly Failure[]) {
    super(failures.map(formatFailure).join('\n'));
    this.stack = `${this.name}: ${this.message}`;
  }
}

/**
 * What a scenario leaves untested, after its last step: it sends no request, or expects nothing of one. `line` is the
 * scenario's own.
 */
export function untestedRequests(scenario: Scenario, file: string, line: number): readonly Failure[] {
  if (scenario.requests.length === 0 && scenario.cleanups.length === 0) {
    return [
      {
        code: 'nothing-asked',
        message: 'the scenario sends no request',
        place: { file, line },
        hint: 'add a step such as `When this Pod is created:`; a line that starts with none of Given, When, Then, And, But is no step',
      },
    ];
  }
  return [...scenario.requests, ...scenario.cleanups]
    .filter(({ isJudged }) => !isJudged)
    .map(({ place }) => ({
      code: 'nothing-expected',
      message: 'nothing is expected of this request',
      place,
      hint: 'add a step such as `Then it should pass rule "…"`',
    }));
}

/** Feature files without scenarios, and outlines without rows: they run nothing and say nothing. */
export function emptyFeatures(features: readonly FeatureFile[]): readonly Failure[] {
  return features.flatMap(({ file, document, pickles }): readonly Failure[] => {
    const { feature } = document;
    const outlines = scenariosOf(document).filter((one) => !pickles.some((pickle) => isFrom(pickle, one)));
    if (outlines.length > 0) {
      return outlines.map(({ location, keyword, name }) => ({
        code: 'no-examples',
        message: `${keyword} \`${name}\` has no examples`,
        place: { file, line: location.line, ...(location.column === undefined ? {} : { column: location.column }) },
        hint: 'add rows below `Examples:`, or make it a `Scenario`',
      }));
    }
    if (pickles.length > 0) return [];
    const place = { file, line: feature?.location.line ?? 1 };
    return [{ code: 'no-scenarios', message: 'the feature holds no scenario', place }];
  });
}

function scenariosOf({ feature }: FeatureFile['document']): readonly ScenarioNode[] {
  return (feature?.children ?? [])
    .flatMap((child) => [child, ...(child.rule?.children ?? [])])
    .flatMap(({ scenario }) => (scenario === undefined ? [] : [scenario]));
}

function isFrom(pickle: Pickle, { id }: ScenarioNode): boolean {
  return pickle.astNodeIds.includes(id);
}
