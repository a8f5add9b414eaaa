import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatFailure, InputError } from '../../model/failure.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { type Connection, connect } from './connection.ts';

const KUBECONFIG = `
apiVersion: v1
kind: Config
current-context: prod
clusters:
- {name: a, cluster: {server: "https://a.example:6443/"}}
- {name: b, cluster: {server: "https://b.example:6443"}}
users:
- {name: u, user: {token: secret}}
contexts:
- {name: prod, context: {cluster: a, user: u}}
- {name: kind-test, context: {cluster: b, user: u}}
- {name: broken, context: {cluster: none, user: u}}
`;

function open(context: string, text = KUBECONFIG): Connection {
  using folder = temporaryFolder();
  const kubeconfig = join(folder.path, 'kubeconfig');
  writeFileSync(kubeconfig, text);
  return connect({ kubeconfig, context });
}

function failure(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    return error.failures.map((one) => formatFailure({ ...one, place: { file: 'kubeconfig' } })).join('\n');
  }
  return assert.fail('it was taken');
}

test('the context that is named is used, not the current one of the file', async () => {
  const connection = open('kind-test');
  assert.equal(connection.server, 'https://b.example:6443');
  const options: RequestOptions = {};
  await connection.authorize(options);
  assert.deepEqual(options.headers, { Authorization: 'Bearer secret' });
});

test('an address has no slash at its end', () => {
  assert.equal(open('prod').server, 'https://a.example:6443');
});

for (const [name, context, text, wanted] of [
  ['a context that is not there', 'kind-tst', KUBECONFIG, /no context `kind-tst` \(did you mean `kind-test`\?\)/],
  ['a context like no other', 'x', KUBECONFIG, /no context `x` \(it has: prod, kind-test, broken\)/],
  ['a context without its cluster', 'broken', KUBECONFIG, /`broken` names a cluster that the kubeconfig does not have/],
  ['a text that is no YAML', 'prod', 'a: [', /the kubeconfig cannot be read/],
  ['an empty file', 'prod', '', /kubeconfig/],
  ['a file of something else', 'prod', 'kind: Pod\n', /kubeconfig/],
  ['a list', 'prod', '- a\n', /kubeconfig/],
] as const) {
  test(`bad input: ${name}`, () => {
    assert.match(
      failure(() => open(context, text)),
      wanted,
    );
  });
}

test('bad input: a file that is not there', () => {
  assert.match(
    failure(() => connect({ kubeconfig: '/nowhere/config', context: 'a' })),
    /there is no such file/,
  );
});
