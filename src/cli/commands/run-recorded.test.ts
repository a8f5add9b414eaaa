import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createEngineLane } from '../../lanes/engine-lane.ts';
import { type LaneSet, openedLanes } from '../../lanes/lane-set.ts';
import type { RecordedCluster } from '../../lanes/recorded/recording.ts';
import { writeRecordings } from '../../lanes/recorded/recordings.ts';
import type { LaneAnswer } from '../../model/lane.ts';
import { DEFAULT_SETTINGS } from '../../model/settings.ts';
import { policyYaml, runFolder } from '../../testing/features.ts';
import { CLUSTER, observePlanned } from '../../testing/observed.ts';
import { type Ended, kyverdict, writeFiles } from '../../testing/run-command.ts';

const POLICY = policyYaml('team', ['label']).replace('{ name: "?*" }', '{ labels: { team: "?*" } }');
const FEATURE = `Feature: teams
  Background:
    Given the policy "team"
  Scenario: A Pod without a team
    When this Pod is created:
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: web }
      spec: { containers: [{ name: web, image: nginx }] }
      """
    Then it should fail rule "label"
  Scenario: A Pod with a team
    When this Pod is created:
      """
      apiVersion: v1
      kind: Pod
      metadata: { name: web, labels: { team: a } }
      spec: { containers: [{ name: web, image: nginx }] }
      """
    Then it should pass rule "label"
`;

/** A project with the recording of a cluster that answers as the engine does, but for what `change` makes of it. */
async function recordedProject(
  change: (answer: LaneAnswer) => LaneAnswer = (answer) => answer,
  cluster: RecordedCluster = CLUSTER,
): Promise<string> {
  const root = writeFiles({ 'policies/team.yaml': POLICY, 'features/teams.feature': FEATURE });
  const engine = createEngineLane({
    settings: DEFAULT_SETTINGS,
    clock: { now: () => 0 },
    random: { next: () => 0.5 },
  });
  const open: LaneSet['open'] = async (planned) => {
    const observed = await observePlanned(engine, planned);
    const changed = observed.map((one) => ({ ...one, answer: change(one.answer) }));
    writeRecordings(join(root, 'cases/recordings'), cluster, changed, false);
    return { lanes: [engine] };
  };
  await runFolder(root, { lanes: { ...openedLanes([]), names: ['cluster'], open } });
  return root;
}

function edit(root: string, path: string, from: string, to: string): void {
  const text = readFileSync(join(root, path), 'utf8');
  assert.ok(text.includes(from), `${path} has ${from}`);
  writeFileSync(join(root, path), text.replace(from, to));
}

const replay = (root: string, ...more: readonly string[]): Promise<Ended> =>
  kyverdict(['run', '--lane', 'recorded', '--no-reports', ...more], root);

test('the engine is compared with a recording without any cluster', async () => {
  const { code, stdout } = await replay(await recordedProject());
  assert.equal(code, 0);
  assert.match(stdout, /^recorded lane: 2 scenarios with 2 requests, .*: 2 passed/m);
  assert.match(stdout, /^lanes compared: 2 requests: no difference$/m);
  assert.match(stdout, /^cluster: Kubernetes 1\.36\.3, Kyverno 1\.19\.0$/m);
});

test('a changed policy is named, and the recording has no answer', async () => {
  const root = await recordedProject();
  edit(root, 'policies/team.yaml', 'message: text', 'message: a team is needed');
  const { code, stdout } = await replay(root);
  assert.equal(code, 5);
  assert.match(
    stdout,
    /the recorded lane could not answer: the recording does not fit any more: policy team was changed;/,
  );
});

test('a changed scenario is named, and so is what nobody asks for any more', async () => {
  const root = await recordedProject();
  edit(root, 'features/teams.feature', 'labels: { team: a }', 'labels: { team: b }');
  const { code, stdout, stderr } = await replay(root);
  assert.equal(code, 5);
  assert.match(stdout, /^no answer {2}features\/teams\.feature:13 {2}A Pod with a team$/m);
  assert.match(stdout, /the request of this scenario was changed or is new; record again/);
  assert.match(stderr, /no scenario asks any more for 1 of the answers in .*recordings;/);
  assert.match(stderr, /teams\.json: A Pod with a team: CREATE Pod web/);
});

test('an answer that the engine does not give ends with 2 and its cause', async () => {
  const reworded = await recordedProject((answer) => ({ ...answer, message: answer.message.replace('text', 'word') }));
  const { code, stdout } = await replay(reworded);
  assert.equal(code, 2);
  assert.match(stdout, /^differs {2}features\/teams\.feature:4 {2}A Pod without a team$/m);
  assert.match(stdout, /why: the engine differs/);
});

test('what the recorded cluster filtered is found', async () => {
  const root = await recordedProject();
  edit(root, 'cases/recordings/cluster.json', '"resourceFilters": "', '"resourceFilters": "[Pod,*,*] ');
  const { code, stdout } = await replay(root, '--name', 'without');
  assert.equal(code, 2);
  assert.match(stdout, /why: filtered before the rules/);
});

test('a recording of another version is reported and fails nothing', async () => {
  const other = { ...CLUSTER, kyverno: '1.18.0' };
  const reword = (answer: LaneAnswer) => ({ ...answer, message: answer.message.replace('text', 'word') });
  const { code, stdout } = await replay(await recordedProject(reword, other));
  assert.equal(code, 0);
  assert.match(stdout, /^version {2}features\/teams\.feature:4 /m);
  assert.match(stdout, /why: another version/);
  assert.match(stdout, /1 differ by version/);
});

test('a recording that is damaged, or not there, ends with 3', async () => {
  const root = await recordedProject();
  edit(root, 'cases/recordings/teams.json', '"premises"', '"promises"');
  const damaged = await replay(root);
  assert.deepEqual([damaged.code, /teams\.json: this is no recording/.test(damaged.stderr)], [3, true]);
  const missing = await replay(root, '--recording', 'elsewhere');
  assert.deepEqual([missing.code, /there is no recording in .*elsewhere/.test(missing.stderr)], [3, true]);
});

test('only what a cluster answers can be recorded', async () => {
  const root = await recordedProject();
  for (const lane of ['engine', 'recorded']) {
    const { code, stderr } = await kyverdict(['run', '--lane', lane, '--record'], root);
    assert.deepEqual([code, stderr.includes('add --lane cluster or --lane both')], [3, true]);
  }
});
