import type { Pickle } from '@cucumber/messages';
import { InputError } from '../model/failure.ts';
import type { Lane } from '../model/lane.ts';
import type { Policy } from '../model/policy.ts';
import { closeRequest } from './ask.ts';
import { checkScenarios, findDefinition } from './check.ts';
import { lineOf, parseFeature, scenarioKey, stepPlaces } from './feature-file.ts';
import { findFeatures } from './find-features.ts';
import { createInterner } from './interner.ts';
import { loadPolicyLibrary, type PolicyLibrary, type PolicyReader } from './policy-library.ts';
import { openProject } from './project-files.ts';
import { newScenario, type Session } from './scenario.ts';
import { loadStepLibrary, type StepLibrary } from './step-library.ts';
import type { StepPlace } from './step-place.ts';

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
  /** The policies of its policies folder. */
  readonly policies: readonly Policy[];
  readonly scenarios: readonly SuiteScenario[];
  /**
   * Runs scenarios in the order given, with `changed` in place of the policy of that name, until one does not end as it
   * should; gives that one and why. `undefined`: all are as expected.
   */
  readonly firstFailure: (
    scenarios: readonly SuiteScenario[],
    changed?: Policy,
  ) => Promise<{ readonly scenario: SuiteScenario; readonly error: unknown } | undefined>;
}

/** A step with its arguments, to be taken again and again. */
interface ReadyStep {
  readonly place: StepPlace;
  readonly code: (this: unknown, ...args: unknown[]) => unknown;
  readonly parameters: readonly unknown[];
}

interface ReadyScenario {
  readonly steps: readonly ReadyStep[];
  readonly expectsSilence: readonly boolean[];
}

/**
 * Opens the suite of a project (`features/`, `policies/`, `cases/`) for quick runs: without cucumber's run time, without
 * reports. Throws `InputError` for anything that a run would not start with.
 */
export async function openSuite(root: string, lane: Lane, read: PolicyReader): Promise<Suite> {
  const files = openProject(root);
  const library = loadPolicyLibrary(files, 'policies', read);
  const session: Session = { files, library, lanes: [lane], intern: createInterner() };
  const steps = await loadStepLibrary();
  const features = findFeatures([], root).files.map((file) => parseFeature(files.text(file), file));
  const selected = features.map((feature) => ({ feature, pickles: feature.pickles }));
  const check = await checkScenarios(session, steps, selected);
  const failures = [...library.failures, ...check.failures];
  if (failures.length > 0) throw new InputError(...failures);

  const ready = new Map<SuiteScenario, ReadyScenario>();
  for (const { file, document, pickles } of features) {
    const places = stepPlaces(document);
    for (const pickle of pickles) {
      const plan = check.plans.get(scenarioKey(document, pickle));
      const about = { file, line: lineOf(document, pickle), name: pickle.name, policies: plan?.policies ?? [] };
      const expectsSilence = plan?.expectsSilence ?? [];
      ready.set(about, { steps: await readySteps(pickle, steps, places), expectsSilence });
    }
  }
  return {
    policies: library.suite,
    scenarios: [...ready.keys()],
    firstFailure: async (scenarios, changed) => {
      const own = changed === undefined ? session : { ...session, library: withPolicy(library, changed) };
      for (const scenario of scenarios) {
        try {
          await runScenario(own, ready.get(scenario));
        } catch (error) {
          return { scenario, error };
        }
      }
      return undefined;
    },
  };
}

async function readySteps(
  pickle: Pickle,
  library: StepLibrary,
  places: ReadonlyMap<string, StepPlace>,
): Promise<readonly ReadyStep[]> {
  const ready: ReadyStep[] = [];
  for (const step of pickle.steps) {
    const place = places.get(step.astNodeIds[0] ?? '');
    if (place === undefined) throw new Error(`step \`${step.text}\` has no place`);
    const definition = findDefinition(step, library, place);
    if (!('expression' in definition)) throw new InputError(definition);
    const { parameters } = await definition.getInvocationParameters({ step, world: {} });
    ready.push({ place, code: definition.code, parameters });
  }
  return ready;
}

async function runScenario(session: Session, ready: ReadyScenario | undefined): Promise<void> {
  if (ready === undefined) throw new Error('the scenario is of another suite');
  const scenario = newScenario(session, 'run', { expectsSilence: ready.expectsSilence });
  for (const { place, code, parameters } of ready.steps) {
    scenario.step = place;
    await code.apply({ scenario }, [...parameters]);
  }
  closeRequest(scenario);
}

function withPolicy(library: PolicyLibrary, changed: Policy): PolicyLibrary {
  const swap = (policy: Policy) => (policy.name === changed.name ? changed : policy);
  return { ...library, suite: library.suite.map(swap), byName: (name) => swap(library.byName(name)) };
}
