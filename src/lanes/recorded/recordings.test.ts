import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatFailure, InputError } from '../../model/failure.ts';
import type { LaneAnswer } from '../../model/lane.ts';
import type { Exchange } from '../../testing/exchanges.ts';
import { readExchanges } from '../../testing/exchanges.ts';
import { CLUSTER, observedExchange } from '../../testing/observed.ts';
import { ownExchanges } from '../../testing/own-exchanges.ts';
import { shared } from '../../testing/shared.ts';
import { writeFiles } from '../../testing/write-files.ts';
import type { LiveData } from '../live-data.ts';
import type { Observed } from './make-recording.ts';
import { createRecordedLane } from './recorded-lane.ts';
import { readRecordings, writeRecordings } from './recordings.ts';

const { skip } = shared('recorded/exchanges.json');
const own = await ownExchanges();
const folder = (): string => join(writeFiles({ 'project.txt': '' }), 'cases/recordings');
const files = (at: string): readonly string[] =>
  readdirSync(at, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort();

function exchange(name: string): Exchange {
  const found = own.find((one) => one.name === name);
  assert.ok(found, name);
  return found;
}

function named(of: Exchange, scenario: string, feature = 'features/a.feature'): Observed {
  return { ...observedExchange(of), scenario, feature };
}

function rejects(work: () => unknown, text: RegExp): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof InputError);
    assert.match(error.failures.map(formatFailure).join('\n'), text);
    return true;
  });
}

const VOLATILE = ['uid', 'creationTimestamp', 'generation', 'resourceVersion'];
const SOURCES = [
  ['recorded', readExchanges(), skip],
  ['own', own, false],
] as const;

for (const [source, exchanges, skipped] of SOURCES) {
  test(`what is recorded of ${source} exchanges is answered again`, { skip: skipped }, async () => {
    const at = folder();
    const observed = exchanges.filter(({ answer }) => answer !== undefined).map((one) => observedExchange(one));
    writeRecordings(at, CLUSTER, observed, false);
    const lane = createRecordedLane(readRecordings(at), observed);
    assert.deepEqual(lane.unasked, []);
    for (const { premise, request, answer, scenario } of observed) {
      const again = await lane.ask(premise, { ...request, id: 'x' });
      const plain = ({ object: _o, judged: _j, id: _i, lane: _l, ...rest }: LaneAnswer) => rest;
      assert.deepEqual(plain(again), plain(answer), scenario);
      assert.equal(again.id, 'x');
      const metadata = Object.entries(Object(answer.object?.['metadata'])).filter(([key]) => !VOLATILE.includes(key));
      assert.deepEqual(again.object?.['metadata'] ?? {}, Object.fromEntries(metadata), scenario);
      assert.deepEqual(again.object?.['status'], answer.object?.['status'], scenario);
    }
  });
}

test('a recording of the same answers is the same text, whatever ids and times the cluster gave', () => {
  const [a, b] = [folder(), folder()];
  const redrawn = (one: Observed): Observed => {
    const text = JSON.stringify(one.answer, (key, value: unknown) => {
      if (key === 'uid' || key === 'creationTimestamp') return 'other';
      return typeof value === 'bigint' ? Number(value) : value;
    });
    const { object } = JSON.parse(text) as LaneAnswer;
    const metadata = { ...Object(one.answer.object?.['metadata']), ...Object(object?.['metadata']) };
    const changed = one.answer.object === undefined ? undefined : { ...one.answer.object, metadata };
    return changed === undefined ? one : { ...one, answer: { ...one.answer, object: changed, judged: changed } };
  };
  const observed = own.map((one) => observedExchange(one));
  writeRecordings(a, CLUSTER, observed, false);
  writeRecordings(b, CLUSTER, observed.map(redrawn), false);
  for (const name of files(a)) assert.equal(readFileSync(join(a, name), 'utf8'), readFileSync(join(b, name), 'utf8'));
});

test('a recording is a short text that people can read, with sorted keys', () => {
  const at = folder();
  writeRecordings(at, CLUSTER, [observedExchange(exchange('denied-pod#0'))], false);
  const text = readFileSync(join(at, 'denied-pod.json'), 'utf8');
  assert.deepEqual(text.split('\n').slice(0, 22), [
    '{',
    '  "answers": [',
    '    {',
    '      "asked": "CREATE Pod shapes/a",',
    '      "code": 400,',
    '      "message": [',
    '        "admission webhook \\"validate.kyverno.svc-fail\\" denied the request: ",',
    '        "",',
    '        "resource Pod/shapes/a was blocked due to the following policies ",',
    '        "",',
    '        "need-team:",',
    `        "  team: 'validation error: label team is required. rule team failed at path /metadata/labels/'",`,
    '        ""',
    '      ],',
    `      "premise": "${/"premise": "(\w+)"/.exec(text)?.[1]}",`,
    `      "request": "${/"request": "(\w+)"/.exec(text)?.[1]}",`,
    '      "scenarios": [',
    '        "denied-pod#0"',
    '      ]',
    '    }',
    '  ],',
    '  "changes": {},',
  ]);
});

