import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePattern } from './index.ts';

test('of several keys that match a wildcard the first in byte order is checked', () => {
  const check = compilePattern({ metadata: { annotations: { 'X(*/*-snippet)': 'null' } } });
  for (const names of [
    ['b/server-snippet', 'b/location-snippet'],
    ['b/location-snippet', 'b/server-snippet'],
  ]) {
    const annotations = Object.fromEntries(names.map((name) => [name, 'x']));
    const result = check({ metadata: { annotations } });
    assert.equal(result.result === 'fail' && result.path, '/metadata/annotations/b/location-snippet/');
  }
});
