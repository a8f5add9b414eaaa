import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerTrouble } from './containers.ts';
import { ClusterTroubleError } from './trouble.ts';

const IMAGE = 'rancher/k3s:v1.36.3-k3s1';

/** What container engines say, and what a newcomer is told. */
const CASES: readonly (readonly [said: string, told: RegExp, remedy: RegExp])[] = [
  [
    'Could not find a working container runtime strategy',
    /^there is no container engine to start k3s in$/,
    /install and start Docker/,
  ],
  ['connect ENOENT /var/run/docker.sock', /^there is no container engine/, /--kubeconfig FILE --context NAME/],
  ['connect ECONNREFUSED 127.0.0.1:2375', /^there is no container engine/, /Docker/],
  ['connect EACCES /var/run/docker.sock', /^there is no container engine/, /`docker ps`/],
  [
    '(HTTP code 500) server error - failed to create task for container: unable to apply caps: operation not permitted',
    /^k3s needs a privileged container: .*unable to apply caps/,
    /allow privileged containers/,
  ],
  [
    '(HTTP code 404) unexpected - pull access denied for rancher/k3s, repository does not exist',
    /^the image rancher\/k3s:v1\.36\.3-k3s1 cannot be had: .*pull access denied/,
    /docker load.*--k3s-image.*--registry/,
  ],
  ['manifest unknown: manifest unknown', /cannot be had: manifest unknown/, /docker load/],
  [
    'Get "https://registry.example/v2/": dial tcp: lookup registry.example on 127.0.0.53:53: no such host',
    /cannot be had: .*no such host/,
    /docker load/,
  ],
  [
    'Get "https://registry.example/v2/": dial tcp 127.0.0.1:443: connect: connection refused',
    /^the image .* cannot be had/,
    /docker load/,
  ],
  [
    'Log stream ended and message "/.*Node controller sync successful.*/" was not received',
    /^k3s did not start from rancher/,
    /--k3s-image.*--kubeconfig FILE/,
  ],
];

for (const [said, told, remedy] of CASES) {
  test(`trouble with a container says what to do: ${said.slice(0, 60)}`, () => {
    const error = containerTrouble(new Error(`${said}\nand more`), IMAGE);
    assert.match(error.message, told);
    assert.doesNotMatch(error.message, /and more/);
    assert.match(error.hint ?? '', remedy);
  });
}

test('trouble that has words already keeps them', () => {
  const error = new ClusterTroubleError('missing', 'there is no folder x');
  assert.equal(containerTrouble(error, IMAGE), error);
});
