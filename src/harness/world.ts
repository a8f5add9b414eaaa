import type { GherkinDocument, Pickle } from '@cucumber/messages';
import type { PlannedRequest } from '../lanes/cluster/schedule.ts';
import { type Failure, InputError } from '../model/failure.ts';
import { type AllureLabel, allureMessage, allureMessageType } from '../report/allure.ts';
import { closeRequest } from './ask.ts';
import { holdLanesTogether } from './compare-lanes.ts';
import { isForEngine } from './engine-tag.ts';
import { requireAnswers } from './expectation.ts';
import { lineOf, scenarioKey, stepPlaces } from './feature-file.ts';
import { knownNames } from './known.ts';
import { newScenario, type Scenario, type Session } from './scenario.ts';
import type { StepPlace } from './step-place.ts';
import { NothingTestedError, untestedRequests } from './untested.ts';

/** What `this` is in a step. */
export interface StepWorld {
  readonly scenario: Scenario;
  /** Before the first step. */
  begin(document: GherkinDocument, pickle: Pickle): void;
  /** Before each step, so that errors know their place. */
  atStep(pickleStepId: string): void;
  /**
   * After the last step; `sound` when every step passed. Throws `LanesDifferError`, `NoAnswerError`, `NothingTestedError`, and what
   * `closeRequest` throws.
   */
  finish(pickle: Pickle, sound: boolean): void;
}

/** What the check found out about a scenario before it runs. */
export interface ScenarioPlan {
  /** For each request: whether a step expects that some rule does not match, or none answers. */
  readonly expectsSilence: readonly boolean[];
  /** For each request: what all its steps expect, one a line. */
  readonly expected: readonly string[];
  readonly labels: readonly AllureLabel[];
  /** Names of the policies in force. */
  readonly policies: readonly string[];
  /** The requests that a cluster can answer, with what holds then. */
  readonly requests: readonly PlannedRequest[];
  /** Bad input that the check found; the steps it is about fail with it. */
  readonly failures: readonly Failure[];
}

/** What worlds need from the run and give back to it. */
export interface WorldContext {
  readonly session: Session;
  /** By `file:line` of the scenario. */
  readonly plans: ReadonlyMap<string, ScenarioPlan>;
  /** Called with each scenario after its last step. */
  readonly finished: (pickle: Pickle, scenario: Scenario) => void;
}

interface WorldOptions {
  readonly attach: (data: string, options: { readonly mediaType: string; readonly fileName?: string }) => void;
}

/** A world class for one run. cucumber makes a world for each scenario. */
export function worldClass(context: WorldContext): new (options: WorldOptions) => StepWorld {
  return class KyverdictWorld implements StepWorld {
    readonly attach: WorldOptions['attach'];
    scenario: Scenario;
    #places: ReadonlyMap<string, StepPlace> = new Map();
    #failures: readonly Failure[] = [];
    #line = 1;

    constructor({ attach }: WorldOptions) {
      this.attach = attach;
      this.scenario = newScenario(context.session, 'run');
    }

    begin(document: GherkinDocument, pickle: Pickle): void {
      const plan = context.plans.get(scenarioKey(document, pickle));
      this.scenario = newScenario(context.session, 'run', {
        expectedTexts: plan?.expected ?? [],
        expectsSilence: plan?.expectsSilence ?? [],
        names: knownNames(document.uri ?? '', pickle.name),
        ...(isForEngine(pickle) ? { lanes: context.session.lanes.filter(({ name }) => name === 'engine') } : {}),
        attach: ({ name, text, mediaType }) => this.attach(text, { mediaType, fileName: name }),
      });
      this.#failures = plan?.failures ?? [];
      this.#line = lineOf(document, pickle);
      const places = stepPlaces(document);
      this.#places = new Map(
        pickle.steps.flatMap((step) => {
          const place = places.get(step.astNodeIds[0] ?? '');
          return place === undefined ? [] : [[step.id, place] as const];
        }),
      );
      if (plan !== undefined) this.attach(allureMessage(plan.labels), { mediaType: allureMessageType });
    }

    atStep(pickleStepId: string): void {
      const place = this.#places.get(pickleStepId);
      if (place === undefined) return;
      this.scenario.step = place;
      const bad = this.#failures.filter((failure) => failure.place?.line === place.line);
      if (bad.length === 0) return;
      const error = new InputError(...bad);
      error.stack = `${error.name}: ${error.message}`;
      throw error;
    }

    finish(pickle: Pickle, sound: boolean): void {
      context.finished(pickle, this.scenario);
      holdLanesTogether(this.scenario);
      if (!sound) return;
      requireAnswers(this.scenario);
      closeRequest(this.scenario);
      const untested = untestedRequests(this.scenario, pickle.uri, this.#line);
      if (untested.length > 0) throw new NothingTestedError(untested);
    }
  };
}
