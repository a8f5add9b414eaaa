import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileQuery, searchQuery } from '../../language/jmespath/index.ts';
import { EvaluationError } from '../../model/failure.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { compileTemplate, type Scope } from './index.ts';

const DATA: JsonObject = {
  x: '5',
  empty: '',
  n: 5,
  f: 1.5,
  tiny: 1e-7,
  huge: 1e21,
  t: true,
  nul: null,
  list: [1, 'a', null, { b: '<&>' }],
  map: { b: 2, a: { z: 1 } },
  name: 'key',
  key: 'value',
  query: 'request.object.x',
  braces: '{{ DO_NOT {{OR_ME}} }}',
  escaped: '\\{{ x }}',
  indirect: { '{{ x }}': 'in {{ n }}', plain: 1 },
  dotted: { 'a.b/c': 'slash' },
};

const ENV = { clock: { now: () => 0 }, random: { next: () => 0.5 } };

function scopeOf(operation = 'CREATE'): Scope {
  const data: Json = { ...DATA, request: { object: DATA, oldObject: { x: 'old' }, operation } };
  return {
    operation: () => operation,
    query: ({ text, query }) => {
      query();
      try {
        return searchQuery(compileQuery(text), data, ENV);
      } catch (error) {
        if (error instanceof EvaluationError) throw new EvaluationError(`JMESPath query failed: ${error.message}`);
        throw error;
      }
    },
  };
}

const VALUES: readonly (readonly [template: Json, value: Json])[] = [
  ['plain', 'plain'],
  ['{{ x }}', '5'],
  ['a{{ x }}b', 'a5b'],
  ['{{x}}{{n}}', '55'],
  // The first variable is empty, so that in the second pass the other one is the whole string.
  ['{{empty}}{{n}}', 5],
  ['{{ n }}', 5],
  ['{{ nul }}', null],
  ['{{ t }}', true],
  ['n {{ nul }} {{ t }} {{ f }} {{ n }}', 'n null true 1.5 5'],
  ['e {{ tiny }} {{ huge }}', 'e 1e-07 1e+21'],
  ['l {{ list }}', 'l [1,"a",null,{"b":"\\u003c\\u0026\\u003e"}]'],
  ['m {{ map }}', 'm {"a":{"z":1},"b":2}'],
  ['{{ map }}', { b: 2, a: { z: 1 } }],
  ['k {{ {{ name }} }}', 'k value'],
  ['\\{{ x }}', '{{ x }}'],
  ['a \\{{ x }} {{ x }}', 'a {{ x }} 5'],
  ['{{- braces }} {{ x }}', '{{ DO_NOT {{OR_ME}} }} 5'],
  // Of adjacent variables every other one is found in a pass; a shallow one ends the search.
  ['x {{ x }}{{- braces }}{{ n }}', 'x 5{{ DO_NOT {{OR_ME}} }}5'],
  ['x {{- x }}{{ n }}', 'x 5{{ n }}'],
  ['{{- braces }}', '{{ DO_NOT {{OR_ME}} }}'],
  ['{{ escaped }}', '\\{{ x }}'],
  ['x {{ escaped }}', 'x {{ x }}'],
  ['{{ indirect }}', { '5': 'in 5', plain: 1 }],
  ['d {{ dotted."a.b/c" }}', 'd slash'],
  ["z {{ zz || 'none' }}", 'z none'],
  ['h {{ {a: n, b: x} }}', 'h {"a":5,"b":"5"}'],
  [{ '{{ x }}': ['{{ n }}', 1n] }, { '5': [5, 1n] }],
  [{ '{{ nul }}': 1 }, { '{{ nul }}': 1 }],
];

for (const [template, value] of VALUES) {
  test(`the template ${JSON.stringify(template, (_, v) => (typeof v === 'bigint' ? Number(v) : v))} gives the measured value`, () => {
    assert.deepEqual(compileTemplate(template).render(scopeOf()), value);
  });
}

