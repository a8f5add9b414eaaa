import type { Pickle } from '@cucumber/messages';
import { InputError } from '../model/failure.ts';
import type { Lane } from '../model/lane.ts';
import { closeRequest } from './ask.ts';
import { checkScenarios, findDefinition } from './check.ts';
import { type FeatureFile, lineOf, parseFeature, stepPlaces } from './feature-file.ts';
import { findFeatures } from './find-features.ts';
import { createInterner } from './interner.ts';
import { loadPolicyLibrary, type PolicyReader } from './policy-library.ts';
import { openProject } from './project-files.ts';
import { newScenario, type Scenario, type Session } from './scenario.ts';
import { loadStepLibrary, type StepLibrary } from './step-library.ts';
import type { StepPlace } from './step-place.ts';
import { type ScenarioPlan, scenarioKey } from './world.ts';

/** A scenario of a suite. */
export interface SuiteScenario {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** Names of the policies in force in it. */
  readonly policies: readonly string[];
}

/** A suite that can be run many times over, with changed policies, without reports. */
export interface Suite {
  readonly scenarios: readonly SuiteScenario[];
  /**
   * Runs the scenarios that `concerns` picks, in order, on policies read by `read`, until one does not end as it
   * should; gives that one and why. `undefined`: all are as expected.
   */
  readonly firstFailure: (
    read: PolicyReader,
    concerns?: (scenario: SuiteScenario) => boolean,
  ) => Promise<{ readonly scenario: SuiteScenario; readonly error: unknown } | undefined>;
}

interface Entry {
  readonly about: SuiteScenario;
  readonly pickle: Pickle;
  readonly places: ReadonlyMap<string, StepPlace>;
  readonly plan: ScenarioPlan | undefined;
}

/**
 * Opens the suite of a project (`features/`, `policies/`, `cases/`) for quick runs: without cucumber's run time, without
 * reports. Throws `InputError` for a feature that does not parse.
 */
export async function openSuite(root: string, lane: Lane, read: PolicyReader): Promise<Suite> {
  const files = openProject(root);
  const steps = await loadStepLibrary();
  const features = findFeatures([], root).files.map((file) => parseFeature(files.text(file), file));
  const sessionOf = (reader: PolicyReader): Session => {
    return { files, library: loadPolicyLibrary(files, 'policies', reader), lanes: [lane], intern: createInterner() };
  };
  const session = sessionOf(read);
  const selected = features.map((feature) => ({ feature, pickles: feature.pickles }));
  const { plans } = await checkScenarios(session, steps, selected);
  const entries = features.flatMap((feature) => entriesOf(feature, plans));
  return {
    scenarios: entries.map(({ about }) => about),
    firstFailure: async (reader, concerns = () => true) => {
      const own = reader === read ? session : sessionOf(reader);
      for (const entry of entries.filter(({ about }) => concerns(about))) {
        try {
          await runEntry(own, steps, entry);
        } catch (error) {
          return { scenario: entry.about, error };
        }
      }
      return undefined;
    },
  };
}

function entriesOf(feature: FeatureFile, plans: ReadonlyMap<string, ScenarioPlan>): readonly Entry[] {
  const places = stepPlaces(feature.document);
  return feature.pickles.map((pickle) => {
    const plan = plans.get(scenarioKey(feature.document, pickle));
    const line = lineOf(feature.document, pickle);
    const about = { file: feature.file, line, name: pickle.name, policies: plan?.policies ?? [] };
    return { about, pickle, places, plan };
  });
}

async function runEntry(session: Session, steps: StepLibrary, { pickle, places, plan }: Entry): Promise<void> {
  const scenario: Scenario = newScenario(session, 'run', { expectsSilence: plan?.expectsSilence ?? [] });
  for (const step of pickle.steps) {
    scenario.step = places.get(step.astNodeIds[0] ?? '') ?? scenario.step;
    const definition = findDefinition(step, steps, scenario.step);
    if (!('expression' in definition)) throw new InputError(definition);
    const world = { scenario };
    const { parameters } = await definition.getInvocationParameters({ step, world });
    await definition.code.apply(world, parameters);
  }
  closeRequest(scenario);
}
