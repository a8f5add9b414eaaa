import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { runCucumber } from '@cucumber/cucumber/api';
import type { Envelope, Pickle } from '@cucumber/messages';
import type { KnownDifferences } from '../compare/index.ts';
import type { PlannedRequest } from '../lanes/cluster/schedule.ts';
import type { LaneSet, OpenLanes } from '../lanes/lane-set.ts';
import { type Failure, formatFailure, InputError } from '../model/failure.ts';
import type { CannotHappen, RunResult, ScenarioResult } from '../report/result.ts';
import { readCannotHappen } from './cannot-happen.ts';
import { type CheckResult, checkScenarios, isAboutNames } from './check.ts';
import { coverageOf, happened, unseenRules, unusedPolicies } from './coverage.ts';
import { type FeatureFile, lineOf, parseFeature, scenarioKey } from './feature-file.ts';
import type { FeatureSelection } from './find-features.ts';
import { createInterner } from './interner.ts';
import { knownProblems, readKnown } from './known.ts';
import { isMismatch, outcomesOf, type StepTrouble, troubleCollector } from './outcome.ts';
import { loadPolicyLibrary, type PolicyReader } from './policy-library.ts';
import { openProject, type ProjectFiles } from './project-files.ts';
import { readText } from './read-text.ts';
import type { Scenario, Session } from './scenario.ts';
import { configure, type SelectionOptions, select, tagsToRun } from './select.ts';
import { loadStepLibrary, type StepLibrary } from './step-library.ts';
import { emptyFeatures, NothingTestedError } from './untested.ts';
import { worldClass } from './world.ts';

/** What to run, and how. */
export interface RunOptions extends SelectionOptions {
  readonly lanes: LaneSet;
  readonly readPolicies: PolicyReader;
  /** The policies folder, counted from the project's root. */
  readonly policies: string;
  /** cucumber formatters by output file. */
  readonly formats: Readonly<Record<string, string>>;
  readonly formatOptions: Readonly<Record<string, string>>;
  readonly onMessage: (message: Envelope) => void;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
  /** Milliseconds, from any start. */
  readonly now: () => number;
  /** `YYYY-MM-DD`: known differences may end at a date. */
  readonly today: string;
}

/**
 * Runs features: parses and checks everything first, then opens the lanes and asks them; closing them is left to the
 * caller. Unknown names end it before anything runs; other bad input leaves the rest running. Never throws for what the
 * project's files hold; throws what opening a lane throws (`ClusterTroubleError`, `InputError`).
 */
export async function runFeatures(options: RunOptions): Promise<RunResult> {
  const started = options.now();
  const files = openProject(options.features.root);
  const library = loadPolicyLibrary(files, options.policies, options.readPolicies);
  const session: Session = { files, library, lanes: [], intern: createInterner() };
  const failures: Failure[] = [...library.failures];
  const features = parseFeatures(options.features, files, failures);
  const declared = readDeclared(files, library.suite, failures);
  const steps = await loadStepLibrary();
  const selected = await select(options, features, failures);
  const check = await checkScenarios(session, steps, selected);
  const known = readKnown(files, { features, partial: options.features.partial, today: options.today }, failures);
  const stop = check.unknown.length > 0 || failures.some(isAboutNames);
  if (stop) failures.push(...check.failures);

  const nothing = stop || selected.every(({ pickles }) => pickles.length === 0);
  const opened = nothing ? undefined : await options.lanes.open(plannedRequests(check));
  const scenarios =
    opened === undefined ? [] : await run(options, withLanes(session, opened, known), steps, check, features);
  const requests = scenarios.flatMap((scenario) => scenario.requests);
  const isSelection = options.features.partial || options.tags !== '' || options.names.length > 0;
  const coverage = coverageOf(library.suite, requests);
  const unused = stop ? [] : unusedPolicies(library.suite, requests);
  return {
    version: options.version,
    lanes: options.lanes.names,
    scenarios,
    policies: library.suite.map(({ name }) => name),
    unusedPolicies: unused,
    coverage,
    unseenRules: stop ? [] : unseenRules(coverage, declared),
    empty: emptyFeatures(features),
    happened: happened(coverage, declared),
    selection: isSelection,
    failures,
    ...(opened?.facts === undefined ? {} : { facts: opened.facts }),
    retries: options.lanes.retries(),
    knownProblems: opened?.differences === undefined ? [] : knownProblems(known, scenarios, isSelection),
    leftOut: selected.flatMap(({ feature, leftOut }) => leftOut.map((pickle) => scenarioKey(feature.document, pickle))),
    duration: options.now() - started,
  };
}

