import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asObject, type JsonObject, type NumberMode, parseJson } from '../model/json.ts';
import { durationText, parseDuration, parseDurationOrError } from './duration.ts';
import { formatFloatE, formatFloatF6, formatFloatG, goJson, goQuote, goTypeName, goValue } from './go-text.ts';
import { goTrimSpace, parseGoFloat, parseGoInt } from './go-text-numbers.ts';
import {
  addQuantity,
  compareQuantity,
  parseQuantity,
  parseQuantityOrError,
  quantityFloat,
  quantityText,
  subtractQuantity,
} from './quantity.ts';
import { semverInRange } from './semver.ts';

/** Rows of answers that Go's own functions gave. */
function measured(name: string, mode: NumberMode): readonly JsonObject[] {
  const lines = readFileSync(new URL(name, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => asObject(parseJson(line, mode)) ?? {});
}

test('values print as Go prints them', () => {
  const floats = measured('go-text.measured.jsonl', 'float');
  const ints = measured('go-text.measured.jsonl', 'int');
  assert.ok(floats.length > 50);
  for (const [i, row] of floats.entries()) {
    const value = (row['numbers'] === 'int' ? ints : floats)[i]?.['value'] ?? null;
    const actual: Record<string, string> = { v: goValue(value), json: goJson(value), t: goTypeName(value) };
    if (typeof value === 'number') {
      actual['E'] = formatFloatE(value);
      actual['f'] = formatFloatF6(value);
    }
    if (typeof value === 'string') {
      const [int, float] = [parseGoInt(value), parseGoFloat(value)];
      if (int !== undefined) actual['int'] = String(int);
      if (float !== undefined) actual['float'] = formatFloatG(float);
      Object.assign(actual, { q: goQuote(value), trim: goTrimSpace(value) });
    }
    const { value: _value, numbers: _numbers, ...expected } = row;
    assert.deepEqual(actual, expected);
  }
});

test('quantities read, compare, add and print as Kubernetes has them', () => {
  const rows = measured('quantity.measured.jsonl', 'float');
  assert.ok(rows.length > 50);
  for (const { a, b, ...expected } of rows) {
    const { quantity: left, error } = parseQuantityOrError(String(a));
    assert.equal(parseQuantity(String(a)) === undefined, left === undefined, `${a}`);
    if (left === undefined) {
      assert.deepEqual({ error }, expected, `${a}`);
      continue;
    }
    const actual: Record<string, unknown> = { text: quantityText(left), float: formatFloatG(quantityFloat(left)) };
    const right = parseQuantity(String(b));
    if (right !== undefined) {
      actual['cmp'] = compareQuantity(left, right);
      actual['add'] = quantityText(addQuantity(left, right));
      actual['sub'] = quantityText(subtractQuantity(left, right));
    }
    assert.deepEqual(actual, expected, `${a} and ${b}`);
  }
});

test('durations read and print as Go has them', () => {
  const rows = measured('duration.measured.jsonl', 'float');
  assert.ok(rows.length > 40);
  for (const { text, ...expected } of rows) {
    const { ns, error } = parseDurationOrError(String(text));
    assert.equal(parseDuration(String(text)), ns, `${text}`);
    assert.deepEqual(
      ns === undefined ? { error } : { ns: String(ns), canonical: durationText(ns) },
      expected,
      `${text}`,
    );
  }
});

test('version ranges hold and fail as upstream has them', () => {
  const rows = measured('semver.measured.jsonl', 'float');
  assert.ok(rows.length > 50);
  for (const { version, range, result, error } of rows) {
    const answer = (): boolean => semverInRange(String(version), String(range));
    if (typeof error === 'string') assert.throws(answer, { name: 'EvaluationError', message: error }, `${range}`);
    else assert.equal(answer(), result, `${version} in ${range}`);
  }
});
