import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { policyYaml } from '../testing/features.ts';
import { writeFiles } from '../testing/write-files.ts';
import { COMMANDS } from './commands.ts';
import { runCli } from './run-cli.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function kyverdict(args: readonly string[], cwd = '/'): Promise<Ended> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runCli(args, { stdin: Readable.from(['']), stdout, stderr, cwd, env: {}, now: () => 0 });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

test('--help lists every command and every exit code', async () => {
  const { code, stdout } = await kyverdict(['--help']);
  assert.equal(code, 0);
  for (const { name, summary } of COMMANDS) assert.match(stdout, new RegExp(`^ {2}${name} +${summary}$`, 'm'));
  assert.match(stdout, /^ {2}5 {2}a lane could not answer/m);
});

for (const command of COMMANDS) {
  test(`kyverdict ${command.name} --help says how it is used`, async () => {
    const { code, stdout } = await kyverdict([command.name, '--help']);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Usage: kyverdict ${command.name}\\b`));
    assert.match(stdout, /exit codes?/i);
  });
}

const WRONG: readonly [args: readonly string[], message: RegExp][] = [
  [['rum'], /^error: there is no command `rum` \(did you mean `run`\?\)\n$/],
  [['help', 'rum'], /^error: there is no command `rum` \(did you mean `run`\?\)\n$/],
  [['run', '--name', '('], /^error: --name: `\(` is no regular expression: .* \(put a backslash/],
  [['run', '--config', 'nope.yaml'], /^error: there is no file `nope\.yaml`\n$/],
  [['run', '--tagz', 'x'], /^error: unknown option `--tagz` \(did you mean `--tags`\?\)\n$/],
  [['run', '--tags'], /^error: option `-t, --tags <value>` argument missing\n$/i],
  [['run', '--lane', 'cluser'], /^error: there is no (?:file|lane|folder)/],
  [['run', 'nowhere.feature'], /^error: there is no file or folder `nowhere\.feature`/],
];

for (const [args, message] of WRONG) {
  test(`kyverdict ${args.join(' ')} ends with 3 and one line`, async () => {
    const { code, stderr } = await kyverdict(args, writeFiles({ 'features/f.feature': 'Feature: f\n' }));
    assert.equal(code, 3);
    assert.match(stderr, message);
  });
}

test('kyverdict alone shows the overview and ends with 3', async () => {
  const { code, stdout } = await kyverdict([]);
  assert.equal(code, 3);
  assert.match(stdout, /^kyverdict \d+\.\d+\.\d+/);
});

const FEATURE = `Feature: f
  Scenario: a Pod
    Given the policy "p"
    When I run \`kubectl run web --image=nginx\`
    Then it should <verdict> rule "one"
`;

test('kyverdict run judges on the engine, writes every report and says where they are', async () => {
  const root = writeFiles({
    'policies/p.yaml': policyYaml('p', ['one']).replace('"?*"', '"other"'),
    'features/f.feature': FEATURE.replace('<verdict>', 'fail'),
  });
  const { code, stdout } = await kyverdict(['run', '--json', 'out/lines.jsonl'], root);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /1 scenario with 1 request, 1 policy with 1 rule: 1 passed/);
  for (const file of ['cucumber.html', 'junit.xml', 'allure-results']) {
    assert.ok(existsSync(join(root, 'reports', file)), file);
  }
  assert.match(readFileSync(join(root, 'reports/junit.xml'), 'utf8'), /<testsuite[^>]* tests="1"/);
  const line = JSON.parse(readFileSync(join(root, 'out/lines.jsonl'), 'utf8')) as Record<string, unknown>;
  const { feature, line: at, name, lane, outcome, expected, code: status } = line;
  assert.deepEqual(
    { feature, at, name, lane, outcome, expected, status },
    {
      feature: 'features/f.feature',
      at: 2,
      name: 'a Pod',
      lane: 'engine',
      outcome: 'passed',
      expected: 'fail p/one',
      status: 400,
    },
  );
});

interface AllureResult {
  readonly name: string;
  readonly status: string;
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly steps: readonly { readonly steps: readonly { readonly name: string }[] }[];
}

test('the Allure results have policy and rule as suites, the severity, and every attachment', async () => {
  const annotated = policyYaml('p', ['one'])
    .replace('"?*"', '"other"')
    .replace('{ name: p }', '{ name: p, annotations: { policies.kyverno.io/severity: high } }');
  const root = writeFiles({
    'policies/p.yaml': annotated,
    'features/f.feature': FEATURE.replace('<verdict>', 'fail'),
  });
  assert.equal((await kyverdict(['run'], root)).code, 0);
  const folder = join(root, 'reports/allure-results');
  const [file, second] = readdirSync(folder).filter((name) => name.endsWith('-result.json'));
  assert.equal(second, undefined);
  const result = JSON.parse(readFileSync(join(folder, file ?? ''), 'utf8')) as AllureResult;
  const label = (name: string) => result.labels.filter((one) => one.name === name).map(({ value }) => value);
  assert.deepEqual([result.name, result.status], ['a Pod', 'passed']);
  assert.deepEqual([label('parentSuite'), label('suite'), label('severity')], [['p'], ['one'], ['critical']]);
  const attached = result.steps.flatMap(({ steps }) => steps.map(({ name }) => name));
  assert.deepEqual(attached, ['policy p.yaml', 'request.yaml', 'object as judged.yaml', 'rules.txt']);
  assert.doesNotMatch(readFileSync(join(root, 'reports/cucumber.html'), 'utf8'), /vnd\.allure\.message/);
});

test('kyverdict report makes one HTML file of the last run and says where it is', async () => {
  const root = writeFiles({
    'policies/p.yaml': policyYaml('p', ['one']).replace('"?*"', '"other"'),
    'features/f.feature': FEATURE.replace('<verdict>', 'fail'),
  });
  const early = await kyverdict(['report'], root);
  assert.deepEqual(
    [early.code, early.stderr.trim()],
    [3, 'error: there are no results in reports/allure-results (run `kyverdict run` first)'],
  );
  await kyverdict(['run'], root);
  const { code, stdout, stderr } = await kyverdict(['report'], root);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Allure report: reports\/allure-report\/index\.html\nfile:\/\/\//);
  const files = readdirSync(join(root, 'reports/allure-report'));
  assert.deepEqual(
    files.filter((name) => !name.endsWith('.json')),
    ['index.html'],
  );
});

test('kyverdict run ends with 1 and shows both sides when the verdict is another', async () => {
  const root = writeFiles({
    'policies/p.yaml': policyYaml('p', ['one']).replace('"?*"', '"other"'),
    'features/f.feature': FEATURE.replace('<verdict>', 'pass'),
  });
  const { code, stdout } = await kyverdict(['run', '--no-reports'], root);
  assert.equal(code, 1);
  assert.match(stdout, /failed {2}features\/f\.feature:2 {2}a Pod\n +expected +got\n.*\n +pass p\/one +fail p\/one/);
  assert.ok(!existsSync(join(root, 'reports')));
});
