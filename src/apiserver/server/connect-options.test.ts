import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typedOptions } from './connect-options.ts';

test('options that come as texts of a query get the types of their fields', () => {
  const query = { command: 'sh', stdin: 'true', stdout: '0', container: 'c' };
  assert.deepEqual(typedOptions('V1PodExecOptions', query), {
    command: ['sh'],
    stdin: true,
    stdout: false,
    container: 'c',
  });
  assert.deepEqual(typedOptions('V1PodPortForwardOptions', { ports: '80' }), { ports: [80n] });
});

test('options that have their types are left as they are', () => {
  const options = { command: ['sh', '-c'], stdin: true };
  assert.deepEqual(typedOptions('V1PodExecOptions', options), options);
});
