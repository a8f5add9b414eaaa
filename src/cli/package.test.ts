import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { policyYaml, writeProject } from '../testing/features.ts';

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

test('the packed tarball, installed in an empty folder, runs a user feature with the policies there', (t) => {
  const folder = writeProject({
    'package.json': '{ "name": "user", "private": true }',
    'policies/named.yaml': policyYaml('named', ['name']).replace('"?*"', '"good"'),
    'features/own.feature': FEATURE,
  });
  const packed = execute('npm', ['pack', '--pack-destination', folder], ROOT);
  assert.equal(packed.code, 0, packed.output);
  const [tarball] = globSync('*.tgz', { cwd: folder });
  assert.ok(tarball !== undefined, packed.output);
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=0'];
  const installed = execute('npm', ['install', ...flags, `./${tarball}`], folder);
  if (installed.code !== 0 && NO_NETWORK.test(installed.output)) {
    t.skip('the package registry cannot be reached');
    return;
  }
  assert.equal(installed.code, 0, installed.output);
  const inside = globSync('node_modules/kyverdict/**/*.ts', { cwd: folder, exclude: ['**/kyverdict/node_modules/**'] });
  assert.deepEqual(
    inside.filter((file) => !file.endsWith('.d.ts')),
    [],
  );
  const ran = execute(join(folder, 'node_modules/.bin/kyverdict'), ['run'], folder);
  assert.match(ran.output, /2 scenarios with 2 requests, 1 policy with 1 rule: 2 passed/);
  assert.equal(ran.code, 0, ran.output);
});
