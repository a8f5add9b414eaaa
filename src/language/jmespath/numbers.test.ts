import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../model/json.ts';
import { compileQuery, NotFoundError, QuerySyntaxError, searchOrMissing, searchQuery } from './index.ts';

const ENV = { clock: { now: () => Date.UTC(2024, 0, 2, 3, 4, 5, 678) }, random: { next: () => 0 } };
const search = (query: string, data: Json): Json => searchQuery(compileQuery(query), data, ENV);

test('an int is no number to comparisons and functions', () => {
  const data = { elementIndex: 0n, replicas: 3n };
  assert.equal(search('elementIndex == `0`', data), false);
  assert.equal(search('elementIndex == elementIndex', data), true);
  assert.equal(search('replicas > `1`', data), null);
  assert.equal(search('replicas && `true`', data), true);
  assert.equal(search('to_string(replicas)', data), '3');
  assert.throws(() => search('add(elementIndex, `1`)', data), {
    message: "JMESPath function 'add': invalid operand",
  });
  assert.throws(() => search('type(replicas)', data), { message: 'unknown type' });
  assert.throws(() => search('abs(replicas)', data), {
    message: 'Invalid type for: 3, expected: []jmespath.JpType{"number"}',
  });
});

test('a missing key is an exception at one door and a symbol at the other', () => {
  const query = compileQuery('a.b');
  assert.throws(
    () => searchQuery(query, { a: {} }, ENV),
    (error) => error instanceof NotFoundError && error.key === 'b',
  );
  const found = searchOrMissing(query, { a: {} }, ENV);
  assert.equal(typeof found === 'symbol' ? found.description : undefined, 'b');
  assert.equal(searchOrMissing(query, { a: { b: null } }, ENV), null);
});

test('keys that JavaScript gives a meaning to are ordinary keys', () => {
  assert.throws(() => search('a.constructor', { a: {} }), { message: 'Unknown key "constructor" in path' });
  assert.throws(() => search('"__proto__"', {}), { message: 'Unknown key "__proto__" in path' });
  assert.equal(search('parse_json(@)."__proto__"', '{"__proto__": 1}'), 1);
  assert.equal(search("lookup(@, 'toString')", {}), null);
});

test('a query leaves its data as they are', () => {
  const data = Object.freeze([Object.freeze({ a: 2 }), Object.freeze({ a: 1 })]);
  assert.deepEqual(search('sort_by(@, &a)[*].a', data), [1, 2]);
  assert.deepEqual(search('reverse(@)[*].a', data), [1, 2]);
});

test('time and chance come from the environment', () => {
  assert.equal(search('time_now()', null), '2024-01-02T03:04:05Z');
  assert.equal(search('time_now_utc(`1`)', null), '2024-01-02T03:04:05Z');
  assert.equal(search("time_since('', '2024-01-02T03:04:05Z', '')", null), '678ms');
  assert.equal(search("random('[a-z]{3}[0-9]?x*')", null), 'aaa');
  let state = 1;
  const next = (): number => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  for (let i = 0; i < 20; i++) {
    const text = searchQuery(compileQuery("random('^[a-f]{2,5}-([0-9]+|x|[^a-z])$')"), null, {
      ...ENV,
      random: { next },
    });
    assert.match(String(text), /^[a-f]{2,5}-(\d{1,4096}|x|[^a-z])$/u);
  }
});

test('an image gets the registry of the environment', () => {
  const registry = { defaultRegistry: 'reg.io', enableDefaultRegistryMutation: true };
  const run = (image: string, mutate: boolean) =>
    searchQuery(compileQuery('image_normalize(@)'), image, {
      ...ENV,
      registry: { ...registry, enableDefaultRegistryMutation: mutate },
    });
  assert.equal(run('nginx', true), 'reg.io/nginx:latest');
  assert.equal(run('nginx', false), 'nginx:latest');
  assert.equal(run('ghcr.io/a:1', false), 'ghcr.io/a:1');
});

test('a host name cannot be judged without DNS', () => {
  assert.throws(() => search("is_external_url('https://example.com/x')", null), {
    name: 'NotSupportedError',
    feature: 'DNS lookup of `example.com`',
  });
});

test('a syntax error knows its place in bytes', () => {
  assert.throws(
    () => compileQuery("'é' +"),
    (error) => error instanceof QuerySyntaxError && error.offset === 5,
  );
});
