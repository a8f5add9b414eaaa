import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRequestLine } from './request-line.ts';

function errorOf(source: string): string {
  const line = parseRequestLine(source, 'r.jsonl', 3);
  return line.ok ? 'no error' : line.error.message;
}

test('a line is a request with whole numbers as integers and nulls left out', () => {
  const line = parseRequestLine('{"id":"a","operation":"CREATE","object":{"n":1,"f":1.5},"dryRun":null}', 'r.jsonl', 1);
  assert.deepEqual(line, { ok: true, request: { id: 'a', operation: 'CREATE', object: { n: 1n, f: 1.5 } } });
});

test('faults are named with line and column', () => {
  const rows: readonly (readonly [string, string | RegExp])[] = [
    ['{"operation":"CREATE","objet":{}}', 'r.jsonl:3:23: unknown key `objet` in the request (did you mean `object`?)'],
    ['{"operation":"create"}', 'r.jsonl:3:2: `operation` must be one of CREATE, UPDATE, DELETE, CONNECT'],
    ['{"id":"x"}', /`operation` is missing/],
    ['[]', /the line is not an object/],
    ['{"operation":"UPDATE","patch":{"type":"merge"}}', /`patch` needs `type` and `body`/],
    ['{"operation":"UPDATE","patch":{"type":"odd","body":{}}}', /`type` must be one of json, merge, strategic, apply/],
    ['{"operation":"CREATE","userInfo":{"groups":["a"]}}', /`userInfo` needs `username`/],
    ['{"operation":"CREATE","userInfo":{"username":"a","groups":"b"}}', /`groups` must be a list of texts/],
    ['{"operation":"CREATE","dryRun":"yes"}', /`dryRun` must be true or false/],
    ['{"operation":', /r\.jsonl:3:\d+: the line is not JSON/],
  ];
  for (const [source, message] of rows) {
    if (typeof message === 'string') assert.equal(errorOf(source), message);
    else assert.match(errorOf(source), message);
  }
});

test('a faulty line keeps its id', () => {
  const line = parseRequestLine('{"id":"a","operation":"CREATE","x":1}', 'r.jsonl', 1);
  assert.equal(line.ok ? undefined : line.id, 'a');
});
