import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asObject, type Json, type JsonObject, type NumberMode, parseJson } from '../../model/json.ts';
import { shared, sharedLines } from '../../testing/shared.ts';
import { compilePattern, matchScalar, type PatternResult, type PatternStep } from './index.ts';

const PASS: PatternResult = { result: 'pass' };

/** Rows in both number modes; a row says which mode its pattern and its value have. */
function measured(name: string): readonly (readonly [float: JsonObject, int: JsonObject])[] {
  const lines = readFileSync(new URL(name, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  const read = (line: string, mode: NumberMode): JsonObject => asObject(parseJson(line, mode)) ?? {};
  return lines.map((line) => [read(line, 'float'), read(line, 'int')]);
}

function side(row: readonly [JsonObject, JsonObject], name: 'pattern' | 'value'): Json {
  return row[row[0][`${name}Numbers`] === 'int' ? 1 : 0][name] ?? null;
}

function expectedOf({ result, path, message }: JsonObject): unknown {
  return result === 'pass' ? PASS : { result, path, message };
}

test('scalar patterns match as in the real engine', { skip: shared('golden/units/pattern.jsonl').skip }, () => {
  const rows = sharedLines('golden/units/pattern.jsonl', 'float').map((row) => asObject(row) ?? {});
  assert.ok(rows.length > 1000);
  for (const { pattern = null, value = null, result } of rows) {
    assert.equal(matchScalar(pattern, value), result, JSON.stringify([pattern, value]));
  }
});

test('pattern trees match as in the real engine', { skip: shared('golden/units/match.jsonl').skip }, () => {
  const rows = sharedLines('golden/units/match.jsonl', 'float').map((row) => asObject(row) ?? {});
  assert.ok(rows.length > 1000);
  for (const row of rows) {
    const check = compilePattern(row['pattern'] ?? null);
    const message = JSON.stringify(row);
    assert.deepEqual(check(row['value'] ?? null), expectedOf(row), message);
    assert.deepEqual(check(row['value'] ?? null), expectedOf(row), `${message} the second time`);
  }
});

test('whole and floating numbers are told apart as in the real engine', () => {
  const scalars = measured('scalar.measured.jsonl');
  const trees = measured('match.measured.jsonl');
  assert.ok(scalars.length > 50 && trees.length > 100);
  for (const row of scalars) {
    assert.equal(matchScalar(side(row, 'pattern'), side(row, 'value')), row[0]['result'], JSON.stringify(row[0]));
  }
  for (const row of trees) {
    const actual = compilePattern(side(row, 'pattern'))(side(row, 'value'));
    assert.deepEqual(actual, expectedOf(row[0]), JSON.stringify(row[0]));
  }
});

test('a list whose elements all skip makes the rule skip, and one that applies decides', () => {
  const check = compilePattern({ spec: { containers: [{ '(name)': 'web*', image: 'reg/*' }] } });
  const pod = (...containers: readonly Json[]): Json => ({ spec: { containers } });
  assert.deepEqual(check(pod({ name: 'web1', image: 'reg/a' }, { name: 'db', image: 'x' })), PASS);
  assert.deepEqual(check(pod({ name: 'db', image: 'x' })), {
    result: 'skip',
    path: '',
    message: "conditional anchor mismatch: resource value 'db' does not match 'web*' at path /spec/containers/0/name/",
  });
  assert.deepEqual(check(pod({ name: 'db', image: 'x' }, { name: 'web', image: 'x' })), {
    result: 'fail',
    path: '/spec/containers/1/image/',
    message: "resource value 'x' does not match 'reg/*' at path /spec/containers/1/image/",
  });
  assert.deepEqual(check(pod()), PASS);
});

test('a failure is an error when a condition key was never found', () => {
  const check = compilePattern({ spec: { '^(containers)': [{ '(name)': 'a' }] } });
  const message = 'existence anchor validation failed at path /spec/containers/';
  assert.deepEqual(check({ spec: { containers: [{ image: 'x' }] } }), { result: 'error', path: '', message });
  assert.deepEqual(check({ spec: { containers: [{ name: 'b' }] } }), {
    result: 'fail',
    path: '/spec/containers/',
    message,
  });
  assert.deepEqual(check({ spec: { containers: [{ name: 'a' }] } }), PASS);
});

test('a wildcard label key stays with what the first list element chose, within one check only', () => {
  const check = compilePattern({ items: [{ metadata: { labels: { 'a*': 'x' } } }] });
  const item = (label: string): Json => ({ metadata: { labels: { [label]: 'x' } } });
  const failure = check({ items: [item('a1'), item('a2')] });
  assert.equal(failure.result === 'fail' && failure.path, '/items/1/metadata/labels/a1/');
  assert.deepEqual(check({ items: [item('a2')] }), PASS);
  assert.deepEqual(check({ items: [item('a1')] }), PASS);
});

test('an anchor decides before its plain siblings', () => {
  const check = compilePattern({ metadata: { '<(name)': 'web' }, spec: { replicas: 2n } });
  assert.equal(check({ metadata: { name: 'db' }, spec: { replicas: 1n } }).result, 'skip');
  assert.equal(check({ metadata: { name: 'web' }, spec: { replicas: 1n } }).result, 'fail');
});

test('keys that JavaScript objects inherit are missing', () => {
  assert.equal(compilePattern({ 'X(constructor)': 'x' })({}).result, 'pass');
  assert.equal(compilePattern({ toString: '*' })({}).result, 'fail');
  assert.equal(compilePattern({ metadata: { labels: { 'c*': '*' } } })({ metadata: { labels: {} } }).result, 'fail');
});

test('an observer hears every step and changes no result', () => {
  const steps: PatternStep[] = [];
  const pattern = { spec: { '=(items)': [{ '(a)': '1', b: '2' }] }, metadata: { labels: { 'x*': '?*' } } };
  const value = { spec: { items: [{ a: '1', b: '3' }, { a: '2' }] }, metadata: { labels: { x1: 'y' } } };
  const watched = compilePattern(pattern, (step) => steps.push(step));
  assert.deepEqual(watched(value), compilePattern(pattern)(value));
  const failed = steps.find((step) => step.path === '/spec/items/0/b/');
  assert.deepEqual(failed?.patternPath, ['spec', '=(items)', 0, 'b']);
  const existing: PatternStep[] = [];
  compilePattern({ '^(list)': [{ a: '1' }] }, (step) => existing.push(step))({ list: [{ a: '2' }, { a: '1' }] });
  assert.deepEqual(existing[0]?.patternPath, ['^(list)', 0, 'a']);
  assert.equal(existing[0]?.path, '/list/0/a/');
  assert.equal(failed?.result, 'fail');
  assert.equal(steps.at(-1)?.path, '/');
  assert.ok(steps.every((step) => (step.result === 'pass') === (step.message === '')));
});
