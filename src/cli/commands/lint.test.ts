import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kyverdict, writeFiles } from '../../testing/run-command.ts';

const policy = (name: string, validate: string): string => `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: { name: ${name} }
spec:
  background: false
  rules:
  - name: team
    match: { any: [ { resources: { kinds: [Service] } } ] }
    validate: ${validate}
`;
const GOOD = policy('good', '{ message: m, pattern: { metadata: { labels: { team: "?*" } } } }');
const suite = (body: string): string =>
  `apiVersion: cli.kyverno.io/v1alpha1\nkind: Test\nmetadata: { name: t }\npolicies: [../good.yaml]\n${body}`;
const ROW = '- { policy: good, rule: team, resources: [a], kind: Service, result: pass }\n';

const FOLDER = writeFiles({
  'good.yaml': GOOD,
  'refused.yaml': policy('refused', '{ message: "{{ nope }}", pattern: { a: b } }'),
  'misspelt.yaml': policy('misspelt', '{ message: m, patern: { a: b } }'),
  'chart/values.yaml': 'image: {{ .Values.image }}\n',
  'pods/service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\n',
  'ok/kyverno-test.yaml': suite(`resources: [../pods/service.yaml]\nresults:\n${ROW}`),
  'names/kyverno-test.yaml': suite(
    `resources: [../pods/service.yaml]\nresults:\n${ROW.replace('rule: team', 'rule: taem')}` +
      `${ROW.replace('policy: good', 'policy: god').replace('[a]', '[b]').replace('result: pass', 'result: passed')}`,
  ),
  'rowless/kyverno-test.yaml': suite('resources: [../pods/service.yaml]\n'),
  'legacy/kyverno-test.yaml': 'name: old\npolicies: [../good.yaml]\nresults: []\n',
  'fields/kyverno-test.yaml': suite(
    `resources: [../pods/service.yaml]\nresults:\n${ROW.replace('kind:', 'status: pass, kind:')}`,
  ),
  'lost/kyverno-test.yaml': suite(
    `resources: [../pods/service.yaml]\nresults:\n${ROW}${ROW.replace('policy: good', 'policy: misspelt')}`,
  ).replace('[../good.yaml]', '[../good.yaml, ../wrong-type.yaml]'),
  'wrong-type.yaml': policy('misspelt', '{ message: true, pattern: { a: b } }'),
  'nofile/kyverno-test.yaml': suite(`resources: [../pods/nowhere.yaml]\nresults:\n${ROW}`),
});

test('a file without a mistake is only counted', async () => {
  const ended = await kyverdict(['lint', 'good.yaml', 'ok', 'chart', 'pods'], FOLDER);
  assert.deepEqual(ended, { code: 0, stdout: '2 files: 0 errors, 0 warnings\n', stderr: '' });
});

const CASES: readonly (readonly [path: string, findings: readonly RegExp[]])[] = [
  ['refused.yaml', [/refused\.yaml:9:17: error: Kyverno refuses the policy: policy contains invalid variables/]],
  [
    'lost',
    [/lost\/kyverno-test\.yaml:8:3: error: no policy of this test is called `misspelt` \(some policy did not load\)$/],
  ],
  ['misspelt.yaml', [/misspelt\.yaml:9:29: error: unknown field .*\(did you mean `pattern`\?\)$/]],
  [
    'names',
    [
      /names\/kyverno-test\.yaml:7:3: error: the policy `good` has no rule `taem` \(did you mean `team`\?\)$/,
      /:8:3: error: `passed` is no result \(write one of pass, fail, warn, error, skip\)$/,
      /:8:3: error: no policy of this test is called `god` \(did you mean `good`\?\)$/,
      /:8:3: error: no resource is called `b`, so the row means every resource \(did you mean `a`\?\)$/,
    ],
  ],
  ['rowless', [/rowless\/kyverno-test\.yaml:1:1: error: the test has no `results`: nothing is tested/]],
  ['legacy', [/legacy\/kyverno-test\.yaml:1:1: error: the test file uses a form that Kyverno no longer reads/]],
  ['fields', [/fields\/kyverno-test\.yaml:7:\d+: error: json: unknown field "status"/]],
  [
    'nofile',
    [
      /nofile\/kyverno-test\.yaml:1:1: error: there is no file `.*nowhere\.yaml` \(correct the path under `resources`\)/,
    ],
  ],
];

for (const [path, findings] of CASES) {
  test(`kyverdict lint ${path} says what is wrong and where`, async () => {
    const { code, stdout } = await kyverdict(['lint', path], FOLDER);
    const lines = stdout.split('\n').filter((line) => /: (error|warning): /.test(line));
    assert.equal(code, 1);
    assert.equal(lines.length, findings.length, stdout);
    for (const [index, finding] of findings.entries()) assert.match(lines[index] ?? '', finding);
  });
}

test('findings come as JSON and as annotations of GitHub', async () => {
  const json = await kyverdict(['lint', 'misspelt.yaml', '-o', 'json'], FOLDER);
  const [first] = JSON.parse(json.stdout);
  assert.deepEqual([first.severity, first.code, first.line, first.column], ['error', 'unknown-field', 9, 29]);
  const github = await kyverdict(['lint', 'misspelt.yaml', '-o', 'github'], FOLDER);
  assert.match(github.stdout, /^::error file=.*misspelt\.yaml,line=9,col=29,title=unknown-field::unknown field/);
});

test('warnings alone are no failure unless they are asked to be', async () => {
  const deprecated = policy(
    'old',
    '{ message: m, deny: { conditions: { any: [ { key: a, operator: In, value: [b] } ] } } }',
  );
  const folder = writeFiles({ 'old.yaml': deprecated });
  assert.equal((await kyverdict(['lint', '.'], folder)).code, 0);
  const { code, stdout } = await kyverdict(['lint', '.', '--warnings'], folder);
  assert.equal(code, 1);
  assert.match(stdout, /warning: Operator In has been deprecated/);
});

test('nothing to check ends with 4, a bad path or format with 3', async () => {
  const nothing = await kyverdict(['lint', 'chart'], FOLDER);
  assert.equal(nothing.code, 4);
  assert.equal(nothing.stderr, 'no policy and no kyverno-test.yaml is in chart: nothing is checked\n');
  for (const args of [['nowhere'], ['.', '-o', 'jsn'], []]) {
    assert.equal((await kyverdict(['lint', ...args], FOLDER)).code, 3);
  }
});
