import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { kyverdict, writeFiles } from '../../testing/run-command.ts';

const NEED_TEAM = `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: need-team
  annotations: { policies.kyverno.io/category: Labels, policies.kyverno.io/severity: high }
spec:
  validationFailureAction: Audit
  rules:
  - name: team
    match: { any: [ { resources: { kinds: [Pod] } } ] }
    validate: { message: team is missing, pattern: { metadata: { labels: { team: "?*" } } } }
`;
const NAMESPACED = NEED_TEAM.replace('ClusterPolicy', 'Policy').replace(
  'name: need-team',
  'name: own\n  namespace: default',
);
const REFUSED = NEED_TEAM.replace('need-team', 'refused').replace('team is missing', '"{{ nope }}"');
const BY_USER = `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: { name: by-user }
spec:
  background: false
  rules:
  - name: only-bob
    match: { any: [ { resources: { kinds: [Pod] } } ] }
    validate:
      message: not bob
      deny: { conditions: { all: [ { key: "{{ request.userInfo.username }}-{{ stage }}", operator: NotEquals, value: bob-prod } ] } }
    context: [ { name: stage, variable: { jmesPath: given } } ]
`;
const EXCEPTION = `apiVersion: kyverno.io/v2
kind: PolicyException
metadata: { name: excused, namespace: default }
spec:
  exceptions: [ { policyName: need-team, ruleNames: [team] } ]
  match: { any: [ { resources: { kinds: [Pod], names: [bad] } } ] }
`;
const LABEL = `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: { name: add-label }
spec:
  rules:
  - name: label
    match: { any: [ { resources: { kinds: [Pod] } } ] }
    mutate: { patchStrategicMerge: { metadata: { labels: { x: z } } } }
`;
const JSON_MODE = `apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: { name: two }
spec:
  evaluation: { mode: JSON }
  validations: [ { expression: object.a == 2, message: not two } ]
`;
const GOOD = 'apiVersion: v1\nkind: Pod\nmetadata: { name: good, labels: { team: a } }\n';
const BAD = 'apiVersion: v1\nkind: Pod\nmetadata: { name: bad }\n';

const FOLDER = writeFiles({
  'policies/need-team.yaml': NEED_TEAM,
  'namespaced.yaml': NAMESPACED,
  'refused.yaml': REFUSED,
  'by-user.yaml': BY_USER,
  'label.yaml': LABEL,
  'json-mode.yaml': JSON_MODE,
  'one.json': '{"a": 1}',
  'named.json': '{"a": 1, "kind": "X", "metadata": {"name": "n"}}',
  'exception.yaml': EXCEPTION,
  'pods/a.yaml': GOOD,
  'pods/b.yaml': BAD,
  'broken.yaml': 'kind: [',
  'misspelt.yaml': NEED_TEAM.replace('pattern:', 'patern:'),
  'user.yaml': 'apiVersion: cli.kyverno.io/v1alpha1\nkind: UserInfo\nuserInfo: { username: bob }\n',
  'values.yaml': 'apiVersion: cli.kyverno.io/v1alpha1\nkind: Values\nglobalValues: { given: prod }\n',
});

const FAILED = `policy need-team -> resource default/Pod/bad failed:
1 - team validation error: team is missing. rule team failed at path /metadata/labels/
`;
const applied = (rules: number, resources: number, more = '') =>
  `\nApplying ${rules} policy rule(s) to ${resources} resource(s)${more}...\n`;
const counted = (pass: number, fail: number, warn = 0, error = 0, skip = 0) =>
  `\npass: ${pass}, fail: ${fail}, warn: ${warn}, error: ${error}, skip: ${skip} \n`;

type Case = readonly [args: readonly string[], code: number, stdout: string, input?: string];

