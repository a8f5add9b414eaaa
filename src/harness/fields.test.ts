import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InputError } from '../model/failure.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { type FieldPath, getField, parseFieldPath, parseFieldValue, pathText, withField } from './fields.ts';

const PATHS: readonly [text: string, path: FieldPath][] = [
  ['spec', ['spec']],
  ['spec.containers[0].ports[12].hostPort', ['spec', 'containers', 0, 'ports', 12, 'hostPort']],
  ['metadata.labels["app.type"]', ['metadata', 'labels', 'app.type']],
  ['metadata.annotations["a/b.c"].x', ['metadata', 'annotations', 'a/b.c', 'x']],
  ['["odd key"]', ['odd key']],
];

for (const [text, path] of PATHS) {
  test(`the path ${text} is read`, () => assert.deepEqual(parseFieldPath(text), path));
}

for (const text of ['', '.spec', 'spec..a', 'spec[', 'spec[x]', 'spec.["a]']) {
  test(`\`${text}\` is no path`, () => assert.throws(() => parseFieldPath(text), InputError));
}

test('a path survives being written and read', () => {
  const part = fc.oneof(fc.nat(20), fc.stringMatching(/^[A-Za-z][\w./ -]{0,8}$/));
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', '/') }),
      fc.array(part),
      (head, tail) => {
        const path = [head, ...tail];
        assert.deepEqual(parseFieldPath(pathText(path)), path);
      },
    ),
    { numRuns: 200 },
  );
});

const VALUES: readonly [text: string, value: Json][] = [
  ['true', true],
  ['"true"', 'true'],
  ['8080', 8080n],
  ['1.5', 1.5],
  ['web', 'web'],
  ['[80, 443]', [80n, 443n]],
  ['{ a: b }', { a: 'b' }],
  ['null', null],
];

for (const [text, value] of VALUES) {
  test(`the cell ${text} is that YAML value`, () => assert.deepEqual(parseFieldValue(text, 'f'), value));
}

const POD: JsonObject = { spec: { containers: [{ name: 'a' }], hostNetwork: true } };

test('a field is set without changing the object it came from', () => {
  const before = structuredClone(POD);
  const changed = withField(POD, ['spec', 'containers', 0, 'ports', 0, 'hostPort'], 80n);
  assert.deepEqual(getField(changed, ['spec', 'containers', 0]), { name: 'a', ports: [{ hostPort: 80n }] });
  assert.deepEqual(POD, before);
});

test('a field is removed, and removing what is not there changes nothing', () => {
  assert.deepEqual(withField(POD, ['spec', 'hostNetwork'], undefined), { spec: { containers: [{ name: 'a' }] } });
  assert.deepEqual(withField(POD, ['spec', 'containers', 0], undefined), {
    spec: { containers: [], hostNetwork: true },
  });
  assert.deepEqual(withField(POD, ['metadata', 'labels', 'a'], undefined), POD);
});

test('a list grows by one item at its end, and by no more', () => {
  assert.deepEqual(
    getField(withField(POD, ['spec', 'containers', 1], { name: 'b' }), ['spec', 'containers', 1, 'name']),
    'b',
  );
  assert.throws(() => withField(POD, ['spec', 'containers', 2], {}), /has 1 item\(s\), so item 2 cannot be set/);
});

test('a path through a value that is no object is an error', () => {
  assert.throws(() => withField(POD, ['spec', 'hostNetwork', 'x'], true), /spec\.hostNetwork is not an object/);
  assert.throws(() => withField(POD, ['spec', 0], true), /spec is not a list/);
});

test('a key with a special meaning to JavaScript is a key like any other', () => {
  const changed = withField({}, ['metadata', '__proto__'], 'x');
  assert.equal(getField(changed, ['metadata', '__proto__']), 'x');
  assert.equal(({} as Record<string, unknown>)['x'], undefined);
});
