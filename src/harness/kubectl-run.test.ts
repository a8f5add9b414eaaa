import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError, NotSupportedError } from '../model/failure.ts';
import { getPath, type Json, type JsonObject } from '../model/json.ts';
import { splitCommandLine } from './command-line.ts';
import { kubectlRun } from './kubectl-run.ts';

const LINES: readonly [line: string, words: readonly string[]][] = [
  ['a  b\tc', ['a', 'b', 'c']],
  [`a '{"x": "y z"}'`, ['a', '{"x": "y z"}']],
  ['a "b \\"c\\" d" e\\ f', ['a', 'b "c" d', 'e f']],
  [`--x='a b'"c"d`, ['--x=a bcd']],
  ['a \\\n  b', ['a', 'b']],
  [`a ''`, ['a', '']],
];

for (const [line, words] of LINES) {
  test(`the command line ${JSON.stringify(line)} is split as a shell does`, () => {
    assert.deepEqual(splitCommandLine(line), words);
  });
}

test('an open quote is an error', () => assert.throws(() => splitCommandLine(`a 'b`), /open ' quote/));

function podOf(flags: string): JsonObject {
  const { operation, object } = kubectlRun(`kubectl run web ${flags}`);
  assert.equal(operation, 'CREATE');
  assert.ok(object !== undefined);
  return object;
}

test('a plain line makes the Pod that kubectl makes', () => {
  assert.deepEqual(podOf('--image=nginx'), {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', labels: { run: 'web' } },
    spec: {
      containers: [{ name: 'web', image: 'nginx', resources: {} }],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
    },
    status: {},
  });
});

const CONTAINERS: readonly [flags: string, container: Readonly<Record<string, Json>>][] = [
  ['--image nginx --port=80', { ports: [{ containerPort: 80n }] }],
  [
    '--image=nginx --env=A=b=c --env=D=',
    {
      env: [
        { name: 'A', value: 'b=c' },
        { name: 'D', value: '' },
      ],
    },
  ],
  ['--image=nginx -- sh -c id', { args: ['sh', '-c', 'id'] }],
  ['--image=nginx --command -- sh -c id', { command: ['sh', '-c', 'id'] }],
  ['--image=nginx -i -t', { stdin: true, stdinOnce: true, tty: true }],
  ['--image=nginx --privileged=true', { securityContext: { privileged: true } }],
  ['--image=nginx --privileged=false', {}],
  ['--image=nginx --image-pull-policy=Never', { imagePullPolicy: 'Never' }],
];

for (const [flags, container] of CONTAINERS) {
  test(`\`kubectl run web ${flags}\` makes that container`, () => {
    const [first] = (podOf(flags)['spec'] as { readonly containers: readonly Json[] }).containers;
    assert.deepEqual(first, { name: 'web', image: 'nginx', resources: {}, ...container });
  });
}

test('labels, annotations, namespace and restart policy are taken over', () => {
  const line = 'kubectl run web --image=nginx -l a=b,c=d --annotations=x=y -n team-a --restart=Never';
  const { namespace, object } = kubectlRun(line);
  assert.equal(namespace, 'team-a');
  assert.deepEqual(object?.['metadata'], { name: 'web', labels: { a: 'b', c: 'd' }, annotations: { x: 'y' } });
  assert.equal(getPath(object, 'spec', 'restartPolicy'), 'Never');
});

test('overrides are a JSON merge patch: lists are replaced, null removes', () => {
  const pod = podOf(
    `--image=nginx --overrides='{"spec":{"hostNetwork":true,"dnsPolicy":null,"containers":[{"name":"x"}]}}'`,
  );
  assert.deepEqual(pod['spec'], { containers: [{ name: 'x' }], restartPolicy: 'Always', hostNetwork: true });
});

const WRONG: readonly [line: string, message: RegExp][] = [
  ['kubectl get pods', /only `kubectl run`/],
  ['kubectl run --image=nginx', /NAME is required/],
  ['kubectl run web', /--image is required/],
  ['kubectl run web --imag=nginx', /did you mean `--image`/],
  ['kubectl run web --image=nginx -t', /-i\/--stdin is required/],
  ['kubectl run web --image=nginx --restart=Maybe', /invalid restart policy: Maybe/],
  [`kubectl run web --image=nginx --overrides='{'`, /--overrides is not JSON/],
  ['kubectl run web --image=nginx --env=x', /invalid env: x/],
];

for (const [line, message] of WRONG) {
  test(`\`${line}\` is refused`, () => {
    assert.throws(
      () => kubectlRun(line),
      (error) => error instanceof InputError && message.test(error.message),
    );
  });
}

for (const flags of ['--expose --port=80', `--override-type=strategic --overrides='{"a":1}'`]) {
  test(`\`kubectl run ${flags}\` is not supported and says so`, () => {
    assert.throws(() => podOf(`--image=nginx ${flags}`), NotSupportedError);
  });
}