test('each feature has its file, in folders as the features are', () => {
  const at = folder();
  const observed = [
    named(exchange('denied-pod#0'), 'one', 'features/a/pods.feature'),
    named(exchange('denied-pod#0'), 'one', 'features/b/pods.feature.md'),
    named(exchange('denied-pod#0'), 'one', '../other/pods.feature'),
  ];
  const { paths } = writeRecordings(at, CLUSTER, observed, false);
  assert.deepEqual(files(at), ['a/pods.json', 'b/pods.json', 'cluster.json', 'up/other/pods.json']);
  assert.equal(paths.length, 3);
});

test('the same request under the same premise is kept once, for all its scenarios', () => {
  const at = folder();
  const one = exchange('denied-pod#0');
  writeRecordings(at, CLUSTER, [named(one, 'first'), named(one, 'second'), named(one, 'first')], false);
  const [recording] = readRecordings(at).recordings.values();
  assert.deepEqual(
    recording?.answers.map(({ scenarios }) => scenarios),
    [['first', 'second']],
  );
});

test('requests without an answer are not kept, and counted', () => {
  const at = folder();
  const one = observedExchange(exchange('denied-pod#0'));
  const silent: Observed = { ...one, answer: { ...one.answer, allowed: null, code: 0 } };
  assert.deepEqual(writeRecordings(at, CLUSTER, [silent], false), { paths: [], unanswered: 1 });
  assert.equal(existsSync(at), false);
});

test('a run of some scenarios renews theirs and keeps the others', () => {
  const at = folder();
  const [pod, allowed] = [exchange('denied-pod#0'), exchange('allowed-pod#0')];
  writeRecordings(at, CLUSTER, [named(pod, 'first'), named(pod, 'second'), named(allowed, 'third')], false);
  writeRecordings(at, CLUSTER, [named(allowed, 'second')], true);
  const [recording] = readRecordings(at).recordings.values();
  assert.deepEqual(
    recording?.answers.map(({ scenarios, code }) => [scenarios, code]),
    [
      [['first'], 400],
      [['third', 'second'], 201],
    ],
  );
  assert.equal(Object.keys(recording?.premises ?? {}).length, 1);
});

test('a run of all scenarios removes recordings of features that are gone, and nothing else', () => {
  const at = folder();
  writeRecordings(at, CLUSTER, [named(exchange('denied-pod#0'), 'one', 'features/old.feature')], false);
  writeFileSync(join(at, 'notes.json'), '{"mine": true}');
  writeRecordings(at, CLUSTER, [named(exchange('denied-pod#0'), 'one', 'features/new.feature')], false);
  assert.deepEqual(files(at), ['cluster.json', 'new.json', 'notes.json']);
});

test('scenarios recorded on another cluster do not stand beside those that stay', () => {
  const at = folder();
  const one = [named(exchange('denied-pod#0'), 'one')];
  writeRecordings(at, CLUSTER, one, false);
  const other = { ...CLUSTER, kyverno: '1.18.0' };
  rejects(
    () => writeRecordings(at, other, one, true),
    /cluster\.json: the other recordings were made on a cluster of another/,
  );
  writeRecordings(at, other, one, false);
  assert.equal(readRecordings(at).cluster.kyverno, '1.18.0');
});

test('what policies read is kept, secrets without what is secret', () => {
  const at = folder();
  const scope = { collection: '/api/v1/secrets', name: '', read: 'context', apiVersion: 'v1', kind: 'Secret' } as const;
  const metadata = { name: 's', namespace: 'shapes', uid: 'u', resourceVersion: '1' };
  const live: LiveData = [{ ...scope, objects: [{ kind: 'Secret', metadata, data: { token: 'c2VjcmV0' } }] }];
  const observed = observedExchange(exchange('denied-pod#0'), live);
  writeRecordings(at, CLUSTER, [observed], false);
  const kept = createRecordedLane(readRecordings(at), [observed]).liveData(observed.premise, observed.request);
  const object = { kind: 'Secret', metadata: { name: 's', namespace: 'shapes' }, data: { token: '' } };
  assert.deepEqual(kept, [{ ...scope, objects: [object] }]);
});

const BROKEN: readonly [what: string, file: string, text: string, message: RegExp][] = [
  ['text that is no JSON', 'a.json', '{', /a\.json: this is no recording: .*JSON.* \(make it again with --record\)/],
  ['a list', 'a.json', '[]', /a\.json: this is no recording \(/],
  ['another file', 'a.json', '{"mine": true}', /a\.json: this is no recording, or a part of it is missing/],
  [
    'an answer whose premise is missing',
    'a.json',
    '{"answers":[{"asked":"x","request":"y","premise":"z"}],"premises":{},"changes":{},"live":{}}',
    /a\.json: this is no recording, or a part of it is missing/,
  ],
  ['a cluster without versions', 'cluster.json', '{}', /cluster\.json: the file does not say on what cluster/],
];

for (const [what, file, text, message] of BROKEN) {
  test(`a recording that cannot be read is bad input: ${what}`, () => {
    const at = folder();
    writeRecordings(at, CLUSTER, [named(exchange('denied-pod#0'), 'one')], false);
    writeFileSync(join(at, file), text);
    rejects(() => readRecordings(at), message);
  });
}

test('where there is no recording the way to one is told', () => {
  const at = folder();
  rejects(() => readRecordings(at), /there is no recording in .*recordings \(make one with --lane cluster --record\)/);
  mkdirSync(at, { recursive: true });
  rejects(() => readRecordings(at), /there is no recording/);
});
