import { Writable } from 'node:stream';
import { type Cause, compareAnswers } from '../compare/index.ts';
import { findFeatures } from '../harness/find-features.ts';
import { runFeatures } from '../harness/run-features.ts';
import { type LaneSet, openedLanes } from '../lanes/lane-set.ts';
import type { Lane } from '../model/lane.ts';
import { parsePolicies } from '../policy/index.ts';
import type { RunResult } from '../report/result.ts';
import { fakeLane } from './fake-lane.ts';
import { writeFiles } from './write-files.ts';

/** Files of a throw-away project: path and text. */
export type ProjectText = Readonly<Record<string, string>>;

/** Two lanes that are compared; the cause of each difference is the one given, none is looked for. */
export function comparedLanes(
  [engine, cluster]: readonly [Lane, Lane],
  { cause = 'engine', otherVersion = false }: { readonly cause?: Cause; readonly otherVersion?: boolean } = {},
): LaneSet {
  const facts = { kubernetes: otherVersion ? '1.31.0' : '1.36.3', kyverno: '1.19.0', otherVersion };
  return {
    ...openedLanes([engine, cluster]),
    open: async () => ({
      lanes: [engine, cluster],
      facts,
      differences: async (_premise, _request, [a, b]) =>
        a === undefined || b === undefined
          ? []
          : compareAnswers(a, b).map((difference) => ({ ...difference, cause, tried: [] })),
    }),
  };
}

/** How a project is run; without `lanes` on one fake lane (see `fakeLane`). */
export interface ProjectRun {
  readonly lanes?: readonly Lane[] | LaneSet;
  readonly args?: readonly string[];
  readonly tags?: string;
  readonly today?: string;
}

/** Writes a project into a temporary folder and runs its features. */
export async function runProject(files: ProjectText, how: ProjectRun = {}): Promise<RunResult> {
  return await runFolder(writeFiles(files), how);
}

/** Runs the features of the project in a folder. */
export async function runFolder(root: string, how: ProjectRun = {}): Promise<RunResult> {
  const lanes = how.lanes ?? [fakeLane()];
  return await runFeatures({
    features: findFeatures(how.args ?? [], root),
    lanes: 'open' in lanes ? lanes : openedLanes(lanes),
    readPolicies: parsePolicies,
    policies: 'policies',
    tags: how.tags ?? '',
    names: [],
    formats: {},
    formatOptions: {},
    onMessage: () => undefined,
    env: {},
    stderr: new Writable({ write: (_chunk, _encoding, done) => done() }),
    version: '0.0.0',
    now: () => 0,
    today: how.today ?? '2026-01-01',
  });
}

/** A validate policy with the given rules, for kind Pod. */
export function policyYaml(name: string, rules: readonly string[], action = 'Enforce'): string {
  return [
    'apiVersion: kyverno.io/v1',
    'kind: ClusterPolicy',
    `metadata: { name: ${name} }`,
    'spec:',
    `  validationFailureAction: ${action}`,
    '  rules:',
    ...rules.flatMap((rule) => [
      `    - name: ${rule}`,
      '      match: { any: [{ resources: { kinds: [Pod] } }] }',
      '      validate: { message: text, pattern: { metadata: { name: "?*" } } }',
    ]),
    '',
  ].join('\n');
}
