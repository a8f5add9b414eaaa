import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../model/settings.ts';
import { shared } from '../testing/shared.ts';
import { parseKyvernoConfig } from './kyverno-config.ts';
import { parseSettings } from './settings-file.ts';

test('a settings document changes what it names and leaves the rest', () => {
  const settings = parseSettings(
    'kubernetes:\n  disabledPlugins: [ServiceAccount, Priority]\nkyverno:\n  exceptions:\n    enabled: false\n',
    'cluster.yaml',
  );
  assert.deepEqual(settings.kubernetes.disabledPlugins, ['ServiceAccount', 'Priority']);
  assert.deepEqual(settings.kyverno.exceptions, { enabled: false, namespace: '*' });
  assert.equal(settings.kyverno.config, DEFAULT_SETTINGS.kyverno.config);
});

test("Kyverno's ConfigMap replaces its whole configuration", () => {
  const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kyverno}\ndata: {excludeGroups: admins}\n';
  assert.deepEqual(parseSettings(map, 'cm.yaml').kyverno.config, { excludeGroups: 'admins' });
});

const golden = shared('golden/kyverno-config.yaml');
test('the measured configuration reads as the default one', { skip: golden.skip }, () => {
  const { config } = parseSettings(readFileSync(golden.url, 'utf8'), 'kyverno-config.yaml').kyverno;
  assert.deepEqual(Object.keys(config).sort(), Object.keys(DEFAULT_SETTINGS.kyverno.config).sort());
  const [measured, ours] = [config, DEFAULT_SETTINGS.kyverno.config].map(parseKyvernoConfig);
  assert.deepEqual(measured?.namespaceSelector, ours?.namespaceSelector);
});

test('faults are named with their place', () => {
  const rows: readonly (readonly [string, RegExp])[] = [
    ['kyverno:\n  namspace: x\n', /c\.yaml:2:3: unknown setting `kyverno\.namspace` \(did you mean `namespace`\?\)/],
    ['kubernetes:\n  disabledPlugins: x\n', /c\.yaml:2:3: `kubernetes\.disabledPlugins` has a value of the wrong type/],
    ['kyverno: 1\n', /c\.yaml:1:1: `kyverno` must be an object/],
    ['kyverno:\n  config:\n    webhooks: {}\n', /`webhooks` must be text/],
    ['apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n', /c\.yaml: the file holds neither/],
  ];
  for (const [text, message] of rows) assert.throws(() => parseSettings(text, 'c.yaml'), message);
});

test('an admission plugin that does not exist is an error with the nearest name', () => {
  assert.throws(() => parseSettings('kubernetes: { disabledPlugins: [PodSecurit] }', 'c.yaml'), {
    message: 'c.yaml:1:33: no admission plugin `PodSecurit` is on by default (did you mean `PodSecurity`?)',
  });
});
