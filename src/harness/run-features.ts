import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { loadConfiguration, loadSources, runCucumber } from '@cucumber/cucumber/api';
import type { Envelope, Pickle } from '@cucumber/messages';
import { type Failure, formatFailure, InputError } from '../model/failure.ts';
import type { Lane } from '../model/lane.ts';
import type { CannotHappen, RunResult, ScenarioResult } from '../report/result.ts';
import { readCannotHappen } from './cannot-happen.ts';
import { type CheckResult, checkScenarios, isAboutNames } from './check.ts';
import { coverageOf, happened, unseenRules, unusedPolicies } from './coverage.ts';
import { type FeatureFile, lineOf, parseFeature } from './feature-file.ts';
import type { FeatureSelection } from './find-features.ts';
import { createInterner } from './interner.ts';
import { isMismatch, outcomesOf, type StepTrouble, troubleCollector } from './outcome.ts';
import { loadPolicyLibrary, type PolicyReader } from './policy-library.ts';
import { openProject, type ProjectFiles } from './project-files.ts';
import type { Scenario, Session } from './scenario.ts';
import { loadStepLibrary, type StepLibrary } from './step-library.ts';
import { scenarioKey, worldClass } from './world.ts';

/** What to run, and how. */
export interface RunOptions {
  readonly features: FeatureSelection;
  readonly lanes: readonly Lane[];
  readonly readPolicies: PolicyReader;
  /** The policies folder, counted from the project's root. */
  readonly policies: string;
  /** A tag expression, as cucumber reads it; `""` for all. */
  readonly tags: string;
  /** Regular expressions, one of which a scenario's name must match; none for all. */
  readonly names: readonly string[];
  /** cucumber formatters by output file. */
  readonly formats: Readonly<Record<string, string>>;
  readonly formatOptions: Readonly<Record<string, string>>;
  readonly onMessage: (message: Envelope) => void;
  readonly env: NodeJS.ProcessEnv;
  readonly stderr: Writable;
  readonly version: string;
  /** Milliseconds, from any start. */
  readonly now: () => number;
}

/**
 * Runs features: parses and checks everything first, then asks the lanes. Unknown names end it before anything runs;
 * other bad input leaves the rest running. Never throws for what the project's files hold.
 */
export async function runFeatures(options: RunOptions): Promise<RunResult> {
  const started = options.now();
  const files = openProject(options.features.root);
  const library = loadPolicyLibrary(files, options.policies, options.readPolicies);
  const session: Session = { files, library, lanes: options.lanes, intern: createInterner() };
  const failures: Failure[] = [...library.failures];
  const features = parseFeatures(options.features, files, failures);
  const declared = readDeclared(files, library.suite, failures);
  const steps = await loadStepLibrary();
  const selected = await select(options, features, failures);
  const check = await checkScenarios(session, steps, selected);
  const stop = check.unknown.length > 0 || failures.some(isAboutNames);
  if (stop) failures.push(...check.failures);

  const scenarios = stop ? [] : await run(options, session, steps, check, features);
  const requests = scenarios.flatMap((scenario) => scenario.requests);
  const coverage = coverageOf(library.suite, requests);
  const unused = stop ? [] : unusedPolicies(library.suite, requests);
  return {
    version: options.version,
    lanes: options.lanes.map(({ name }) => name),
    scenarios,
    policies: library.suite.map(({ name }) => name),
    unusedPolicies: unused,
    coverage,
    unseenRules: stop ? [] : unseenRules(coverage, unused, declared),
    happened: happened(coverage, declared),
    selection: options.features.partial || options.tags !== '' || options.names.length > 0,
    failures,
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
    return readCannotHappen(readFileSync(full, 'utf8'), path, suite);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    failures.push(...error.failures);
    return [] as readonly CannotHappen[];
  }
}

type Selected = readonly { readonly feature: FeatureFile; readonly pickles: readonly Pickle[] }[];

// cucumber itself chooses by tags, names and lines, so that they mean what they mean there.
async function select(options: RunOptions, features: readonly FeatureFile[], failures: Failure[]): Promise<Selected> {
  if (features.length === 0) return [];
  const { runConfiguration } = await configure(options, features);
  const { plan, errors } = await loadSources(runConfiguration.sources, { cwd: options.features.root });
  for (const { uri, location, message } of errors) {
    failures.push({ code: 'bad-feature', message, place: { file: uri, line: location.line } });
  }
  const chosen = new Set(plan.map(({ uri, location }) => `${uri}:${location.line}`));
  return features.map((feature) => ({
    feature,
    pickles: feature.pickles.filter((pickle) => chosen.has(scenarioKey(feature.document, pickle))),
  }));
}

async function configure(options: RunOptions, features: readonly FeatureFile[]) {
  const good = new Set(features.map(({ file }) => file));
  const paths = options.features.paths.filter((path) => good.has(path.replace(/(?::\d+)+$/, '')));
  return await loadConfiguration(
    { file: false, provided: { paths, tags: options.tags, name: [...options.names], import: [], publish: false } },
    { cwd: options.features.root, env: {}, stderr: options.stderr },
  ).catch((error: unknown) => {
    throw new InputError({ code: 'bad-selection', message: error instanceof Error ? error.message : String(error) });
  });
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
  const { trouble, onMessage } = troubleCollector();
  const { runConfiguration } = await configure(options, features);
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
      requests: scenario.requests.map(({ place, request, policies, answers }, i) => {
        return { place, request, policies, answers, expected: expected[i] ?? '' };
      }),
      mismatches: scenario.mismatches,
      outcomes: outcomesOf(
        scenario,
        wrong,
        options.lanes.map(({ name }) => name),
      ),
      ...(error === undefined ? {} : { error }),
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