const CASES: readonly Case[] = [
  [['policies', '-r', 'pods'], 1, applied(3, 2) + FAILED + counted(1, 1)],
  [['policies', '-r', 'pods/a.yaml'], 0, applied(3, 1) + counted(1, 0)],
  [['policies', '-r', '-'], 1, applied(3, 1) + FAILED + counted(0, 1), BAD],
  [['-', '--resource', 'pods/a.yaml,pods/b.yaml', '-i'], 1, FAILED + counted(1, 1), NEED_TEAM],
  [
    ['policies', '-r', 'pods', '--audit-warn'],
    0,
    applied(3, 2) + FAILED.replace('failed:', 'failed as audit warning:') + counted(1, 0, 1),
  ],
  [
    ['policies', '-r', 'pods', '-e', 'exception.yaml'],
    0,
    applied(3, 2, ' with 1 exception(s)') + counted(1, 0, 0, 0, 1),
  ],
  [
    ['policies', 'exception.yaml', '-r', 'pods', '--exceptions-within-policies'],
    0,
    applied(3, 2, ' with 1 exception(s)') + counted(1, 0, 0, 0, 1),
  ],
  [['by-user.yaml', '-r', 'pods/a.yaml', '-u', 'user.yaml', '-s', 'given=prod'], 0, applied(3, 1) + counted(1, 0)],
  [['by-user.yaml', '-r', 'pods/a.yaml', '-u', 'user.yaml', '-f', 'values.yaml'], 0, applied(3, 1) + counted(1, 0)],
  [
    ['by-user.yaml', '-r', 'pods/a.yaml', '-u', 'user.yaml', '-s', 'given=dev'],
    1,
    `${applied(3, 1)}policy by-user -> resource default/Pod/good failed:\n1 - only-bob not bob\n${counted(0, 1)}`,
  ],
  [
    ['label.yaml', '-r', 'pods/b.yaml', '-i'],
    0,
    '\napiVersion: v1\nkind: Pod\nmetadata:\n    labels:\n        x: z\n    name: bad\n    namespace: default\n\n---\n' +
      `\n\nMutation:\nMutation has been applied successfully.${counted(1, 0)}`,
  ],
];

for (const [args, code, stdout, input] of CASES) {
  test(`kyverdict apply ${args.join(' ')} prints what the real command prints`, async () => {
    assert.deepEqual(await kyverdict(['apply', ...args], FOLDER, input), { code, stdout, stderr: '' });
  });
}

test('a refused policy is named with the reason and counts as an error', async () => {
  const { code, stdout } = await kyverdict(['apply', 'refused.yaml', '-r', 'pods'], FOLDER);
  assert.equal(code, 1);
  assert.match(stdout, /^-{70}\nPolicies Skipped:\n1\. refused: policy contains invalid variables: .*\n-{70}$/m);
  assert.ok(stdout.endsWith(counted(0, 0, 0, 1)));
});

test('warnings and "nothing passed" have exit codes of their own', async () => {
  const warned = await kyverdict(['apply', 'policies', '-r', 'pods', '--audit-warn', '--warn-exit-code', '7'], FOLDER);
  assert.equal(warned.code, 7);
  assert.ok(warned.stdout.endsWith('exit as warnExitCode is 7'));
  const args = ['apply', 'policies', '-r', '-', '--warn-no-pass', '--warn-exit-code', '8'];
  const none = await kyverdict(args, FOLDER, 'apiVersion: v1\nkind: Service\nmetadata: { name: s }\n');
  assert.equal(none.code, 8);
});

test('the table has a line for each rule, with its message when asked', async () => {
  const { stdout } = await kyverdict(['apply', 'policies', '-r', 'pods', '-t', '--detailed-results'], FOLDER);
  assert.match(
    stdout,
    /│ 1 {2}│ need-team │ team │ default\/Pod\/good │ Pass {3}│ {8}│ validation rule 'team' passed\./,
  );
  assert.match(
    stdout,
    /│ 2 {2}│ need-team │ team │ default\/Pod\/bad {2}│ Fail {3}│ {8}│ validation error: team is missing\./,
  );
});

test('policies in JSON mode judge payloads', async () => {
  const given = ['apply', 'json-mode.yaml', '--json', 'one.json,named.json'];
  const { stdout, code } = await kyverdict(given, FOLDER);
  assert.match(stdout, /^Applying 1 policy rule\(s\) to 2 resource\(s\)\.\.\.$/m);
  assert.match(stdout, /^policy two -> resource JSON payload failed:\n1 - {2}not two$/m);
  assert.match(stdout, /^policy two -> resource \/X\/n failed:\n1 - {2}not two$/m);
  assert.match(stdout, /^pass: 0, fail: 2, warn: 0, error: 0, skip: 0 $/m);
  assert.equal(code, 1);
  const both = await kyverdict([...given, '-r', 'pods'], FOLDER);
  assert.match(both.stderr, /`--resource` and `--json` cannot be given together/);
});

