import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Json, JsonObject } from '../model/json.ts';
import { fakeLane } from '../testing/fake-lane.ts';
import { comparedLanes, policyYaml, runProject } from '../testing/features.ts';
import { SCENARIO_LABEL } from './allure.ts';
import { allureConfig } from './allure-config.ts';
import { laneResults } from './allure-lanes.ts';
import { exitCodeOf } from './exit-code.ts';
import { jsonLines } from './json-lines.ts';
import { junitReport } from './junit.ts';
import { markdownSummary } from './markdown.ts';
import type { RunResult } from './result.ts';
import { styleFor } from './style.ts';
import { summaryText } from './summary.ts';

const scenario = (name: string, says: string, step: string): string => `
  Scenario: ${name}
    Given the policy "p"
    When this Pod is created:
      """
      { apiVersion: v1, kind: Pod, metadata: { name: web, annotations: { ${says} } } }
      """
    Then ${step}
`;
const FAILS = 'it should fail rule "one"';
const FEATURE = `Feature: two lanes
${scenario('Same', 'p/one: fail', FAILS)}
${scenario('Only the cluster lets it through', '"engine:p/one": fail, "cluster:p/one": pass', FAILS)}
${scenario('Only the engine lets it through', '"engine:p/one": pass, "cluster:p/one": fail', FAILS)}
${scenario('Known', '"engine:p/one": fail, "cluster:p/one": pass', FAILS)}
${scenario('Both are wrong', 'p/one: pass', FAILS)}
${scenario('The cluster is silent', 'p/one: fail, "cluster:answer": none', FAILS)}
`;
const FILES = {
  'policies/p.yaml': policyYaml('p', ['one']),
  'features/f.feature': FEATURE,
  'cases/known-differences.yaml': '- scenario: Known\n  reason: it is so | always\n',
};

let run: RunResult;
before(async () => {
  const lanes = comparedLanes([fakeLane('engine'), fakeLane('cluster')], { cause: 'live-data' });
  run = await runProject(FILES, { lanes });
});

const at = (name: string): number => run.scenarios.find((one) => one.name === name)?.line ?? 0;

test('every outcome is on the lane that has it', () => {
  assert.deepEqual(
    run.scenarios.map(({ name, outcomes }) => [name, ...outcomes.values()]),
    [
      ['Same', 'passed', 'passed'],
      ['Only the cluster lets it through', 'passed', 'failed'],
      ['Only the engine lets it through', 'failed', 'passed'],
      ['Known', 'passed', 'known difference'],
      ['Both are wrong', 'failed', 'failed'],
      ['The cluster is silent', 'passed', 'no answer'],
    ],
  );
  assert.equal(exitCodeOf(run), 5);
});

test('the terminal shows expected, engine and cluster in columns', () => {
  const text = summaryText(run, styleFor(false));
  const line = at('Only the cluster lets it through');
  const head = `differs  features/f.feature:${line}  Only the cluster lets it through
    features/f.feature:${line + 2}
    why: live data against the given state
              expected    engine      cluster
    verdict   fail p/one  fail p/one  pass
`;
  assert.ok(text.includes(head), text);
  assert.match(text, /^known {2}features\/f\.feature:\d+ {2}Known$/m);
  assert.match(text, /^ {4}why: live data against the given state \(known: it is so \| always\)$/m);
  assert.match(text, /^no answer {2}features\/f\.feature:\d+ {2}The cluster is silent$/m);
  assert.match(text, /^cluster lane: .*: 2 passed, 1 known difference, 2 failed, 1 no answer/m);
  assert.match(
    text,
    /^lanes compared: 5 requests: 2 differ \(live data against the given state: 2\), 1 differ as listed$/m,
  );
});

