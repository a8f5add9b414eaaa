import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../model/failure.ts';
import { VERSIONS } from '../../model/settings.ts';
import { pinnedCluster, pinnedClusters, referenceCluster } from './pins.ts';

test('the reference is the cluster whose behaviour the engine has', () => {
  const { kubernetes, kyverno } = pinnedCluster(referenceCluster);
  assert.deepEqual({ kubernetes, kyverno }, VERSIONS);
});

for (const { name, image, kubernetes, kyverno, manifest } of pinnedClusters) {
  test(`the pins of ${name} agree with each other`, () => {
    const minor = (version: string) => version.split('.').slice(0, 2).join('.');
    assert.equal(name, `k3s-${minor(kubernetes)}-kyverno-${minor(kyverno)}`);
    // Tags have a dash where releases of k3s have a plus.
    assert.match(image, /-k3s[1-9]$/);
    assert.equal(image.slice(0, -1), `rancher/k3s:v${kubernetes}-k3s`);
    assert.equal(manifest, `https://github.com/kyverno/kyverno/releases/download/v${kyverno}/install.yaml`);
  });
}

test('each pinned cluster has a name of its own', () => {
  assert.equal(new Set(pinnedClusters.map(({ name }) => name)).size, pinnedClusters.length);
});

test('an unknown name is bad input, with the nearest one or all of them', () => {
  const hint = (name: string): string => {
    try {
      pinnedCluster(name);
    } catch (error) {
      assert.ok(error instanceof InputError);
      return error.failures[0]?.hint ?? '';
    }
    return '';
  };
  assert.equal(hint('k3s-1.36-kyverno-1.91'), 'did you mean `k3s-1.36-kyverno-1.19`?');
  assert.equal(hint('kind'), `there are: ${pinnedClusters.map(({ name }) => name).join(', ')}`);
});
