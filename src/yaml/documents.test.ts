import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { InputError } from '../model/failure.ts';
import type { Json } from '../model/json.ts';
import { shared } from '../testing/shared.ts';
import { treeToJson } from './convert.ts';
import { expandList, readDocuments, readValues } from './documents.ts';
import { readFast } from './fast.ts';
import { splitDocuments } from './split.ts';
import { FaultError, parseTree } from './tree.ts';

function failureOf(text: string, strict = false) {
  try {
    readValues(text, 'f.yaml', 'int', { strict });
  } catch (error) {
    assert.ok(error instanceof InputError);
    return error.failures[0];
  }
  return assert.fail('no error');
}

function full(text: string): Json {
  return treeToJson(parseTree(text), 'int', false);
}

const VALUES: readonly (readonly [string, string, Json])[] = [
  ['a later key replaces an earlier one', 'a: 1\nb: 2\na: 3\n', { a: 3n, b: 2n }],
  ['keys become text', 'yes: 1\n017: 2\n1.5: 3\n', { true: 1n, '15': 2n, '1.5': 3n }],
  ['anchors and aliases are copied', 'a: &x [1]\nb: *x\n', { a: [1n], b: [1n] }],
  [
    'a merge key counts where it stands',
    'x: &x {a: 1, b: 2}\ny:\n  a: 0\n  <<: *x\n  b: 9\n',
    {
      x: { a: 1n, b: 2n },
      true: { a: 1n, b: 9n },
    },
  ],
  [
    'the first map of a merged list wins',
    'p: &p {a: 1}\nq: &q {a: 2, b: 2}\nr:\n  <<: [*p, *q]\n',
    {
      p: { a: 1n },
      q: { a: 2n, b: 2n },
      r: { a: 1n, b: 2n },
    },
  ],
  ['a quoted << is a key', '"<<": {a: 1}\n', { '<<': { a: 1n } }],
  [
    'tags decide',
    'a: !!str 5\nb: !!float 1\nc: !x y\nd: ! 5\ne: !!binary aGk=\n',
    { a: '5', b: 1n, c: 'y', d: '5', e: 'hi' },
  ],
  ['whole floats are whole numbers', 'a: 1.0\nb: 1e3\nc: 1.5\n', { a: 1n, b: 1000n, c: 1.5 }],
  ['quoted scalars are text', 'a: "yes"\nb: \'017\'\n', { a: 'yes', b: '017' }],
  [
    'folded and literal blocks keep their breaks',
    'a: >-\n  x\n  y\n\n  z\n   w\nb: |+\n  q\n\nc: 1\n',
    {
      a: 'x y\nz\n w',
      b: 'q\n\n',
      c: 1n,
    },
  ],
  ['JSON is read', '{"a": [1, 2.5, "\\u002f"], "b": {"c": null}}', { a: [1n, 2.5, '/'], b: { c: null } }],
  ['windows line ends are line ends', 'a: 1\r\nb: |\r\n  x\r\n', { a: 1n, b: 'x\n' }],
  ['a no-break space belongs to the text', 'a: v1\u00a0\n', { a: 'v1\u00a0' }],
  [
    '__proto__ is a key like any other',
    'a:\n  __proto__: 1\n',
    JSON.parse('{"a":{"__proto__":1}}', (_, v) => (v === 1 ? 1n : v)) as Json,
  ],
];

for (const [name, text, expected] of VALUES) {
  test(name, () => assert.deepEqual(readValues(text, 'f.yaml', 'int'), [expected]));
}

test('mode float makes every number a float', () => {
  assert.deepEqual(readValues('a: 1\nb: 0x1F\nc: 1.5\n', 'f', 'float'), [{ a: 1, b: 31, c: 1.5 }]);
});

test('documents are cut at lines that begin with ---', () => {
  const documents = readDocuments(
    '# head\n---\na: 1\n---\n# only a comment\n--- # c\n\nb: 2\n---\n---\n',
    'f.yaml',
    'int',
  );
  assert.deepEqual(
    documents.map((d) => [d.value, d.place]),
    [
      [{ a: 1n }, { file: 'f.yaml', line: 3, column: 1 }],
      [{ b: 2n }, { file: 'f.yaml', line: 8, column: 1 }],
    ],
  );
});

test('placeOf gives the key of a field, the item of a list, the nearest parent of what is missing', () => {
  const [document] = readDocuments(
    'x: 1\n---\nspec: &s\n  list:\n  - a: 1\n    b: 2\ncopy:\n  <<: *s\n',
    'f.yaml',
    'int',
  );
  const second = readDocuments(
    'x: 1\n---\nspec: &s\n  list:\n  - a: 1\n    b: 2\ncopy:\n  <<: *s\n',
    'f.yaml',
    'int',
  )[1];
  assert.deepEqual(document?.placeOf(['x']), { file: 'f.yaml', line: 1, column: 1 });
  const at = (...path: (string | number)[]) => {
    const place = second?.placeOf(path);
    return [place?.line, place?.column];
  };
  assert.deepEqual(at('spec', 'list', 0, 'b'), [6, 5]);
  assert.deepEqual(at('spec', 'list', 0), [5, 5]);
  assert.deepEqual(at('spec', 'list', 7, 'z'), [4, 3]);
  assert.deepEqual(at('copy', 'list', 0, 'a'), [5, 5]);
  assert.deepEqual(at('none'), [3, 1]);
});

