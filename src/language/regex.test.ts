import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EvaluationError } from '../model/failure.ts';
import { compileRe2, compileRe2Matcher } from './regex.ts';

/** Expression, text, what Go finds first and its groups; `undefined` where it finds nothing. */
const MATCHES: readonly (readonly [string, string, readonly (string | undefined)[] | undefined])[] = [
  ['a+b', 'xaab', ['aab']],
  ['^a$', 'a\n', undefined],
  ['(?m)^b$', 'a\nb\nc', ['b']],
  ['.', '\n', undefined],
  ['(?s).', '\n', ['\n']],
  ['^.$', '😀', ['😀']],
  ['\\d', '٣', undefined],
  ['\\s', '\v', undefined],
  ['(?i)k', '\u212a', ['\u212a']],
  ['a(?i)b', 'aB', ['aB']],
  ['a(?i)b', 'AB', undefined],
  ['(?i:ß)x', 'ẞx', ['ẞx']],
  ['(?i)[^k]', '\u212a', undefined],
  ['(?i)\\bs', 'ſs', ['s']],
  ['(?U)a+', 'aa', ['a']],
  ['(?U)a+?', 'aa', ['aa']],
  ['x{,2}', 'x{,2}', ['x{,2}']],
  ['[[:word:]]+', 'a_1-', ['a_1']],
  ['[^[:alpha:]]', 'a1', ['1']],
  ['\\p{Greek}+', 'aαβ', ['αβ']],
  ['\\p{^Lu}', 'Aa', ['a']],
  ['\\p{Letter}', 'é', ['é']],
  ['\\Qa.b\\E+', 'a.bb', ['a.bb']],
  ['\\x41\\x{1F600}\\101', 'A😀A', ['A😀A']],
  ['(?P<year>\\d+)-(?<month>\\d+)', '2024-05', ['2024-05', '2024', '05']],
  ['(a|(b))*', 'ba', ['ba', 'a', 'b']],
  ['(|a)*', 'aa', ['', '']],
  ['(a*)+', 'b', ['', '']],
  ['a|ab', 'ab', ['a']],
];

test('an expression finds what Go finds', () => {
  for (const [source, text, groups] of MATCHES) {
    const matcher = compileRe2Matcher(source);
    assert.deepEqual(matcher.find(text, 0)?.groups.slice(), groups, source);
    assert.equal(matcher.test(text), groups !== undefined, source);
    // JavaScript's own engine treats repeated empty matches in another way.
    if (groups?.[0] !== '') assert.equal(compileRe2(source).exec(text)?.[0], groups?.[0], source);
  }
});

test('a matcher knows the names of its groups', () => {
  assert.deepEqual(compileRe2Matcher('(?P<a>x)(y)(?<b1>z)').names, ['', 'a', '', 'b1']);
});

/** Expression, what Go calls the mistake, the part it quotes. */
const MISTAKES: readonly (readonly [string, string, string])[] = [
  ['a**', 'invalid nested repetition operator', '**'],
  ['a{2}{3}', 'invalid nested repetition operator', '{2}{3}'],
  ['*', 'missing argument to repetition operator', '*'],
  ['(|+)', 'missing argument to repetition operator', '+'],
  ['a{1001}', 'invalid repeat count', '{1001}'],
  ['a{2,1}', 'invalid repeat count', '{2,1}'],
  ['(a{100}){100}', 'invalid repeat count', '{100}'],
  ['[b-a]', 'invalid character class range', 'b-a'],
  ['[[:foo:]]', 'invalid character class range', '[:foo:]'],
  ['\\pX', 'invalid character class range', '\\pX'],
  ['\\p{Old_Persian}', 'invalid character class range', '\\p{Old_Persian}'],
  ['x[a', 'missing closing ]', '[a'],
  ['(a', 'missing closing )', '(a'],
  ['a)', 'unexpected )', 'a)'],
  ['\\1', 'invalid escape sequence', '\\1'],
  ['\\xZZ', 'invalid escape sequence', '\\xZZ'],
  ['\\C', 'invalid escape sequence', '\\C'],
  ['\\', 'trailing backslash at end of expression', ''],
  ['(?=a)', 'invalid or unsupported Perl syntax', '(?='],
  ['(?!a)', 'invalid or unsupported Perl syntax', '(?!'],
  ['(?<=a)', 'invalid named capture', '(?<=a)'],
  ['(?P<1-a>x)', 'invalid named capture', '(?P<1-a>'],
  ['(?i', 'invalid or unsupported Perl syntax', '(?i'],
];

test('a mistake in an expression gives the text of Go', () => {
  for (const [source, what, part] of MISTAKES) {
    const message = `error parsing regexp: ${what}: \`${part}\``;
    for (const compile of [compileRe2, compileRe2Matcher]) {
      assert.throws(
        () => compile(source),
        (error) => error instanceof EvaluationError && error.message === message,
        source,
      );
    }
  }
});

test('an expression that nests too deeply is refused', () => {
  assert.throws(() => compileRe2(`${'('.repeat(1500)}a${')'.repeat(1500)}`), /expression nests too deeply/);
});

test('a search takes bounded time where backtracking would not end', () => {
  const text = 'a'.repeat(1000);
  for (const source of ['(a+)+$', '(a|a)*b', '(a|aa)+$', '(.*)(.*)(.*)(.*)(.*)x', 'a*a*a*a*a*a*b', '((a?){30}){30}b']) {
    const start = performance.now();
    assert.equal(compileRe2Matcher(source).test(`${text}!`), false, source);
    assert.ok(performance.now() - start < 2000, source);
  }
});
