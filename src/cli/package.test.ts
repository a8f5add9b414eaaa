import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { policyYaml } from '../testing/features.ts';
import { writeFiles } from '../testing/write-files.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const NO_NETWORK = /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ENOTCACHED|ECONNRESET|ENETUNREACH/;

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function execute(command: string, args: readonly string[], cwd: string): Ended {
  // npm's own variables would make the inner npm look at this project.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(?!config_(?:registry|cache|userconfig))|^INIT_CWD$/.test(name),
    ),
  );
  const path = [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  const child = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...env, PATH: path } });
  return { code: child.status, output: `${child.stdout}${child.stderr}${child.error?.message ?? ''}` };
}

const PROGRAM = `import { admit, EvaluationError, jmespath, type JsonObject, matchPattern, parsePolicies, type World } from 'kyverdict';
import { readFileSync } from 'node:fs';

const world: World = { policies: parsePolicies(readFileSync('policies/named.yaml', 'utf8')) };
const object: JsonObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { containers: [{ name: 'a', image: 'b' }] } };
const answer = admit(world, { operation: 'CREATE', object });
const rules: readonly string[] = answer.rules.map(({ policy, name, status }) => policy + '/' + name + ' ' + status);
const path: string = matchPattern({ a: '?*' }, { a: '' }).path;
try {
  jmespath('a.(', {});
} catch (error) {
  console.log(answer.allowed, rules.join(), path, error instanceof EvaluationError);
}
// @ts-expect-error: a verdict is no number
const wrong: number = answer.allowed;
`;

const FEATURE = `Feature: a user's own
  Scenario Outline: <name>
    Given the policy "named"
    When this Pod is created:
      """
      { apiVersion: v1, kind: Pod, metadata: { name: <name> }, spec: { containers: [{ name: a, image: b }] } }
      """
    Then it should <verdict> rule "name"

    Examples:
      | name  | verdict |
      | good  | pass    |
      | other | fail    |
`;

/** As a user does it; some twenty seconds of work for npm, so only in CI. */
function install(folder: string, tarball: string): string | undefined {
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=0'];
  const { code, output } = execute('npm', ['install', ...flags, `./${tarball}`], folder);
  return code === 0 ? undefined : output;
}

/** The same folder with this project's copies of the packages that the tarball names, and no others. */
function unpack(folder: string, tarball: string): string | undefined {
  const home = join(folder, 'node_modules/kyverdict');
  mkdirSync(home, { recursive: true });
  const { code, output } = execute('tar', ['-xzf', join(folder, tarball), '--strip-components=1', '-C', home], folder);
  if (code !== 0) return output;
  const { bin, dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest;
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link, 'junction');
  }
  mkdirSync(join(folder, 'node_modules/.bin'));
  for (const [name, file] of Object.entries(bin))
    symlinkSync(join(home, file), join(folder, 'node_modules/.bin', name));
  return undefined;
}

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

test('the packed tarball, installed in an empty folder, runs a user feature with the policies there', (t) => {
  const folder = writeFiles({
    'package.json': '{ "name": "user", "private": true, "type": "module" }',
    'policies/named.yaml': policyYaml('named', ['name']).replace('"?*"', '"good"'),
    'features/own.feature': FEATURE,
    'program.ts': PROGRAM,
  });
  const packed = execute('npm', ['pack', '--pack-destination', folder], ROOT);
  assert.equal(packed.code, 0, packed.output);
  const [tarball] = globSync('*.tgz', { cwd: folder });
  assert.ok(tarball !== undefined, packed.output);
  const problem = process.env['CI'] === 'true' ? install(folder, tarball) : unpack(folder, tarball);
  if (problem !== undefined && NO_NETWORK.test(problem)) {
    t.skip('the package registry cannot be reached');
    return;
  }
  assert.equal(problem, undefined);
  const inside = globSync('node_modules/kyverdict/**/*.ts', { cwd: folder, exclude: ['**/kyverdict/node_modules/**'] });
  assert.deepEqual(
    inside.filter((file) => !file.endsWith('.d.ts')),
    [],
  );
  const ran = execute(join(folder, 'node_modules/.bin/kyverdict'), ['run'], folder);
  assert.match(ran.output, /2 scenarios with 2 requests, 1 policy with 1 rule: 2 passed/);
  assert.equal(ran.code, 0, ran.output);
  const compiler = ['--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
  const typed = execute('tsc', [...compiler, '--typeRoots', join(ROOT, 'node_modules/@types'), 'program.ts'], folder);
  assert.equal(typed.code, 0, typed.output);
  const program = execute(process.execPath, ['program.js'], folder);
  assert.equal(program.output, 'false named/name fail /a/ true\n');
});