function parseFeatures(selection: FeatureSelection, files: ProjectFiles, failures: Failure[]): readonly FeatureFile[] {
  return selection.files.flatMap((file) => {
    try {
      return [parseFeature(files.text(file), file)];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      failures.push(...error.failures);
      return [];
    }
  });
}

function readDeclared(files: ProjectFiles, suite: Session['library']['suite'], failures: Failure[]) {
  const path = 'cases/cannot-happen.yaml';
  const full = join(files.root, path);
  if (!existsSync(full)) return [];
  try {
    return readCannotHappen(readText(full, path), path, suite);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    failures.push(...error.failures);
    return [] as readonly CannotHappen[];
  }
}

function withLanes(session: Session, { lanes, differences, facts }: OpenLanes, known: KnownDifferences): Session {
  if (differences === undefined) return { ...session, lanes };
  return { ...session, lanes, compare: { differences, known, otherVersion: facts?.otherVersion ?? false } };
}

/** Every request of scenarios without bad input that a cluster can answer. */
function plannedRequests(check: CheckResult): readonly PlannedRequest[] {
  return [...check.plans.values()].flatMap(({ failures, requests }) => (failures.length > 0 ? [] : requests));
}

async function run(
  options: RunOptions,
  session: Session,
  steps: StepLibrary,
  check: CheckResult,
  features: readonly FeatureFile[],
): Promise<readonly ScenarioResult[]> {
  if (features.length === 0) return [];
  const done: { readonly pickle: Pickle; readonly scenario: Scenario }[] = [];
  const finished = (pickle: Pickle, scenario: Scenario) => done.push({ pickle, scenario });
  const { trouble, durations, onMessage } = troubleCollector();
  const { runConfiguration } = await configure(options, features, tagsToRun(options));
  const support = { ...steps, World: worldClass({ session, plans: check.plans, finished }) };
  await runCucumber(
    {
      ...runConfiguration,
      formats: {
        stdout: 'summary',
        files: { ...options.formats },
        publish: false,
        options: { ...options.formatOptions },
      },
      support,
    },
    { cwd: options.features.root, stdout: silence(), stderr: options.stderr, env: options.env },
    (message) => {
      onMessage(message);
      options.onMessage(message);
    },
  );
  const byFile = new Map(features.map((feature) => [feature.file, feature]));
  return done.map(({ pickle, scenario }) => {
    const feature = byFile.get(pickle.uri);
    const line = feature === undefined ? (pickle.location?.line ?? 1) : lineOf(feature.document, pickle);
    const key = `${pickle.uri}:${line}`;
    const { expected = [], failures = [] } = check.plans.get(key) ?? {};
    const wrong = failures.length > 0 ? { type: 'InputError', message: '' } : trouble.get(pickle.id);
    const error = errorText(failures, wrong);
    return {
      file: pickle.uri,
      line,
      feature: feature?.document.feature?.name ?? '',
      name: pickle.name,
      tags: pickle.tags.map(({ name }) => name),
      requests: scenario.requests.map(({ place, request, policies, objects, answers, differences }, i) => {
        return { place, request, policies, objects, answers, differences, expected: expected[i] ?? '' };
      }),
      mismatches: scenario.mismatches,
      outcomes: outcomesOf(
        scenario,
        wrong,
        scenario.lanes.map(({ name }) => name),
      ),
      ...(error === undefined ? {} : { error }),
      testsNothing: wrong?.type === NothingTestedError.name,
      duration: durations.get(pickle.id) ?? 0,
    };
  });
}

function silence(): Writable {
  return new Writable({ write: (_chunk, _encoding, callback) => callback() });
}

function errorText(bad: readonly Failure[], wrong: StepTrouble | undefined): string | undefined {
  if (bad.length > 0) return bad.map(formatFailure).join('\n');
  return wrong === undefined || isMismatch(wrong) ? undefined : wrong.message;
}