const FAULTS: readonly (readonly [string, string, number, number, RegExp])[] = [
  ['JSON may not escape a slash', '{"a":\n "x\\/"}', 2, 2, /found unknown escape character .*\(write `\/`\)/],
  ['JSON may not write half characters', '{"a": "\\ud83d\\ude00"}', 1, 7, /escape code `\\ud83d`/],
  ['names of anchors are plain', 'a: *:x', 1, 4, /`:x` is no name of an anchor \(put quotes/],
  [
    'a value that starts with braces needs quotes',
    'a: 1\nb: {{ request.x }}\n',
    2,
    5,
    /quotes around a value that starts with `\{\{`/,
  ],
  ['a value with a colon needs quotes', 'x: 1\nmessage: bad: value\n', 2, 10, /quotes around a value that contains/],
  ['a tab does not indent', 'a:\n\tb: 1\n', 2, 1, /spaces/],
  ['a document is an object', 'a: 1\n---\n- 1\n', 3, 1, /a list, not an object/],
  ['text after --- is refused', 'a: 1\n--- b: 2\n', 2, 4, /invalid document separator: `b: 2`/],
  ['nothing after the end of a document is lost', 'a: 1\n...\nb: 2\n', 3, 1, /nothing after the end/],
  ['an unknown anchor is refused', 'a: *x\n', 1, 4, /unknown anchor `x`/],
  ['a null key is refused', 'a:\n  ~: 1\n', 2, 3, /a key must be text, not `~`/],
  ['an infinite number is refused', 'a: .inf\n', 1, 4, /has no JSON form/],
  ['a merge of a list is refused', 'a:\n  <<: 5\n', 2, 7, /map merge requires/],
];

for (const [name, text, line, column, message] of FAULTS) {
  test(name, () => {
    assert.throws(
      () => readDocuments(text, 'f.yaml', 'int'),
      (error) => {
        assert.ok(error instanceof InputError);
        assert.deepEqual(error.failures[0]?.place, { file: 'f.yaml', line, column });
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('a failure shows the source line with a pointer', () => {
  const failure = failureOf('a: 1\nb: {{ x }}\n');
  assert.ok(failure !== undefined && 'excerpt' in failure);
  assert.equal(failure.excerpt, '  2 | b: {{ x }}\n    |     ^');
});

test('strict mode refuses a repeated key and says where', () => {
  const failure = failureOf('a: 1\nb:\n  c: 1\n  c: 2\n', true);
  assert.deepEqual(failure?.place, { file: 'f.yaml', line: 4, column: 3 });
});

test('a list in the sense of Kubernetes expands to its items with their places', () => {
  const [list] = readDocuments('apiVersion: v1\nkind: List\nitems:\n- kind: A\n- kind: B\n  x: 1\n', 'f', 'int');
  assert.ok(list !== undefined);
  const items = expandList(list);
  assert.deepEqual(
    items.map((item) => item.value),
    [{ kind: 'A' }, { kind: 'B', x: 1n }],
  );
  assert.deepEqual(items[1]?.placeOf(['x']), { file: 'f', line: 6, column: 3 });
});

test('aliases that grow without bound are refused', () => {
  const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`);
  assert.match(failureOf(`l0: &l0 [x, x]\n${levels.join('\n')}\n`)?.message ?? '', /excessive aliasing/);
});

test('deep nesting is an error and not a crash', () => {
  assert.equal(typeof failureOf(`${'['.repeat(20000)}`)?.message, 'string');
});

// Text made of what YAML is made of.
const yamlText = fc
  .array(
    fc.constantFrom(
      ...'abx019:-?|>[]{}"\'#&*!,.%@~ \n\n  \\\t<=',
      '\n  ',
      '\n- ',
      ': ',
      '\n---\n',
      'é',
      '\u2028',
      '\ufeff',
      '{{',
      ': |\n  ',
      '<<: *a',
      '&a ',
    ),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(''));

test('any text gives values or an InputError, and the fast reader agrees with the full one', () => {
  fc.assert(
    fc.property(yamlText, (text) => {
      for (const { text: chunk } of splitDocuments(text).chunks) {
        const fast = readFast(chunk, 'int', false);
        if (fast !== undefined) assert.deepEqual(fast.value, full(chunk));
        else {
          try {
            full(chunk);
          } catch (error) {
            assert.ok(error instanceof FaultError);
          }
        }
      }
      try {
        for (const document of readDocuments(text, 'f', 'int')) document.placeOf(['a', 0, 'b']);
      } catch (error) {
        assert.ok(error instanceof InputError);
      }
    }),
    { numRuns: 1500, interruptAfterTimeLimit: 1000 },
  );
});

const suites = shared('suites/kyverno-cli');
test('the fast reader agrees with the full one on the public suites', { skip: suites.skip }, () => {
  const files = readdirSync(fileURLToPath(suites.url), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .filter((_, index) => index % 8 === 0);
  let fastOnes = 0;
  for (const file of files) {
    for (const { text } of splitDocuments(readFileSync(join(file.parentPath, file.name), 'utf8')).chunks) {
      const fast = readFast(text, 'int', false);
      if (fast === undefined) continue;
      fastOnes++;
      assert.deepEqual(fast.value, full(text));
    }
  }
  assert.ok(fastOnes > 50);
});
