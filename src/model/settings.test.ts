import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { shared } from '../testing/shared.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

const { url, skip } = shared('golden/kyverno-config.yaml');

test("the default configuration is that of Kyverno's chart", { skip }, () => {
  const text = readFileSync(url, 'utf8');
  const { resourceFilters = '', ...rest } = DEFAULT_SETTINGS.kyverno.config;
  const measured = text.slice(text.indexOf('resourceFilters:'), text.indexOf('updateRequestThreshold:'));
  const entries = (source: string) => [...source.matchAll(/\[[^\]]*\]/g)].map(([entry]) => entry).sort();
  assert.ok(entries(measured).length > 50);
  assert.deepEqual(entries(resourceFilters), entries(measured));
  for (const [key, value] of Object.entries(rest)) {
    assert.ok(text.includes(`${key}: ${value}\n`) || text.includes(`${key}: '${value}'\n`), key);
  }
});
