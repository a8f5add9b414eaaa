import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { parseKyvernoConfig } from './kyverno-config.ts';

const defaults = parseKyvernoConfig(DEFAULT_SETTINGS.kyverno.config);
const pod = { group: '', version: 'v1', kind: 'Pod' };
const namespace = { group: '', version: 'v1', kind: 'Namespace' };
const replicaSet = { group: 'apps', version: 'v1', kind: 'ReplicaSet' };

test('resource filters tell what admission does not look at', () => {
  const rows: readonly (readonly [boolean, typeof pod, string, string, string])[] = [
    [false, pod, '', 'default', 'a'],
    [true, pod, '', 'kube-system', 'a'],
    [true, pod, 'exec', 'kyverno', 'a'],
    [true, pod, 'binding', 'default', 'a'],
    [true, replicaSet, '', 'default', 'a'],
    [true, replicaSet, 'scale', 'default', 'a'],
    [true, namespace, '', '', 'kube-system'],
    [false, namespace, '', '', 'default'],
    [true, { group: '', version: 'v1', kind: 'Node' }, 'status', '', 'n'],
  ];
  for (const [filtered, gvk, subresource, ns, name] of rows) {
    assert.equal(defaults.filters(gvk, subresource, ns, name), filtered, `${gvk.kind}/${subresource} ${ns}/${name}`);
  }
});

test('filters with fewer parts match empty namespaces and names only', () => {
  const config = parseKyvernoConfig({ resourceFilters: '[Pod,default] [ConfigMap] [a,b,c,d]' });
  assert.equal(config.filters(pod, '', 'default', ''), true);
  assert.equal(config.filters(pod, '', 'default', 'a'), false);
  assert.equal(config.filters({ ...pod, kind: 'ConfigMap' }, '', '', ''), true);
});

test('excluded users are let through unless they are included again', () => {
  const config = parseKyvernoConfig({ excludeGroups: 'system:nodes, team-*, !team-a', excludeUsernames: '!vip' });
  const excludes = (username: string, ...groups: string[]) => config.excludesUser({ username, groups }, [], []);
  assert.equal(excludes('x', 'system:nodes'), true);
  assert.equal(excludes('x', 'team-b'), true);
  assert.equal(excludes('x', 'team-b', 'team-a'), false);
  assert.equal(excludes('vip', 'system:nodes'), false);
  assert.equal(excludes('x', 'others'), false);
  const byRole = parseKyvernoConfig({ excludeRoles: 'ns:*', excludeClusterRoles: 'cluster-admin' });
  assert.equal(byRole.excludesUser({ username: 'x' }, ['ns:r'], []), true);
  assert.equal(byRole.excludesUser({ username: 'x' }, [], ['cluster-admin']), true);
});

test('values that cannot be read count as not set', () => {
  const config = parseKyvernoConfig({ defaultRegistry: '-no-', enableDefaultRegistryMutation: 'yes', webhooks: '{' });
  assert.equal(config.defaultRegistry, 'docker.io');
  assert.equal(config.enableDefaultRegistryMutation, true);
  assert.deepEqual(config.namespaceSelector, []);
  assert.equal(parseKyvernoConfig({ defaultRegistry: 'ghcr.io/x' }).defaultRegistry, 'ghcr.io/x');
  assert.equal(parseKyvernoConfig({ enableDefaultRegistryMutation: 'f' }).enableDefaultRegistryMutation, false);
  assert.equal(config.maxContextSize, 2_097_152);
  assert.equal(parseKyvernoConfig({ maxContextSize: '1Ki' }).maxContextSize, 1024);
  assert.equal(parseKyvernoConfig({ maxContextSize: 'much' }).maxContextSize, 2_097_152);
});