const SECONDS = Date.UTC(2024, 0, 1) / 1000;
const RESULT = {
  category: 'Labels',
  message: 'validation error: team is missing. rule team failed at path /metadata/labels/',
  policy: 'need-team',
  properties: { process: 'background scan' },
  resources: [{ apiVersion: 'v1', kind: 'Pod', name: 'bad', namespace: 'default' }],
  result: 'fail',
  rule: 'team',
  scored: true,
  severity: 'high',
  source: 'kyverno',
  timestamp: { nanos: 0, seconds: SECONDS },
};
const SUMMARY = { error: 0, fail: 1, pass: 0, skip: 0, warn: 0 };

test('policy reports come as openreports.io and as wgpolicyk8s.io, in YAML and JSON', async () => {
  const args = ['apply', 'policies', '-r', 'pods/b.yaml', '-p'];
  const open = await kyverdict(args, FOLDER);
  assert.equal(open.code, 1);
  assert.deepEqual(parse(open.stdout), {
    apiVersion: 'openreports.io/v1alpha1',
    kind: 'ClusterReport',
    metadata: { name: 'merged' },
    source: '',
    summary: SUMMARY,
    results: [RESULT],
  });
  const wg = await kyverdict([...args, '--report-api', 'wgpolicyk8s.io', '--output-format', 'json'], FOLDER);
  assert.deepEqual(JSON.parse(wg.stdout), {
    apiVersion: 'wgpolicyk8s.io/v1alpha2',
    kind: 'ClusterPolicyReport',
    metadata: { name: 'merged' },
    summary: SUMMARY,
    results: [RESULT],
  });
});

test('a namespaced policy has a report for each answer', async () => {
  const { stdout } = await kyverdict(['apply', 'namespaced.yaml', '-r', 'pods', '-p'], FOLDER);
  const reports = stdout
    .split('---\n')
    .filter((text) => text !== '')
    .map((text) => parse(text));
  assert.deepEqual(
    reports.map(({ kind, metadata, results }) => [kind, metadata, results[0].policy, results[0].result]),
    ['pass', 'fail'].map((result) => ['PolicyReport', { name: 'own', namespace: 'default' }, 'default/own', result]),
  );
});

test('an exception is generated for each failure', async () => {
  const { stdout } = await kyverdict(['apply', 'policies', '-r', 'pods', '--generate-exceptions'], FOLDER);
  assert.deepEqual(parse(stdout.replace('---\n', '')), {
    apiVersion: 'kyverno.io/v2beta1',
    kind: 'PolicyException',
    metadata: { labels: { 'cleanup.kyverno.io/ttl': '720h0m0s' }, name: 'need-team-team-default-bad' },
    spec: {
      exceptions: [{ policyName: 'need-team', ruleNames: ['team'] }],
      match: { all: [{ resources: { kinds: ['Pod'], names: ['bad'], namespaces: ['default'] } }] },
    },
  });
});

test('--output writes one file anew, and behind what is in the files of a folder', async () => {
  const folder = writeFiles({ 'label.yaml': LABEL, 'pods/a.yaml': GOOD, 'pods/b.yaml': BAD, 'all.yaml': 'old' });
  const run = (output: string) => kyverdict(['apply', 'label.yaml', '-r', 'pods', '-o', output], folder);
  const { stdout, code } = await run('all.yaml');
  assert.equal(code, 0);
  assert.match(stdout, /^\nApplying 3 policy rule\(s\) to 2 resource\(s\)\.\.\.\n\n\nMutation:\n/);
  const bad =
    'apiVersion: v1\nkind: Pod\nmetadata:\n    labels:\n        x: z\n    name: bad\n    namespace: default\n';
  const written = readFileSync(join(folder, 'all.yaml'), 'utf8');
  assert.match(written, /^apiVersion: v1\n[\s\S]*name: good\n/);
  assert.ok(written.endsWith(`\n---\n\n${bad}\n---\n\n`));
  await run('new/folder');
  await run('new/folder');
  const twice = readFileSync(join(folder, 'new/folder/bad-mutated.yaml'), 'utf8');
  assert.equal(twice, `${bad}\n---\n\n`.repeat(2));
});

