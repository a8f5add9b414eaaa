import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { kyverdict, writeFiles } from '../../testing/run-command.ts';

const POLICY = `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: { name: labels }
spec:
  background: false
  rules:
  - name: team
    match: { any: [ { resources: { kinds: [Pod] } } ] }
    validate: { message: "team <is> missing", pattern: { metadata: { labels: { team: "?*" } } } }
`;
const PODS = `apiVersion: v1
kind: Pod
metadata: { name: good, labels: { team: a } }
---
apiVersion: v1
kind: Pod
metadata: { name: bad }
---
apiVersion: v1
kind: Service
metadata: { name: service }
`;
const suite = (rows: string): string =>
  `apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: { name: t }\npolicies: [../policy.yaml]\nresources: [../pods.yaml]\nresults:\n${rows}`;
const row = (rule: string, resource: string, result: string): string =>
  `- { policy: labels, rule: ${rule}, resources: [${resource}], kind: Pod, result: ${result} }\n`;

const FOLDER = writeFiles({
  'policy.yaml': POLICY,
  'pods.yaml': PODS,
  'good/kyverno-test.yaml': suite(row('team', 'good', 'pass') + row('team', 'bad', 'fail')),
  'wrong/kyverno-test.yaml': suite(row('team', 'bad', 'pass')),
  'hollow/kyverno-test.yaml': suite(
    row('taem', 'good', 'fail') + row('team', 'service', 'fail') + row('team', 'goood', 'pass'),
  ),
  'rowless/kyverno-test.yaml': suite('').replace('results:\n', ''),
  'broken/kyverno-test.yaml': suite(`${row('team', 'good', 'pass').replace('kind:', 'status: pass, kind:')}`),
  'nofile/kyverno-test.yaml': suite(row('team', 'good', 'pass')).replace('pods.yaml', 'nowhere.yaml'),
});

test('rows that hold end with 0 and are counted', async () => {
  const { code, stdout, stderr } = await kyverdict(['test', 'good'], FOLDER);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /2 passed, 0 failed, 0 skipped \(1 test\)\n$/);
});

test('a row that does not hold is told with its place and the rule’s message', async () => {
  const { code, stdout } = await kyverdict(['test', 'wrong'], FOLDER);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /wrong\/kyverno-test\.yaml:7:3: Want pass, got fail on v1\/Pod\/default\/bad: validation error: team <is> missing\./,
  );
});

test('strict mode fails what tests nothing and says why; --compat passes it as the real command does', async () => {
  const strict = await kyverdict(['test', 'hollow'], FOLDER);
  assert.equal(strict.code, 1);
  assert.match(strict.stdout, /:7:3: Unknown rule: the policy `labels` has no rule `taem` \(did you mean `team`\?\)/);
  assert.match(
    strict.stdout,
    /:8:3: No answer: no rule answered for v1\/Service\/default\/service: `result: fail` is compared with nothing/,
  );
  assert.match(
    strict.stdout,
    /:9:3: Unknown resource: no resource is called `goood`, so the row means every resource \(did you mean `good`\?\)/,
  );
  const compat = await kyverdict(['test', 'hollow', '--compat'], FOLDER);
  assert.match(compat.stdout, /Test Summary: 4 tests passed and 1 tests failed\n/);
  assert.equal(compat.stderr, 'Error: 1 tests failed\n');
  assert.equal(compat.code, 1);
});

test('a baseline accepts today’s findings, fails on new ones and names those that are gone', async () => {
  const folder = writeFiles({
    'policy.yaml': POLICY,
    'pods.yaml': PODS,
    'a/kyverno-test.yaml': suite(row('taem', 'good', 'fail')),
  });
  assert.equal((await kyverdict(['test', 'a', '--baseline', 'b.yaml', '--update-baseline'], folder)).code, 0);
  assert.match(readFileSync(join(folder, 'b.yaml'), 'utf8'), /code: unknown-rule/);
  assert.equal((await kyverdict(['test', 'a', '--baseline', 'b.yaml'], folder)).code, 0);
  assert.equal((await kyverdict(['test', 'a'], folder)).code, 1);
  const fixed = writeFiles({
    'policy.yaml': POLICY,
    'pods.yaml': PODS,
    'a/kyverno-test.yaml': suite(row('team', 'good', 'pass')),
    'b.yaml': readFileSync(join(folder, 'b.yaml'), 'utf8'),
  });
  const gone = await kyverdict(['test', 'a', '--baseline', 'b.yaml'], fixed);
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /no longer found, delete the entry/);
});