const ERRORS: readonly (readonly [template: Json, message: string])[] = [
  ['{{ zz.y }}', 'failed to resolve zz.y at path : JMESPath query failed: Unknown key "zz" in path'],
  [{ a: ['{{ zz }}'] }, 'failed to resolve zz at path /a/0: JMESPath query failed: Unknown key "zz" in path'],
  [{ 'a/b': '{{ zz }}' }, 'failed to resolve zz at path /a\\/b: JMESPath query failed: Unknown key "zz" in path'],
  ['{{ }}', 'failed to resolve  at path : invalid query (nil)'],
  [
    'k {{{{ x }}}}',
    'failed to resolve { x } at path : incorrect query { x }: SyntaxError: Expected tColon, received: tRbrace',
  ],
  ['{{ b || }}', 'failed to resolve b || at path : incorrect query b ||: SyntaxError: Incomplete expression'],
  [{ '{{ map }}': 1 }, 'expected string after substituting variables in key "{{ map }}"'],
];

for (const [template, message] of ERRORS) {
  test(`the template ${JSON.stringify(template)} fails with the measured text`, () => {
    assert.throws(() => compileTemplate(template).render(scopeOf()), new EvaluationError(message));
  });
}

test('a DELETE reads the old object wherever the new one is written', () => {
  assert.equal(compileTemplate('{{ request.object.x }}').render(scopeOf('DELETE')), 'old');
  assert.equal(compileTemplate('{{ request.object.x }}').render(scopeOf()), '5');
});

test('a template without variables is constant and keeps the original', () => {
  const document = { a: [1n, { b: null }], c: 'x' };
  assert.deepEqual(compileTemplate(document).constant, { value: document });
  assert.equal(compileTemplate('{{ x }}').constant, undefined);
});

test('the self variable reads the same place of the object', () => {
  const document = { validate: { pattern: { n: '{{ @ }}', f: '{{@}}' } } };
  assert.deepEqual(compileTemplate(document).render(scopeOf()), {
    validate: { pattern: { n: 5, f: 1.5 } },
  });
});

const REFERENCES: readonly (readonly [document: Json, value: Json])[] = [
  [
    { a: { b: 'x' }, c: '$(/a/b)' },
    { a: { b: 'x' }, c: 'x' },
  ],
  [{ a: { b: 'x', c: '$(./../b)' } }, { a: { b: 'x', c: 'x' } }],
  [{ a: { '(b)': 'x', c: '!$(./../b)!' } }, { a: { '(b)': 'x', c: '!x!' } }],
  [
    { a: { m: '2Gi' }, c: '$(<=./../a/m)' },
    { a: { m: '2Gi' }, c: '<=2Gi' },
  ],
  [
    { a: 4n, c: '$(>./../a)' },
    { a: 4n, c: '>4' },
  ],
  [
    { a: 4.5, c: '$(!./../a)' },
    { a: 4.5, c: '!4.500000' },
  ],
  [{ c: '\\$(x)' }, { c: '$(x)' }],
  [{ c: '$( x )' }, { c: '$( x )' }],
  [
    { c: '$(../../../d)', d: 'clamped' },
    { c: 'clamped', d: 'clamped' },
  ],
];

for (const [document, value] of REFERENCES) {
  test(`references in ${JSON.stringify(document, (_, v) => (typeof v === 'bigint' ? Number(v) : v))} are resolved`, () => {
    assert.deepEqual(compileTemplate(document).render(scopeOf()), value);
  });
}

test('a reference to nothing, to a number or with an operator on a map fails when the template is rendered', () => {
  const fails = (document: Json, message: string) =>
    assert.throws(() => compileTemplate(document).render(scopeOf()), new EvaluationError(message));
  fails({ c: '$(./../x)' }, 'got nil resolved variable $(./../x) at path /c: <nil>');
  fails({ c: '$(/a)', a: 1n }, 'NotResolvedReferenceErr,reference $(/a) not resolved at path /c');
  fails(
    { c: '$(>/a)', a: true },
    'failed to resolve $(>/a) at path /c: incorrect expression: operator > does not match with value true',
  );
});
