import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAst, highlightLocation, jmespathFunctions, QuerySyntaxError } from './index.ts';

const TREE = `ASTFilterProjection {
  children: {
    ASTSubexpression {
      children: {
        ASTField {
          value: "a"
        }
        ASTField {
          value: "b-c"
        }
    }
    ASTIndexExpression {
      children: {
        ASTIdentity {
        }
        ASTIndex {
          value: -1
        }
    }
    ASTComparator {
      value: tGTE
      children: {
        ASTFunctionExpression {
          value: "length"
          children: {
            ASTCurrentNode {
            }
        }
        ASTLiteral {
          value: map[string]interface {}{"k":[]interface {}{1e+10, true, interface {}(nil), "x"}}
        }
    }
}
`;

test('the tree of a query is printed as upstream prints it', () => {
  assert.equal(formatAst('a."b-c"[?length(@) >= `{"k":[1e10,true,null,"x"]}`][-1]'), TREE);
});

test('a null literal has no value line, a slice shows its numbers', () => {
  assert.equal(formatAst('`null`'), 'ASTLiteral {\n}\n');
  assert.match(formatAst('[1:]'), /value: \[\]\*int\{\(\*int\)\(1\), \(\*int\)\(nil\), \(\*int\)\(nil\)\}\n/);
});

test('a syntax error can be shown below the query', () => {
  const shown: readonly (readonly [string, string])[] = [
    ['', '\n^'],
    ['foo bar', 'foo bar\n    ^'],
    ["'é' +", "'é' +\n     ^"],
    ['a[b]', 'a[b]\n  ^'],
  ];
  for (const [query, expected] of shown) {
    assert.throws(
      () => formatAst(query),
      (error) => error instanceof QuerySyntaxError && highlightLocation(error) === expected,
      query,
    );
  }
});

test('the functions are listed in order, with signature and note', () => {
  assert.equal(jmespathFunctions.length, 51);
  assert.deepEqual(jmespathFunctions[0], {
    name: 'add',
    signature: 'add(any, any) any',
    note: 'does arithmetic addition of two specified values of numbers, quantities, and durations',
  });
  const signatures = jmespathFunctions.map((entry) => entry.signature);
  assert.ok(signatures.includes('lookup(object|array, string|number) any'));
  assert.ok(
    signatures.indexOf('replace(string, string, string, number) string') <
      signatures.indexOf('replace_all(string, string, string) string'),
  );
});
