import type { Cause } from '../compare/index.ts';
import { causeTexts } from '../compare/index.ts';
import type { LaneName } from '../model/lane.ts';

/** The label by which results are told apart into Allure's environments: the lane. */
export const LANE_LABEL = 'lane';

const CAUSES: readonly (readonly [name: string, cause: Cause])[] = [
  ['Engine differs', 'engine'],
  ['API-server defaulting', 'defaulting'],
  ['API-server refusal', 'api-server-refusal'],
  ['Filtered', 'filtered'],
  ["Kyverno's configuration", 'configuration'],
  ['Live data', 'live-data'],
  ['Another version', 'version'],
];

/** The first category whose pattern is in a result's message is its own. */
const CATEGORIES: readonly (readonly [name: string, message: RegExp])[] = [
  ...CAUSES.map(([name, cause]) => [name, new RegExp(`the lanes differ in [a-z, ]+: ${causeTexts[cause]}`)] as const),
  ['Cluster trouble', /the (?:cluster|recorded) lane could not answer/],
  ['Engine has no answer', /the engine lane could not answer|not supported yet/],
  ['Nothing tested', /the scenario sends no request|nothing is expected of this request/],
  ['Not as expected', /expected:/],
];

/**
 * The configuration of the Allure report as a module: a lane is an environment, and what went wrong stands in categories
 * by its cause.
 */
export function allureConfig(lanes: readonly LaneName[]): string {
  const environments = lanes.map(
    (lane) =>
      `    ${lane}: { matcher: ({ labels }) => labels.some(({ name, value }) => name === '${LANE_LABEL}' && value === '${lane}') },`,
  );
  const categories = CATEGORIES.map(
    ([name, message]) => `    { name: ${JSON.stringify(name)}, matchers: { message: ${String(message)} } },`,
  );
  return [
    '// Written by kyverdict run; read by kyverdict report.',
    'export default {',
    "  name: 'Kyverdict',",
    ...(lanes.length > 1 ? ['  environments: {', ...environments, '  },'] : []),
    '  categories: [',
    ...categories,
    '  ],',
    '};',
    '',
  ].join('\n');
}
