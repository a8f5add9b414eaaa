import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '../../model/json.ts';
import { applyConfiguration } from './apply.ts';
import { applyJsonPatch, applyMergePatch, PatchError } from './json-patch.ts';
import { applyStrategicPatch } from './strategic.ts';

const JSON_PATCHES: readonly (readonly [
  name: string,
  document: Json,
  patch: readonly Json[],
  result: Json | undefined,
])[] = [
  ['add to an object', { a: 1n }, [{ op: 'add', path: '/b', value: 2n }], { a: 1n, b: 2n }],
  ['add into a list', { a: [1n, 3n] }, [{ op: 'add', path: '/a/1', value: 2n }], { a: [1n, 2n, 3n] }],
  ['add at the end of a list', { a: [1n] }, [{ op: 'add', path: '/a/-', value: 2n }], { a: [1n, 2n] }],
  ['add below nothing', {}, [{ op: 'add', path: '/a/b', value: 1n }], undefined],
  ['replace a missing key', {}, [{ op: 'replace', path: '/a', value: 1n }], { a: 1n }],
  ['remove a missing key', {}, [{ op: 'remove', path: '/a' }], undefined],
  ['remove from a list', { a: [1n, 2n] }, [{ op: 'remove', path: '/a/0' }], { a: [2n] }],
  ['move', { a: 1n }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1n }],
  ['copy', { a: { x: 1n } }, [{ op: 'copy', from: '/a', path: '/b' }], { a: { x: 1n }, b: { x: 1n } }],
  ['a test that holds', { a: [1n] }, [{ op: 'test', path: '/a', value: [1n] }], { a: [1n] }],
  ['a test that fails', { a: 1n }, [{ op: 'test', path: '/a', value: 2n }], undefined],
  [
    'escaped keys',
    { 'a/b': 1n, '~': 2n },
    [
      { op: 'remove', path: '/a~1b' },
      { op: 'remove', path: '/~0' },
    ],
    {},
  ],
  ['an unknown operation', {}, [{ op: 'merge', path: '/a' }], undefined],
];

for (const [name, document, patch, result] of JSON_PATCHES) {
  test(`a JSON patch: ${name}`, () => {
    if (result === undefined) assert.throws(() => applyJsonPatch(document, patch), PatchError);
    else assert.deepEqual(applyJsonPatch(document, patch), result);
  });
}

test('a merge patch replaces lists, merges objects and takes null as a removal', () => {
  const merged = applyMergePatch({ a: [1n], b: { c: 1n, d: 2n }, e: 3n }, { a: [2n], b: { c: null, f: 4n }, e: null });
  assert.deepEqual(merged, { a: [2n], b: { d: 2n, f: 4n } });
});

const POD: JsonObject = {
  spec: {
    containers: [
      { name: 'a', image: 'x', env: [{ name: 'E', value: '1' }] },
      { name: 'b', image: 'y' },
    ],
  },
  metadata: { finalizers: ['f'], labels: { a: '1' } },
};

const STRATEGIC: readonly (readonly [name: string, patch: JsonObject, path: readonly string[], result: Json])[] = [
  [
    'lists with a merge key merge by it',
    {
      spec: {
        containers: [
          { name: 'b', image: 'z' },
          { name: 'c', image: 'n' },
        ],
      },
    },
    ['spec', 'containers'],
    [
      { name: 'a', image: 'x', env: [{ name: 'E', value: '1' }] },
      { name: 'b', image: 'z' },
      { name: 'c', image: 'n' },
    ],
  ],
  [
    'an item is deleted by a directive',
    { spec: { containers: [{ name: 'a', $patch: 'delete' }] } },
    ['spec', 'containers'],
    [{ name: 'b', image: 'y' }],
  ],
  [
    'a list is replaced by a directive',
    { spec: { containers: [{ name: 'q', image: 'q' }, { $patch: 'replace' }] } },
    ['spec', 'containers'],
    [{ name: 'q', image: 'q' }],
  ],
  [
    'lists of values with a merge strategy are sets in the order of the patch',
    { metadata: { finalizers: ['g', 'f'] } },
    ['metadata', 'finalizers'],
    ['g', 'f'],
  ],
  [
    'values are deleted by a directive',
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['f'] } },
    ['metadata', 'finalizers'],
    [],
  ],
  [
    'an object is replaced by a directive',
    { metadata: { labels: { $patch: 'replace', b: '2' } } },
    ['metadata', 'labels'],
    { b: '2' },
  ],
];

for (const [name, patch, path, result] of STRATEGIC) {
  test(`a strategic patch: ${name}`, () => {
    let at: Json | undefined = applyStrategicPatch('V1Pod', POD, patch);
    for (const key of path) at = (at as JsonObject)[key];
    assert.deepEqual(at, result);
  });
}

test('an applied configuration merges lists by their keys and replaces atomic ones', () => {
  const live = { spec: { containers: [{ name: 'a', image: 'x', args: ['1'] }], tolerations: [{ key: 'k' }] } };
  const applied = { spec: { containers: [{ name: 'a', args: ['2'] }], tolerations: [{ key: 'l' }] } };
  assert.deepEqual(applyConfiguration('V1Pod', live, applied), {
    spec: { containers: [{ name: 'a', image: 'x', args: ['2'] }], tolerations: [{ key: 'l' }] },
  });
});
