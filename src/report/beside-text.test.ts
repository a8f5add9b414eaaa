import assert from 'node:assert/strict';
import { test } from 'node:test';
import { besideText } from './beside-text.ts';

const plain = (text: string): string => text;
const request = { place: { file: 'f.feature', line: 3 }, answers: [], differences: [], expected: '' };
const LONG = 'admission webhook "validate.kyverno.svc-fail" denied the request: resource Pod/default/web was blocked';

function shown(said: readonly string[], width: number): readonly string[] {
  const rows = [{ what: 'message', expected: '', said }];
  return besideText({ request, rows, wrong: [], causes: [] }, ['engine', 'cluster'], { dim: plain, width });
}

test('columns are as wide as what is in them', () => {
  assert.deepEqual(shown(['no', 'not at all'], 150), [
    'f.feature:3',
    '          expected  engine  cluster',
    'message             no      not at all',
  ]);
});

test('long texts are wrapped to the width of the terminal, and none of them is lost', () => {
  for (const width of [80, 100, 150]) {
    const lines = shown([LONG, 'x'.repeat(200)], width);
    assert.ok(
      lines.every((line) => line.length <= width),
      `${width}: ${lines.join('\n')}`,
    );
    assert.ok(lines.length > 4);
    assert.equal(lines.join('').match(/x/g)?.length, 200 + 1, 'all of the long word, and the one of `expected`');
  }
});

test('why lanes differ stands above, with the trial that explains it', () => {
  const tried = [
    'with a the engine answers otherwise than the cluster: denied',
    'with b the engine answers as the cluster does',
  ];
  const causes = [{ text: 'filtered before the rules', tried }];
  const lines = besideText({ request, rows: [], wrong: [], causes }, ['engine', 'cluster'], { dim: plain, width: 80 });
  assert.deepEqual(lines.slice(0, 3), [
    'f.feature:3',
    'why: filtered before the rules',
    '     with b the engine answers as the cluster does',
  ]);
});
