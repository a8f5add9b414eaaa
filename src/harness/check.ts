import type { Pickle, PickleStep } from '@cucumber/messages';
import type { PlannedRequest } from '../lanes/cluster/schedule.ts';
import {
  didYouMean,
  type Failure,
  formatFailure,
  InputError,
  NotSupportedError,
  type Place,
} from '../model/failure.ts';
import { allureLabels, SCENARIO_LABEL } from '../report/allure.ts';
import { closeRequest } from './ask.ts';
import { isForEngine } from './engine-tag.ts';
import { type FeatureFile, scenarioKey, stepPlaces } from './feature-file.ts';
import { type AskedRequest, newScenario, type Scenario, type Session } from './scenario.ts';
import type { StepDefinition, StepLibrary } from './step-library.ts';
import type { StepPlace } from './step-place.ts';
import type { ScenarioPlan } from './world.ts';

/** What is known of the scenarios before anything runs. */
export interface CheckResult {
  /** Wrong names: the run must not start. */
  readonly unknown: readonly Failure[];
  /** All bad input, each once. */
  readonly failures: readonly Failure[];
  /** By `file:line` of the scenario. Those with failures fail, the others run. */
  readonly plans: ReadonlyMap<string, ScenarioPlan>;
}

/**
 * Goes through scenarios without asking any lane: finds unknown and ambiguous steps, wrong arguments, names of
 * policies, rules, files and objects that do not exist, and broken manifests.
 */
export async function checkScenarios(
  session: Session,
  library: StepLibrary,
  features: readonly { readonly feature: FeatureFile; readonly pickles: readonly Pickle[] }[],
): Promise<CheckResult> {
  const all = new Map<string, Failure>();
  const plans = new Map<string, ScenarioPlan>();
  for (const { feature, pickles } of features) {
    const places = stepPlaces(feature.document);
    for (const pickle of pickles) {
      const scenario = newScenario(session, 'check');
      const key = scenarioKey(feature.document, pickle);
      const failures = await checkScenario(scenario, library, pickle, places);
      for (const failure of failures) all.set(formatFailure(failure), failure);
      plans.set(key, {
        expectsSilence: scenario.requests.map((request) => request.expectsSilence),
        expected: scenario.requests.map((request) => request.expected.join('\n')),
        labels: [{ name: SCENARIO_LABEL, value: key }, ...allureLabels(scenario.policies, scenario.namedRules)],
        policies: scenario.policies.map(({ name }) => name),
        requests: isForEngine(pickle) ? [] : scenario.requests.map((asked) => plan(asked, feature.file, pickle.name)),
        failures,
      });
    }
  }
  return { unknown: [...all.values()].filter(isAboutNames), failures: [...all.values()], plans };
}

function plan({ policies, objects, request }: AskedRequest, feature: string, scenario: string): PlannedRequest {
  return { premise: { policies, objects }, request, feature, scenario };
}

const NAMES = ['policy', 'rule', 'object', 'namespace', 'file', 'step', 'scenario'];

/** True for failures that keep a whole run from starting: names that are unknown or mean several things. */
export function isAboutNames({ code }: Failure): boolean {
  const [, name = ''] = /^(?:unknown|ambiguous)-(.*)$/.exec(code) ?? [];
  return NAMES.includes(name);
}

async function checkScenario(
  scenario: Scenario,
  library: StepLibrary,
  pickle: Pickle,
  places: ReadonlyMap<string, StepPlace>,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  for (const step of pickle.steps) {
    const place = places.get(step.astNodeIds[0] ?? '');
    if (place !== undefined) scenario.step = place;
    const found = findDefinition(step, library, scenario.step);
    if (!('expression' in found)) failures.push(found);
    else if (failures.length === 0) failures.push(...(await tryStep(scenario, step, found)));
  }
  if (failures.length === 0) failures.push(...(await collect(scenario.step, () => closeRequest(scenario))));
  return failures;
}

/** The one definition that a step fits, or what is wrong. */
export function findDefinition(step: PickleStep, library: StepLibrary, place: Place): StepDefinition | Failure {
  const matching = library.stepDefinitions.filter(({ expression }) => expression.match(step.text) !== null);
  const [only, second] = matching;
  if (only !== undefined && second === undefined) return only;
  if (only !== undefined && second !== undefined) {
    const message = `the step fits both \`${String(only.pattern)}\` and \`${String(second.pattern)}\``;
    return { code: 'ambiguous-step', message, place };
  }
  const meant = nearestStep(step.text, library);
  return {
    code: 'unknown-step',
    message: `no step reads \`${step.text}\``,
    place,
    hint: meant === undefined ? 'features/README.md lists every step' : `did you mean \`${meant}\`?`,
  };
}

/** The step definition that reads most like a text, leaving aside what stands between quotes. */
export function nearestStep(text: string, library: Pick<StepLibrary, 'stepDefinitions'>): string | undefined {
  const patterns = new Map(
    library.stepDefinitions.flatMap((definition) =>
      readings(definition).map((reading) => [skeleton(reading), String(definition.pattern)]),
    ),
  );
  const nearest = didYouMean(skeleton(text), patterns.keys());
  return nearest === undefined ? undefined : patterns.get(nearest);
}

// A step with each word of its choices, e.g. `it should pass` and `it should fail`.
function readings({ pattern, expression }: StepDefinition): readonly string[] {
  let texts = [String(pattern)];
  for (const { name, regexpStrings } of expression.parameterTypes ?? []) {
    const words = (regexpStrings[0] ?? '').split('|');
    if (name === null || words.length < 2 || !words.every((word) => /^[\w ]+$/.test(word))) continue;
    texts = texts.flatMap((text) => words.map((word) => text.replace(`{${name}}`, word)));
  }
  return texts;
}

function skeleton(text: string): string {
  return text
    .replaceAll(/"[^"]*"|'[^']*'|\{\w+\}/g, '"')
    .replaceAll(/[()]/g, '')
    .replaceAll(/"(?:(?:, | and )")+/g, '"');
}

async function tryStep(scenario: Scenario, step: PickleStep, definition: StepDefinition): Promise<readonly Failure[]> {
  return await collect(scenario.step, async () => {
    const world = { scenario };
    const { parameters } = await definition.getInvocationParameters({ step, world });
    const wanted = definition.code.length;
    if (parameters.length !== wanted) {
      const message =
        parameters.length < wanted
          ? 'the step needs a text between `"""` lines or a table below it'
          : 'the step takes no text or table below it';
      throw new InputError({ code: 'bad-argument', message, place: scenario.step });
    }
    const argument = step.argument?.docString === undefined ? 'a table' : 'a text between `"""` lines';
    try {
      await definition.code.apply(world, parameters);
    } catch (error) {
      if (!(error instanceof TypeError) || step.argument === undefined) throw error;
      throw new InputError({
        code: 'bad-argument',
        message: `the step does not take ${argument}`,
        place: scenario.step,
      });
    }
  });
}

async function collect(place: Place, work: () => unknown): Promise<readonly Failure[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof NotSupportedError) return [];
    if (!(error instanceof InputError)) throw error;
    return error.failures.map((failure) => (failure.place === undefined ? { ...failure, place } : failure));
  }
}
