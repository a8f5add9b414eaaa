import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { type Cause, compareAnswers } from '../compare/index.ts';
import { findFeatures } from '../harness/find-features.ts';
import { runFeatures } from '../harness/run-features.ts';
import { type LaneSet, openedLanes } from '../lanes/lane-set.ts';
import type { Lane } from '../model/lane.ts';
import { parsePolicies } from '../policy/index.ts';
import type { RunResult } from '../report/result.ts';
import { fakeLane } from './fake-lane.ts';

/** Files of a throw-away project: path and text. */
export type ProjectText = Readonly<Record<string, string>>;

const ROOTS: string[] = [];
process.on('exit', () => {
  for (const root of ROOTS) rmSync(root, { recursive: true, force: true });
});

/** Writes a project into a temporary folder and gives its path; it is removed when the process ends. */
export function writeProject(files: ProjectText): string {
  const root = mkdtempSync(join(tmpdir(), 'kyverdict-'));
  ROOTS.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

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

/** Runs a project's features on fake lanes (see `fakeLane`), or on the lanes given. */
export async function runProject(
  files: ProjectText,
  how: {
    readonly lanes?: readonly Lane[] | LaneSet;
    readonly args?: readonly string[];
    readonly tags?: string;
    readonly today?: string;
  } = {},
): Promise<RunResult> {
  const lanes = how.lanes ?? [fakeLane()];
  const root = writeProject(files);
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