test('Markdown has the counts, each difference once, and what fails nothing folded away', () => {
  const text = markdownSummary(run);
  assert.match(text, /^## Kyverdict: a lane could not answer, or something is not supported \(exit code 5\)$/m);
  assert.match(text, /^\| lane \| scenarios \| requests \| passed \| known difference \| failed \| no answer \|$/m);
  assert.match(text, /^\| cluster \| 6 \| 6 \| 2 \| 1 \| 2 \| 1 \|$/m);
  assert.match(text, /^5 requests compared: \*\*2 differ\*\*, 1 differ as listed\.$/m);
  const line = at('Only the engine lets it through');
  const row = `| Only the engine lets it through<br>features/f.feature:${line + 2} | live data against the given state | verdict | fail p/one | pass | fail p/one |`;
  assert.ok(text.includes(row), text);
  assert.equal(text.split('Only the engine lets it through').length, 2);
  assert.match(text, /### Not as expected\n\n.*\n.*\n\| Both are wrong<br>.* \| engine \| fail p\/one \| pass/);
  assert.match(
    text,
    /### Could not answer\n\n- the cluster lane could not answer: the lane is down \(The cluster is silent/,
  );
  assert.match(text, /<details><summary>Differences that fail nothing<\/summary>\n\n\| scenario .*\n.*\n\| Known<br>/);
  assert.ok(text.includes('(known: it is so \\| always)'), 'a bar does not end a cell');
});

test('JUnit has a suite for each lane, and each difference on one of them', () => {
  const text = junitReport(run);
  assert.match(text, /<testsuites name="kyverdict run" tests="12" failures="4" errors="1" /);
  assert.match(text, /<testsuite name="features\/f\.feature \(engine lane\)" tests="6" failures="2" errors="0" /);
  assert.match(text, /<testsuite name="features\/f\.feature \(cluster lane\)" tests="6" failures="2" errors="1" /);
  const cases = [
    ...text.matchAll(/classname="[^"]*\((\w+) lane\)" name="([^"]*)"[^>]*(?:\/>|><(\w+) type="([^"]*)")/g),
  ];
  assert.deepEqual(
    cases.map(([, lane, name, element = 'passed', type = '']) => [name, lane, element, type].join(' | ')).sort(),
    [
      'Both are wrong | cluster | failure | not as expected',
      'Both are wrong | engine | failure | not as expected',
      'Known | cluster | passed | ',
      'Known | engine | passed | ',
      'Only the cluster lets it through | cluster | failure | lanes differ',
      'Only the cluster lets it through | engine | passed | ',
      'Only the engine lets it through | cluster | passed | ',
      'Only the engine lets it through | engine | failure | lanes differ',
      'Same | cluster | passed | ',
      'Same | engine | passed | ',
      'The cluster is silent | cluster | error | no answer',
      'The cluster is silent | engine | passed | ',
    ],
  );
});

test('JSON lines have the differences with their cause, on both lanes', () => {
  const lines = jsonLines(run)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const lane of ['engine', 'cluster']) {
    const of = (name: string) => lines.find((line) => line['name'] === name && line['lane'] === lane);
    const [first] = (of('Only the cluster lets it through')?.['differences'] ?? []) as readonly unknown[];
    const verdict = {
      part: 'verdict',
      cause: 'live-data',
      tried: [],
      counts: true,
      engine: 'denied',
      cluster: 'allowed',
    };
    assert.deepEqual(first, verdict);
    const [known] = (of('Known')?.['differences'] ?? []) as readonly Record<string, unknown>[];
    assert.deepEqual([known?.['counts'], known?.['known']], [false, 'it is so | always']);
    assert.deepEqual(of('Same')?.['differences'], []);
  }
  const accepted = lines.find((line) => line['outcome'] === 'known difference');
  assert.deepEqual(accepted?.['mismatches'], [{ expected: 'fail p/one', got: 'pass', excuse: 'known difference' }]);
});

function allureResult(name: string): JsonObject {
  const attachment = (file: string): JsonObject => ({
    name: file,
    attachments: [{ name: file, source: `${file}.src`, type: 'text/plain' }],
  });
  return {
    uuid: 'first',
    name,
    status: 'failed',
    labels: [
      { name: 'suite', value: 'p' },
      { name: SCENARIO_LABEL, value: `features/f.feature:${at(name)}` },
    ],
    steps: [
      {
        name: 'When',
        status: 'passed',
        steps: ['request.yaml', 'rules (engine lane).txt', 'rules (cluster lane).txt'].map(attachment),
      },
      { name: 'Then', status: 'failed', statusDetails: { message: 'wrong' }, steps: [] },
    ],
  };
}

function allure(name: string): readonly JsonObject[] {
  return laneResults(allureResult(name), run, { id: () => 'second', copy: (source) => `copy of ${source}` });
}

const STATUSES: readonly [name: string, engine: string, cluster: string][] = [
  ['Same', 'passed', 'passed'],
  ['Only the cluster lets it through', 'passed', 'failed'],
  ['Only the engine lets it through', 'failed', 'passed'],
  ['Known', 'passed', 'passed'],
  ['Both are wrong', 'failed', 'failed'],
  ['The cluster is silent', 'passed', 'broken'],
];

for (const [name, engine, cluster] of STATUSES) {
  test(`in Allure the scenario \`${name}\` is ${engine} on the engine and ${cluster} on the cluster`, () => {
    const results = allure(name);
    assert.deepEqual(
      results.map(({ status, uuid, labels }) => [status, uuid, (labels as readonly JsonObject[]).at(-1)]),
      [
        [engine, 'first', { name: 'lane', value: 'engine' }],
        [cluster, 'second', { name: 'lane', value: 'cluster' }],
      ],
    );
    for (const { status, steps } of results) {
      const isFailed = (step: Json): boolean => (step as JsonObject)['status'] === 'failed';
      assert.equal(
        (steps as readonly Json[]).some(isFailed),
        status !== 'passed',
        'a step that failed elsewhere passes',
      );
    }
  });
}

test('in Allure each lane shows its own attachments, in files of its own', () => {
  const shown = allure('Same').map(({ steps }) => JSON.stringify(steps).match(/(?<="source":")[^"]*/g));
  assert.deepEqual(shown, [
    ['request.yaml.src', 'rules (engine lane).txt.src'],
    ['copy of request.yaml.src', 'copy of rules (cluster lane).txt.src'],
  ]);
});

test("Allure's categories tell what went wrong by its cause", async () => {
  const source = allureConfig(['engine', 'cluster']);
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  interface Config {
    readonly categories: readonly { readonly name: string; readonly matchers: { readonly message: RegExp } }[];
    readonly environments: Readonly<Record<string, { readonly matcher: (result: JsonObject) => boolean }>>;
  }
  const { default: config } = (await import(url)) as { readonly default: Config };
  const categoryOf = (name: string, lane: number): string | undefined => {
    const details = allure(name)[lane]?.['statusDetails'] as JsonObject;
    return config.categories.find(({ matchers }) => matchers.message.test(String(details['message'])))?.name;
  };
  assert.equal(categoryOf('Only the cluster lets it through', 1), 'Live data');
  assert.equal(categoryOf('Both are wrong', 0), 'Not as expected');
  assert.equal(categoryOf('The cluster is silent', 1), 'Cluster trouble');
  const [engine] = allure('Same');
  assert.ok(engine);
  assert.deepEqual(
    Object.entries(config.environments).map(([lane, { matcher }]) => [lane, matcher(engine)]),
    [
      ['engine', true],
      ['cluster', false],
    ],
  );
});
