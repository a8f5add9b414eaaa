import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeEmpties, withEmpties } from './empties.ts';

test('empty lists and maps that Go does not write are taken, with their places', () => {
  const pod = {
    metadata: { labels: {}, name: 'p' },
    spec: { containers: [{ name: 'c', args: [], securityContext: {} }], nodeSelector: { a: 'b' } },
  };
  const empties = takeEmpties('V1Pod', pod);
  assert.deepEqual(pod, {
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', securityContext: {} }], nodeSelector: { a: 'b' } },
  });
  assert.deepEqual(empties, [
    { path: ['metadata', 'labels'], isList: false },
    { path: ['spec', 'containers', 0, 'args'], isList: true },
  ]);
});

test('they come back only where nothing else stands by now, in a copy', () => {
  const object = { metadata: { labels: { a: 'b' } }, items: [{ name: 'c' }] };
  const empties = [
    { path: ['metadata', 'labels'], isList: false },
    { path: ['items', 0, 'args'], isList: true },
    { path: ['items', 1, 'args'], isList: true },
    { path: ['spec', 'volumes'], isList: true },
  ];
  assert.deepEqual(withEmpties(object, empties), {
    metadata: { labels: { a: 'b' } },
    items: [{ name: 'c', args: [] }],
  });
  assert.deepEqual(object, { metadata: { labels: { a: 'b' } }, items: [{ name: 'c' }] });
});
