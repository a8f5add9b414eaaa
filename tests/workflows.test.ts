// The workflows do what the README says, with the clusters of the file of pins.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { pinnedClusters, referenceCluster } from '../src/lanes/cluster/pins.ts';

const ROOT = new URL('../', import.meta.url);
const FOLDER = new URL('.github/workflows/', ROOT);

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes': number;
  readonly 'continue-on-error'?: string;
  readonly needs?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly 'fail-fast': boolean; readonly matrix: Readonly<Record<string, string>> };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

function workflow(file: string): Workflow {
  return parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Workflow;
}

/** The commands of the README: lines of its shell blocks, one for each part of `a && b`, without comments. */
function readmeCommands(): ReadonlySet<string> {
  const readme = readFileSync(new URL('README.md', ROOT), 'utf8');
  const lines = [...readme.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) => block.split('\n'));
  return new Set(lines.flatMap((line) => line.replace(/\s+#.*$/, '').split(' && ')).map((line) => line.trim()));
}

const expression = (text: string): string => `$\{{ ${text} }}`;
const FILES = readdirSync(FOLDER);
const nightly = workflow('nightly.yml');
const both = nightly.jobs['both'];

test('there are a workflow for every change and one for every night', () => {
  assert.deepEqual(FILES.sort(), ['ci.yml', 'nightly.yml']);
  assert.deepEqual(Object.keys(workflow('ci.yml').on), ['push', 'pull_request']);
  assert.deepEqual(Object.keys(nightly.on), ['schedule', 'workflow_dispatch']);
});

for (const file of FILES) {
  const jobs = Object.entries(workflow(file).jobs);
  test(`the steps of ${file} are commands of the README`, () => {
    const known = readmeCommands();
    const steps = jobs.filter(([name]) => name !== 'pins').flatMap(([, { steps: all }]) => all);
    const unknown = steps.flatMap(({ run }) => (run === undefined || known.has(run) ? [] : [run]));
    assert.deepEqual(unknown, []);
    assert.ok(steps.some(({ run }) => run?.startsWith('npm ')));
  });

  test(`the jobs of ${file} end some time and may only read`, () => {
    assert.deepEqual(workflow(file).permissions, { contents: 'read' });
    for (const [name, job] of jobs) assert.ok(job['timeout-minutes'] > 0, name);
  });
}

test('the matrix of the night is the file of pins, and only its reference can fail the run', () => {
  const read = nightly.jobs['pins']?.steps.find(({ run }) => run !== undefined)?.run ?? '';
  const [, file = ''] = /'\[\.clusters\[\]\.name\]' (\S+)\)/.exec(read) ?? [];
  const pins = JSON.parse(readFileSync(new URL(file, ROOT), 'utf8')) as {
    readonly reference: string;
    readonly clusters: readonly { readonly name: string }[];
  };
  assert.match(read, new RegExp(`jq -r \\.reference ${file}\\)`));
  assert.deepEqual([pins.reference, pins.clusters.length], [referenceCluster, pinnedClusters.length]);
  assert.equal(both?.needs, 'pins');
  assert.deepEqual(both.strategy, {
    'fail-fast': false,
    matrix: { cluster: expression('fromJson(needs.pins.outputs.clusters)') },
  });
  assert.equal(both['continue-on-error'], expression('matrix.cluster != needs.pins.outputs.reference'));
  assert.deepEqual(both.env, { CLUSTER: expression('matrix.cluster') });
});

test('the report and the summary of the night are kept, also after a failure', () => {
  const [run, ...after] =
    both?.steps.filter(({ run: command, uses = '' }) => command?.startsWith('npm run') || uses.includes('upload')) ??
    [];
  assert.match(run?.run ?? '', /--summary reports\/summary\.md$/);
  assert.deepEqual(
    after.map((step) => step.if),
    ['always()', 'always()'],
  );
  assert.equal(after[0]?.run, 'npm run report');
  assert.equal(after[1]?.with?.['path'], 'reports/');
});
