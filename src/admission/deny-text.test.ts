import assert from 'node:assert/strict';
import { test } from 'node:test';
import { denyText, inTextOrder, webhookDenial } from './deny-text.ts';

const resource = { kind: 'Pod', namespace: 'default', name: 'nginx' };

function body(policies: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  const entries = Object.entries(policies).map(([policy, rules]) => ({
    policy,
    rules: new Map(Object.entries(rules)),
  }));
  return denyText(resource, entries).slice(denyText(resource, []).length);
}

test('the denial names the resource between line breaks and ends in the rules as YAML', () => {
  const text = denyText(resource, [
    { policy: 'restrict-tags', rules: new Map([['autogen-no-latest', 'use a fixed tag']]) },
    { policy: 'require-labels', rules: new Map([['check-app', "validation error: label 'app' is required."]]) },
  ]);
  assert.equal(
    text,
    '\n\nresource Pod/default/nginx was blocked due to the following policies \n\n' +
      "require-labels:\n  check-app: 'validation error: label ''app'' is required.'\n" +
      'restrict-tags:\n  autogen-no-latest: use a fixed tag\n',
  );
});

test('a cluster-scoped resource without a name leaves both parts empty', () => {
  assert.match(denyText({ kind: 'Namespace', namespace: '', name: '' }, []), /resource Namespace\/\/ was blocked/);
});

test('a policy that comes twice keeps its last rules', () => {
  const twice = ['first', 'second'].map((rule) => ({ policy: 'p', rules: new Map([[rule, 'm']]) }));
  assert.deepEqual(inTextOrder(twice), [{ policy: 'p', rules: new Map([['second', 'm']]) }]);
});

test('policies and rules stand in natural order', () => {
  assert.equal(
    body({ b: { r10: 'x', r2: 'y', r: 'z' }, 'a-1': { r: 'x' }, a1: { r: 'x' } }),
    'a-1:\n  r: x\na1:\n  r: x\nb:\n  r: z\n  r2: "y"\n  r10: x\n',
  );
});

test('a message of several lines is a block indented by four', () => {
  assert.equal(body({ p: { r: 'one\n\ntwo\n' } }), 'p:\n  r: |\n    one\n\n    two\n');
});

test('names that YAML cannot use as simple keys get a question mark', () => {
  const long = 'x'.repeat(129);
  assert.equal(body({ [long]: { a: '1', b: 'm' } }), `? ${long}\n: a: "1"\n  b: m\n`);
  assert.equal(body({ p: { 'a\rb': 'm' } }), 'p:\n  ? "a\\rb"\n  : m\n');
  assert.equal(body({ ['x'.repeat(128)]: { a: 'm' } }), `${'x'.repeat(128)}:\n  a: m\n`);
});

test('the API server says which webhook denied', () => {
  const head = 'admission webhook "validate.kyverno.svc-fail" denied the request';
  assert.equal(webhookDenial('validate.kyverno.svc-fail', 'no'), `${head}: no`);
  assert.equal(webhookDenial('validate.kyverno.svc-fail', ''), `${head} without explanation`);
});
