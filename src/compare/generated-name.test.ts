import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LaneAnswer } from '../model/lane.ts';
import { compareAnswers } from './compare.ts';

function denied(name: string, generateName?: string): LaneAnswer {
  const metadata = { name, ...(generateName === undefined ? {} : { generateName }) };
  const text = `create of ${name}`;
  return {
    lane: 'engine',
    allowed: false,
    code: 400,
    message: `admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Pod/a/${name} was blocked due to the following policies \n\np:\n  r: ${text}\n`,
    denied: [{ policy: 'p', rule: 'r', message: text }],
    warnings: [`299 - "about ${name}"`],
    rules: [],
    judged: { kind: 'Pod', metadata },
  };
}

/** What the cluster shows of a denied object comes from another request, for which it drew another name. */
function shown(name: string, generateName: string): LaneAnswer {
  return {
    ...denied(name, generateName),
    judged: { kind: 'Pod', metadata: { name: `${generateName.slice(0, 58)}zzzzz`, generateName } },
  };
}

test('names that each server made for itself are no difference, wherever they stand', () => {
  assert.deepEqual(compareAnswers(denied('web-abcde', 'web-'), shown('web-vwxyz', 'web-')), []);
});

test('a base that is too long for a name is cut by both', () => {
  const base = 'x'.repeat(60);
  const start = base.slice(0, 58);
  assert.deepEqual(compareAnswers(denied(`${start}abcde`, base), shown(`${start}vwxyz`, base)), []);
});

for (const [what, left, right] of [
  ['names that were given', denied('web-abcde'), denied('web-vwxyz')],
  ['other bases', denied('web-abcde', 'web-'), denied('app-abcde', 'app-')],
  ['other lengths', denied('web-abcde', 'web-'), denied('web-abcdef', 'web-')],
] as const) {
  test(`${what} are a difference`, () => {
    const parts = compareAnswers(left, right).map(({ part }) => part);
    assert.ok(parts.includes('message') && parts.includes('warnings'), parts.join());
  });
}
