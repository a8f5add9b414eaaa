import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { findFeatures } from '../harness/find-features.ts';
import { runFeatures } from '../harness/run-features.ts';
import { openedLanes } from '../lanes/lane-set.ts';
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

/** Runs a project's features on fake lanes (see `fakeLane`), or on the lanes given. */
export async function runProject(
  files: ProjectText,
  how: { readonly lanes?: readonly Lane[]; readonly args?: readonly string[]; readonly tags?: string } = {},
): Promise<RunResult> {
  const root = writeProject(files);
  return await runFeatures({
    features: findFeatures(how.args ?? [], root),
    lanes: openedLanes(how.lanes ?? [fakeLane()]),
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
    today: '2026-01-01',
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