/** Elements with their attributes, as the schema of Jenkins has them. */
const JUNIT = [
  'error: type message',
  'failure: type message',
  'properties: ',
  'property: name value',
  'system-out: ',
  'testcase: classname name',
  'testsuite: name tests failures errors skipped',
  'testsuites: name tests failures errors',
];

test('every output format is one valid document', async () => {
  const ask = async (format: string) =>
    (await kyverdict(['test', '.', '-o', format, '--detailed-results'], FOLDER)).stdout;
  assert.ok(JSON.parse(await ask('json')).length >= 6);
  const junit = await ask('junit');
  assert.match(junit, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites [^<>]*>\n/);
  assert.ok(junit.includes('team &lt;is&gt; missing'));
  assert.match(junit, /<error type="not run" message="[^"]*broken\/kyverno-test\.yaml:7:\d+: json: unknown field/);
  const attributes = new Set(
    [...junit.matchAll(/<([a-z-]+)((?: [a-z]+="[^"<]*")*)\/?>/g)].map(
      ([, name, all = '']) => `${name}: ${[...all.matchAll(/ ([a-z]+)=/g)].map(([, one]) => one).join(' ')}`,
    ),
  );
  assert.deepEqual([...attributes].sort(), JUNIT);
  const tags = [...junit.matchAll(/<(\/?)([a-z-]+)(?:\s[^<>]*?)?(\/?)>/g)].filter(([, , , empty]) => empty !== '/');
  const open: string[] = [];
  for (const [, closing, name = ''] of tags) {
    if (closing === '/') assert.equal(open.pop(), name);
    else open.push(name);
  }
  assert.deepEqual(open, []);
  const github = await ask('github');
  assert.match(github, /^::error file=.*wrong\/kyverno-test\.yaml,line=7,title=/m);
  assert.match(github, /^::error file=.*broken\/kyverno-test\.yaml,line=7,col=\d+,title=test not run::json: unknown/m);
  assert.match(await ask('markdown'), /^\| ID \| POLICY \| RULE \|/m);
});

test('broken files, missing files and nothing to test have exit codes of their own', async () => {
  const broken = await kyverdict(['test', 'broken'], FOLDER);
  assert.equal(broken.code, 3);
  assert.match(broken.stderr, /broken\/kyverno-test\.yaml:7:\d+: json: unknown field "status"/);
  const nofile = await kyverdict(['test', 'nofile'], FOLDER);
  assert.equal(nofile.code, 3);
  assert.match(nofile.stderr, /there is no file `.*nowhere\.yaml` \(correct the path under `resources`\)/);
  assert.equal((await kyverdict(['test', 'nofile', '--compat'], FOLDER)).code, 1);
  const unwritable = await kyverdict(['test', 'good', '--responses', 'nowhere/r.jsonl'], FOLDER);
  assert.equal(unwritable.code, 3);
  assert.match(unwritable.stderr, /nowhere\/r\.jsonl` cannot be written \(ENOENT\) \(make its folder first\)/);
  assert.equal((await kyverdict(['test', 'rowless'], FOLDER)).code, 1);
  const empty = writeFiles({ 'x.yaml': '' });
  assert.equal((await kyverdict(['test', '.'], empty)).code, 4);
  assert.equal((await kyverdict(['test', '.', '--compat'], empty)).code, 0);
  assert.equal((await kyverdict(['test', '.', '--compat', '--require-tests'], empty)).code, 1);
});

test('--responses writes every engine answer, the same in both modes', async () => {
  const folder = writeFiles({
    'policy.yaml': POLICY,
    'pods.yaml': PODS,
    'a/kyverno-test.yaml': suite(row('team', 'good', 'pass')),
  });
  const written = async (...more: readonly string[]) => {
    await kyverdict(['test', '.', '--responses', 'r.jsonl', ...more], folder);
    return readFileSync(join(folder, 'r.jsonl'), 'utf8');
  };
  const lines = (await written())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ test: file, lane, key, rules }) => [file, lane, key, rules?.[0].status ?? null]),
    [
      ['a/kyverno-test.yaml', 'trigger', 'v1,Pod,default,good', 'pass'],
      ['a/kyverno-test.yaml', 'trigger', 'v1,Pod,default,bad', 'fail'],
      ['a/kyverno-test.yaml', 'trigger', 'v1,Service,default,service', null],
    ],
  );
  assert.equal(await written('--compat'), await written());
});
