import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocuments } from './documents.ts';

/** How a text may be written; it is found at `a`. */
const TEXTS: readonly (readonly [name: string, yaml: string])[] = [
  ['a plain scalar', 'x: 1\na: object.spec has no quotes\n'],
  ['a plain scalar of several lines', 'a: object.spec\n  has\n\n  no quotes\n'],
  ['single quotes', "a: 'it''s object.spec == ''x'''\n"],
  ['double quotes', 'a: "say \\"no\\" to\\u0041\\x42 \\\\ all"\n'],
  ['double quotes that stand for white space', 'a: "one\\ntwo \\\n    three\\tfour\\u0020five"\n'],
  ['a literal block', 'a: |\n  object.spec\n    .containers\n  .all(c, true)\n'],
  ['a literal block with a header', 'a: |2-  # as it is\n    object.spec ||\n\n   object.x\n'],
  ['a folded block', 'a: >-\n  object.spec &&\n  has(object.a)\n\n  || true\n'],
  ['a block after an anchor', 'b: &t |\n  object.spec\na: *t\n'],
  ['a value in a flow map', '{x: [1], a: "object.spec"}\n'],
  ['JSON', '{"x": [1],\n "a": "object.\\"spec\\" == 1"}\n'],
  ['a text with wide characters', 'a: "ä 😀 == object"\n'],
];

for (const [name, yaml] of TEXTS) {
  test(`each character of ${name} is found in the file`, () => {
    const [document] = readDocuments(yaml, 'f.yaml', 'int');
    const text = String(document?.value['a']);
    assert.ok(text.length > 8);
    let before = -1;
    for (const [index, character] of [...text.split('')].entries()) {
      const { line = 0, column = 0 } = document?.placeOf(['a'], index) ?? {};
      const rest = (yaml.split('\n')[line - 1] ?? '').slice(column - 1);
      if (/\s/.test(character)) continue;
      assert.ok(rest.startsWith(character) || /^\\[^nt]/.test(rest), `${character} at ${line}:${column}: ${rest}`);
      const at = line * 1000 + column;
      assert.ok(at > before, `${index} stands behind ${index - 1}`);
      before = at;
    }
  });
}

test('without an index the key is found, and for what holds no text too', () => {
  const [document] = readDocuments('x: 1\na:\n  - b: 2\n', 'f.yaml', 'int');
  assert.deepEqual(document?.placeOf(['a', 0, 'b']), { file: 'f.yaml', line: 3, column: 5 });
  assert.deepEqual(document?.placeOf(['a', 0], 7), { file: 'f.yaml', line: 3, column: 5 });
});
