import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { InputError } from '../../model/failure.ts';
import { isObject, type JsonObject, parseJson } from '../../model/json.ts';
import { admitCommand } from './admit.ts';

const POLICY = `
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: need-team}
spec:
  background: false
  rules:
  - name: team
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate: {failureAction: Enforce, message: team is missing, pattern: {metadata: {labels: {team: "?*"}}}}
`;

const folder = mkdtempSync(join(tmpdir(), 'kyverdict-admit-'));
mkdirSync(join(folder, 'policies/deep'), { recursive: true });
writeFileSync(join(folder, 'policies/deep/team.yaml'), POLICY);
writeFileSync(join(folder, 'broken.yaml'), 'kind: [');
writeFileSync(join(folder, 'state.yaml'), 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n');
writeFileSync(join(folder, 'config.yaml'), 'kyverno: {config: {excludeGroups: "system:masters"}}\n');

interface Ran {
  readonly code: number;
  readonly lines: readonly JsonObject[];
  readonly errors: string;
}

async function admit(args: readonly string[], input: string): Promise<Ran> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const io = { stdin: Readable.from([input]), stdout, stderr, cwd: folder, env: {}, now: () => 0 };
  const code = await admitCommand.run(args, io);
  stdout.end();
  stderr.end();
  const text = (await stdout.toArray()).join('');
  const lines = text.split('\n').filter((line) => line !== '');
  const errors = (await stderr.toArray()).join('');
  return { code, lines: lines.map((line) => parseJson(line, 'int')).filter(isObject), errors };
}

function podLine(id: string, namespace = 'default'): string {
  const spec = { containers: [{ name: 'c', image: 'nginx' }] };
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace }, spec };
  return `${JSON.stringify({ id, operation: 'CREATE', object })}\n`;
}

const STDIN = ['--requests', '-'];

test('each line is answered with the verdict, the refusing rules and every rule', async () => {
  const { code, lines } = await admit(['--policies', 'policies', ...STDIN], podLine('one'));
  assert.equal(code, 0);
  const message = 'validation error: team is missing. rule team failed at path /metadata/labels/';
  assert.deepEqual(lines, [
    {
      id: 'one',
      allowed: false,
      code: 400n,
      message:
        'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Pod/default/a was blocked due ' +
        `to the following policies \n\nneed-team:\n  team: '${message}'\n`,
      denied: [{ policy: 'need-team', rule: 'team', message }],
      warnings: [],
      rules: [{ policy: 'need-team', rule: 'team', status: 'fail', message }],
    },
  ]);
});

test('without policies the API server answers alone and gives the stored object', async () => {
  const { lines } = await admit(STDIN, podLine('one') + podLine('two', 'shop'));
  assert.deepEqual(
    lines.map(({ allowed, code }) => [allowed, code]),
    [
      [true, 201n],
      [false, 404n],
    ],
  );
  assert.equal(isObject(lines[0]?.['object'] ?? null), true);
  const withState = await admit(['--cluster', 'state.yaml', ...STDIN], podLine('two', 'shop'));
  assert.equal(withState.lines[0]?.['allowed'], true);
});

test('several paths may follow one option, and a configuration counts', async () => {
  const paths = ['--policies', 'policies/deep', 'policies/deep/team.yaml', '--config', 'config.yaml'];
  const { lines } = await admit([...paths, ...STDIN], podLine('one'));
  assert.equal(lines[0]?.['allowed'], true);
});

test('a faulty line has an error and ends with 3, the others are answered', async () => {
  const { code, lines } = await admit(STDIN, `{"id":"bad","operation":"CREATE","objekt":{}}\n\n${podLine('good')}`);
  assert.equal(code, 3);
  assert.deepEqual(
    lines.map(({ id, allowed }) => [id, allowed]),
    [
      ['bad', null],
      ['good', true],
    ],
  );
  assert.equal(lines[0]?.['error'], '<stdin>:1:34: unknown key `objekt` in the request (did you mean `object`?)');
});

test('no line at all ends with 4', async () => {
  assert.deepEqual(await admit(STDIN, '\n'), { code: 4, lines: [], errors: '' });
});

test('policies and objects with a fault are named, the others answer, and the run ends with 3', async () => {
  writeFileSync(join(folder, 'twin.yaml'), POLICY.replace('team is missing', 'other'));
  const rows: readonly (readonly [readonly string[], RegExp])[] = [
    [['--policies', 'policies', 'broken.yaml'], /^error: broken\.yaml:\d+:\d+: .*\nThe answers are those of a cluster/],
    [['--policies', 'policies', '--cluster', 'broken.yaml'], /^error: broken\.yaml:\d+:\d+: /],
    [['--policies', 'policies', 'twin.yaml'], /^error: twin\.yaml:2:1: policy `need-team` is also in policies\/deep/],
  ];
  for (const [args, said] of rows) {
    const { code, lines, errors } = await admit([...args, ...STDIN], podLine('one'));
    assert.match(errors, said);
    assert.equal(code, 3);
    assert.deepEqual(
      lines.map(({ allowed }) => allowed),
      [false],
    );
  }
});

test('faults of files and arguments are bad input', async () => {
  const rows: readonly (readonly [readonly string[], RegExp])[] = [
    [['--policies', 'nowhere.yaml', ...STDIN], /^there is no file `nowhere\.yaml`$/],
    [['--cluster', 'stat.yaml', ...STDIN], /^there is no file `stat\.yaml` \(did you mean `state\.yaml`\?\)$/],
    [['--config', 'policies', ...STDIN], /^`policies` is a folder \(name a file\)$/],
    [['--config', 'broken.yaml', ...STDIN], /^broken\.yaml:\d+:\d+: /],
    [['--requests', 'nowhere.jsonl'], /^there is no file `nowhere\.jsonl`/],
    [[], /--requests is missing/],
    [['requests.jsonl'], /unexpected argument `requests\.jsonl`/],
    [['--polices', 'x', ...STDIN], /unknown option `--polices` \(did you mean `--policies`\?\)/],
  ];
  for (const [args, message] of rows) {
    await assert.rejects(admit(args, ''), (error: unknown) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, message);
      return true;
    });
  }
});

test('the help tells what is not built and which kinds are validated in part only', () => {
  assert.match(admitCommand.usage, /^ {2}authorization: every user may do everything/m);
  assert.match(admitCommand.usage, /only its metadata:\n {4}APIService, .*\bResourceSlice$/m);
});
