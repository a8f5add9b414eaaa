import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import type { Json } from '../../model/json.ts';
import { compileQuery, formatAst, jmespathFunctions, searchQuery } from './index.ts';

const ENV = { clock: { now: () => 0 }, random: { next: () => 0.999 } };
const DATA: Json = { a: { b: [1, 2n, 'x', null, { c: 'd' }] }, e: '', n: 5n };

const TOKENS = [
  ...['a', 'b', '"c"', '@', '*', '.', '[', ']', '[?', '[]', '{', '}', '(', ')', ',', ':', '|', '||', '&', '&&', '!'],
  ...[
    '==',
    '<',
    '`1`',
    '`[1,"x"]`',
    "'t'",
    '0',
    '-1',
    ' ',
    'k: ',
    '[*]',
    '[::2]',
    '.*',
    '\\',
    '"',
    "'",
    '`',
    'é',
    '\ud800',
  ],
  ...jmespathFunctions.map(({ name }) => `${name}(`),
];

/** ASCII, letters of all lengths, half characters and control characters. */
const UNIT = fc.constantFrom(
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
  ...['é', 'ß', 'İ', '\u212a', '\u2028', '\ufffd', '😀', '\ud800', '\udc00'],
);

/** Only an evaluation may fail, or ask for DNS; whatever it does, it ends soon. */
function survives(query: string): void {
  const start = performance.now();
  try {
    searchQuery(compileQuery(query), DATA, ENV);
  } catch (error) {
    assert.ok(error instanceof EvaluationError || error instanceof NotSupportedError, String(error));
  }
  assert.ok(performance.now() - start < 2000, query);
}

test('any text is a query or an evaluation error', () => {
  fc.assert(fc.property(fc.string({ unit: UNIT, maxLength: 40 }), survives), { numRuns: 500 });
  const tokens = fc.array(fc.constantFrom(...TOKENS), { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(fc.property(tokens, survives), { numRuns: 2000 });
});

test('any arguments give a value or an evaluation error', () => {
  const argument = fc.oneof(
    fc.string({ unit: UNIT, maxLength: 20 }).map((text) => `\`${JSON.stringify(text).replaceAll('`', '\\`')}\``),
    fc.json({ maxDepth: 2 }).map((text) => `\`${text.replaceAll('`', '\\`')}\``),
    fc.constantFrom('`1e300`', '`-1`', "'1h'", "'1Gi'", "'1e999999999'", "'(a*)*b'", '&a', 'missing', "'a{1000}'"),
  );
  const call = fc
    .tuple(fc.constantFrom(...jmespathFunctions.map(({ name }) => name)), fc.array(argument, { maxLength: 4 }))
    .map(([name, args]) => `${name}(${args.join(', ')})`);
  fc.assert(fc.property(call, survives), { numRuns: 2000 });
});

test('queries and data that nest very deeply are evaluation errors', () => {
  const depth = 20_000;
  for (const query of [
    '('.repeat(depth),
    '['.repeat(depth),
    `a${'.b'.repeat(depth)}`,
    `a${'[0]'.repeat(depth)}`,
    '!'.repeat(depth),
    'a|'.repeat(depth),
    `\`${'['.repeat(depth)}${']'.repeat(depth)}\``,
    `parse_json('${'['.repeat(depth)}${']'.repeat(depth)}')`,
    `to_string(parse_json('${'['.repeat(9000)}${']'.repeat(9000)}'))`,
    `parse_yaml('${'['.repeat(depth)}')`,
    `regex_match('${'('.repeat(depth)}', 'a')`,
    `random('${'(a*)'.repeat(300)}')`,
    `random('${'('.repeat(20)}a${'{9})'.repeat(20)}')`,
  ]) {
    survives(query);
    try {
      formatAst(query);
    } catch (error) {
      assert.ok(error instanceof EvaluationError, String(error));
    }
  }
});
