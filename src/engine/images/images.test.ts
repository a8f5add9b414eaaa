import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment } from '../../model/environment.ts';
import { EvaluationError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { extractImages, imageInfo, imagesAsJson } from './index.ts';

const REGISTRY = { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true };
const ENV: Environment = {
  clock: { now: () => 0 },
  random: { next: () => 0 },
  data: {},
  namespaceLabels: () => undefined,
  exceptions: [],
  registry: REGISTRY,
};
const DIGEST = `sha256:${'ab'.repeat(32)}`;

const IMAGES: readonly (readonly [image: string, registry: string, path: string, tag: string, reference: string])[] = [
  ['nginx', 'docker.io', 'nginx', 'latest', 'docker.io/nginx:latest'],
  ['test/nginx', 'docker.io', 'test/nginx', 'latest', 'docker.io/test/nginx:latest'],
  ['a_b/c', 'docker.io', 'a_b/c', 'latest', 'docker.io/a_b/c:latest'],
  ['Foo/bar', 'Foo', 'bar', 'latest', 'Foo/bar:latest'],
  ['localhost/nginx:1', 'localhost', 'nginx', '1', 'localhost/nginx:1'],
  ['localhost:4443/test/nginx', 'localhost:4443', 'test/nginx', 'latest', 'localhost:4443/test/nginx:latest'],
  [`docker.io/test/centos@${DIGEST}`, 'docker.io', 'test/centos', '', `docker.io/test/centos@${DIGEST}`],
  [`ghcr.io/a/b:1@${DIGEST}`, 'ghcr.io', 'a/b', '1', `ghcr.io/a/b@${DIGEST}`],
];

for (const [image, registry, path, tag, reference] of IMAGES) {
  test(`the image ${image} is taken apart`, () => {
    const info = imageInfo(image, REGISTRY);
    assert.deepEqual([info.registry, info.path, info.tag, info.reference], [registry, path, tag, reference]);
    assert.equal(info.name, path.split('/').at(-1));
    assert.equal(info.referenceWithTag, `${registry}/${path}:${tag}`);
  });
}

test('without mutation of the registry the default one is not shown', () => {
  const settings = { defaultRegistry: 'reg.io', enableDefaultRegistryMutation: false };
  const nginx = imageInfo('nginx', settings);
  assert.deepEqual([nginx.registry, nginx.path, nginx.reference], ['', 'nginx', 'nginx:latest']);
  const hidden = imageInfo('a_b/c', settings);
  assert.deepEqual([hidden.registry, hidden.path, hidden.reference], ['a_b', 'c', 'a_b/c:latest']);
});

const BAD: readonly (readonly [image: string, reason: string])[] = [
  ['ng inx', 'invalid reference format'],
  ['', 'invalid reference format'],
  ['nginx@sha256:abc', 'invalid reference format'],
  ['docker.io/NGINX', 'repository name must be lowercase'],
  [`nginx@sha256:${'a'.repeat(40)}`, 'invalid checksum digest length'],
  [`nginx@md5:${'a'.repeat(32)}`, 'unsupported digest algorithm'],
];

for (const [image, reason] of BAD) {
  test(`the image "${image}" is refused: ${reason}`, () => {
    assert.throws(
      () => imageInfo(image, REGISTRY),
      (error) => {
        assert.ok(error instanceof EvaluationError);
        assert.ok(error.message.endsWith(`enableDefaultRegistryMutation: true: ${reason}`), error.message);
        return true;
      },
    );
  });
}

const SPEC: JsonObject = {
  containers: [{ name: 'a', image: 'nginx:1' }, { name: 'b' }],
  initContainers: [{ name: 'i', image: `x/y@${DIGEST}` }],
};

test('images of Pods and their controllers are found by kind, without empty fields', () => {
  const places: readonly JsonObject[] = [
    { kind: 'Pod', spec: SPEC },
    { kind: 'Deployment', spec: { template: { spec: SPEC } } },
    { kind: 'CronJob', spec: { jobTemplate: { spec: { template: { spec: SPEC } } } } },
  ];
  const prefixes = ['/spec', '/spec/template/spec', '/spec/jobTemplate/spec/template/spec'];
  for (const [i, object] of places.entries()) {
    assert.deepEqual(imagesAsJson(extractImages(object, ENV)), {
      initContainers: {
        i: {
          registry: 'docker.io',
          name: 'y',
          path: 'x/y',
          digest: DIGEST,
          reference: `docker.io/x/y@${DIGEST}`,
          referenceWithTag: 'docker.io/x/y:',
          jsonPointer: `${prefixes[i]}/initContainers/0/image`,
        },
      },
      containers: {
        a: {
          registry: 'docker.io',
          name: 'nginx',
          path: 'nginx',
          tag: '1',
          reference: 'docker.io/nginx:1',
          referenceWithTag: 'docker.io/nginx:1',
          jsonPointer: `${prefixes[i]}/containers/0/image`,
        },
      },
    });
  }
  assert.equal(extractImages({ kind: 'Service', spec: SPEC }, ENV).size, 0);
});

test('one bad image spoils them all', () => {
  const bad = {
    kind: 'Pod',
    spec: {
      containers: [
        { name: 'a', image: 'ok' },
        { name: 'b', image: 'NO' },
      ],
    },
  };
  assert.throws(() => extractImages(bad, ENV), /^EvaluationError: invalid image 'NO' \(bad image: docker.io\/NO, /);
  assert.throws(() => extractImages({ kind: 'Pod', spec: { containers: [{ image: 'a' }] } }, ENV), /invalid key/);
});

test('a rule`s own extractors say where the images of a kind stand', () => {
  const task = { kind: 'Task', spec: { steps: [{ id: 's', img: 'docker://a/b:1' }, { id: 't' }] } };
  const extract = (of: JsonObject) => imagesAsJson(extractImages(task, ENV, { Task: [of] }));
  const cut = "trim_prefix(@, 'docker://')";
  const found = extract({ path: '/spec/steps/*', value: 'img', key: 'id', name: 'steps', jmesPath: cut });
  assert.deepEqual(Object.keys(found), ['steps']);
  assert.deepEqual(Object.keys(extract({ path: ' /spec/steps/*/img ', jmesPath: cut })['custom'] ?? {}), [
    '/spec/steps/0/img',
  ]);
  assert.throws(
    () => extract({ path: '/spec/steps/*', value: 'img', jmesPath: '`1`' }),
    /must produce a string, but produced 1/,
  );
  assert.throws(() => extract({ path: '/kind/*/x' }), /invalid type/);
  assert.throws(() => extract({ path: '/kind/x/y' }), /invalid image config/);
  assert.throws(() => extractImages(task, ENV, { Task: [] }), /no extractors found for Task/);
});