test('the items of a list are judged one by one', async () => {
  const list = 'apiVersion: v1\nkind: List\nitems: [ { apiVersion: v1, kind: Pod, metadata: { name: listed } } ]\n';
  const { stdout } = await kyverdict(['apply', 'policies', '-r', '-'], FOLDER, list);
  assert.match(stdout, /need-team -> resource default\/Pod\/listed failed:/);
});

test('a run without policies or resources warns', async () => {
  const folder = writeFiles({ 'policy.yaml': NEED_TEAM, 'empty.yaml': '# nothing\n', 'pod.yaml': BAD });
  const errors = async (policy: string, resource: string) =>
    (await kyverdict(['apply', policy, '-r', resource], folder)).stderr;
  assert.match(
    await errors('empty.yaml', 'pod.yaml'),
    /^warning: no policy is in .*empty\.yaml: nothing is applied\n$/,
  );
  assert.match(await errors('policy.yaml', 'empty.yaml'), /^warning: no resource is in .*empty\.yaml: nothing is/);
});

test('policies and resources come from addresses too', async () => {
  const files: Readonly<Record<string, string>> = { '/p.yaml': NEED_TEAM, '/r.yaml': BAD, '/page': '<!doctype html>' };
  const server = createServer(({ url = '' }, reply) => {
    reply.statusCode = files[url] === undefined ? 404 : 200;
    reply.end(files[url]);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const at = (path: string) => `http://127.0.0.1:${port}${path}`;
  const ask = (policy: string, resource: string) => kyverdict(['apply', at(policy), '-r', at(resource)], FOLDER);
  try {
    assert.match((await ask('/p.yaml', '/r.yaml')).stdout, /need-team -> resource default\/Pod\/bad failed:/);
    const missing = await ask('/p.yaml', '/none.yaml');
    assert.equal(missing.code, 3);
    assert.match(missing.stderr, /^error: `http:.*none\.yaml` cannot be read: the server answers 404 Not Found \(the/);
    assert.match((await ask('/page', '/r.yaml')).stderr, /cannot be read: it is a web page/);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

const WRONG: readonly (readonly [args: readonly string[], code: number, stderr: RegExp])[] = [
  [[], 3, /^error: no policy is named \(kyverdict apply POLICY\.\.\. -r PATH\)\n$/],
  [['policies'], 3, /^error: no resource is named \(give one with --resource PATH\)\n$/],
  [['nowhere', '-r', 'pods'], 3, /^error: there is no file or folder `.*nowhere`/],
  [['broken.yaml', '-r', 'pods'], 3, /^error: .*broken\.yaml:2:1: not valid YAML: /],
  [['misspelt.yaml', '-r', 'pods'], 3, /^error: .*misspelt\.yaml:11:43: .*\(did you mean `pattern`\?\)\n$/],
  [
    ['policies', '-r', 'pods', '-f', 'nowhere.yaml'],
    3,
    /^error: there is no file `.*nowhere\.yaml` \(correct the path\)\n$/,
  ],
  [['policies', '-r', 'pods', '-u', 'pods'], 3, /^error: a file is needed, not the folder `.*pods`/],
  [['pods', '-r', 'pods'], 3, /^error: .*a\.yaml:1:1: `Pod` is no policy \(give it with --resource\)\n/],
  [['-', '-r', '-'], 3, /^error: standard input can hold policies or resources, not both/],
  [['policies', '-r', 'pods', '-s', 'a'], 3, /^error: `--set a` is no `key=value`\n$/],
  [['policies', '-r', 'pods', '-p', '--output-format', 'jsn'], 3, /\(did you mean `json`\?\)\n$/],
  [['policies', '-r', 'pods', '--cluster'], 5, /^error: not supported yet: `apply --cluster`/],
];

for (const [args, code, stderr] of WRONG) {
  test(`kyverdict apply ${args.join(' ')} ends with ${code} and says why`, async () => {
    const ended = await kyverdict(['apply', ...args], FOLDER);
    assert.match(ended.stderr, stderr);
    assert.equal(ended.code, code);
  });
}
