import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { asObject, asString, type Json, type JsonObject, parseJson } from '../../model/json.ts';
import {
  type Activation,
  CelError,
  callContexts,
  compileCel,
  kubernetesEnvironment,
  kyvernoEnvironment,
  toJsonValue,
} from './index.ts';

const K8S = kubernetesEnvironment({ hasParams: false, hasAuthorizer: false, kyverno: true });
const KYVERNO = kyvernoEnvironment('', new Map());
const CONTEXTS = callContexts('');
const DATA: JsonObject = {
  object: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x', labels: { app: 'a' } },
    spec: {
      replicas: 2n,
      containers: [
        { name: 'c', image: 'nginx:latest' },
        { name: 'd', image: 'redis:7' },
      ],
    },
  },
  oldObject: null,
  namespaceObject: null,
  request: { operation: 'CREATE', userInfo: { username: 'u' } },
};
const activation: Activation = (name) => (Object.hasOwn(DATA, name) ? DATA[name] : undefined);

/** Expressions with what cel-go made of them: `value` as text, or an error, and the cost. */
const measured = readFileSync(new URL('./cel.measured.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => asObject(parseJson(line, 'int')) ?? {});

function run(text: string, env?: string): JsonObject {
  const isKyverno = env !== undefined;
  const row = { ...(isKyverno ? { env } : {}), expr: text };
  const { program, problem } = compileCel(text, isKyverno ? KYVERNO : K8S);
  if (problem !== undefined) return { ...row, [problem.stage]: problem.message };
  const given: Activation = (name) => (Object.hasOwn(DATA, name) ? DATA[name] : CONTEXTS[name]);
  const { value, cost } = program.evaluate(given);
  if (value instanceof CelError) return { ...row, error: value.message, cost: BigInt(cost) };
  const json = toJsonValue(value);
  return { ...row, ...(json instanceof CelError ? {} : { value: json }), cost: BigInt(cost) };
}

test('expressions give the values, errors and costs of cel-go', () => {
  assert.ok(measured.length > 100);
  for (const row of measured) assert.deepEqual(run(String(row['expr']), asString(row['env'])), row);
});

test('explanations tell the same errors, and where in the text they arise', () => {
  const own = measured.filter(({ env }) => env === undefined);
  const failing = own.flatMap(({ expr, error }) => (error === undefined ? [] : [{ text: String(expr), error }]));
  assert.ok(failing.length > 10);
  for (const { text, error } of failing) {
    const found = compileCel(text, K8S).program?.explain(activation);
    assert.equal(found?.message, error, text);
    // What ends the whole evaluation arises nowhere in particular.
    const isWhole = /^(internal error|operation cancelled)/.test(String(error));
    assert.ok(isWhole || ((found?.at ?? -1) >= 0 && (found?.at ?? 0) < text.length), text);
  }
  for (const { expr, value } of own) {
    const { program } = compileCel(String(expr), K8S);
    if (value !== undefined) assert.equal(program?.explain(activation), undefined, String(expr));
  }
});

test("Kyverno's own kinds know more functions, and a namespace takes some away", () => {
  const text = 'image("nginx:1.27").tag()';
  assert.match(compileCel(text, K8S).problem?.message ?? '', /undeclared reference to 'image'/);
  const { program } = compileCel(text, kyvernoEnvironment('', new Map()));
  assert.equal(program?.evaluate(activation).value, '1.27');
});

test('an expression that costs too much is stopped, whatever it would give', () => {
  const tooMuch = 'operation cancelled: actual cost limit exceeded';
  const text = 'true || lists.range(500).all(a, lists.range(500).distinct().size() == 500)';
  assert.equal(run(text)['value'], true);
  assert.equal(run(text.replace('true || ', ''))['error'], tooMuch);
  // Upstream gives this the highest cost there is, and counts past it when anything else cost something before.
  assert.equal(run('json.encode(1)', 'kyverno')['error'], tooMuch);
  assert.equal(run('json.encode(object.spec.replicas)', 'kyverno')['value'], '2');
});

test('a minus sign without a number is a syntax error', () => {
  for (const source of ['! -', '-', '- -', '1 + ! - a']) assert.doesNotThrow(() => run(source), source);
});

const TOKENS =
  `object request . ?. [ ] ( ) { } , : ? == != < + - * / % && || ! in has all exists map filter 'a' "b" 1 2u 1.5 true null
  metadata name spec containers c size optional of none orValue quantity r'x' b'y' \\ ' 0x1 1e400 @ $ .? sort() find
  format duration('1h') timestamp(0) dyn type int string bytes uint double semver ip cidr url lists.range math.greatest
  json.encode cel.bind sets.contains transformMap k v // \n`.split(/[ \n]+/);

test('no text makes the compiler, an evaluation or its explanation throw', () => {
  const text = fc.array(fc.constantFrom(...TOKENS), { maxLength: 12 }).map((tokens) => tokens.join(' '));
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: 'grapheme', maxLength: 20 })), (source) => {
      for (const env of [undefined, 'kyverno']) {
        const { error } = run(source, env);
        const { program } = compileCel(source, env === undefined ? K8S : KYVERNO);
        assert.equal(
          program?.explain((name) => (Object.hasOwn(DATA, name) ? DATA[name] : CONTEXTS[name]))?.message,
          error,
        );
      }
    }),
    { seed: 20_261_123, numRuns: 300, interruptAfterTimeLimit: 500 },
  );
});

/** Expressions that take what they get; `a` and `b` are any values. */
const ON_ANYTHING =
  `a == b; a < b; a + b; a - b; a * b; a / b; a % b; -a; !a; a && b; a || b; a ? a : b; a in b; a[b]; a[?b];
  a.?x.y; a.x; has(a.x); size(a); type(a); string(a); int(a); uint(a); double(a); bool(a); bytes(a); dyn(a) == b;
  a.all(v, v == b); a.exists_one(v, v > b); a.map(v, v[b]); a.filter(v, v); a.transformMap(k, v, v); a.sort(); a.distinct();
  a.join(b); a.split(b); a.substring(b); a.startsWith(b); a.matches(b); a.find(b); a.format([b]); [a, b].max(); a.flatten();
  duration(a); timestamp(a).getHours(b); quantity(a).isGreaterThan(quantity(b)); ip(a).family(); cidr(a).containsIP(b);
  url(a).getHost(); semver(a).isLessThan(semver(b)); sets.contains(a, b); optional.of(a).orValue(b); a.orValue(b);
  a.lastIndexOf(b); a.reverse(); a.slice(b, b); a.sum(); format.named(a).value().validate(b); '%s %d %x %.2f'.format([a, b, a, b])`
    .split(/;\s+/)
    .map((text) => text.replaceAll(/\b([ab])\b(?!\.?\()/g, 'object.$1'));

test('no value makes an evaluation or its explanation throw', () => {
  const programs = ON_ANYTHING.map((text) => compileCel(text, K8S).program);
  assert.deepEqual(
    ON_ANYTHING.filter((_, index) => programs[index] === undefined),
    [],
  );
  const scalar = fc.oneof(
    fc.constantFrom(
      '',
      'a',
      '1',
      '1Gi',
      '10.0.0.1',
      '10.0.0.0/8',
      '1.2.3',
      '1h',
      '2024-01-02T03:04:05Z',
      '(',
      'http://a/b',
    ),
    fc.constantFrom(0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 0, 1.5, -0, 1e300, true, false, null),
    fc.string({ maxLength: 5 }),
  );
  const value = fc.letrec<{ value: Json; list: Json; map: Json }>((tie) => ({
    value: fc.oneof({ maxDepth: 2 }, scalar, tie('list'), tie('map')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    map: fc.dictionary(fc.constantFrom('x', 'a', '1', '__proto__'), tie('value'), { maxKeys: 3 }),
  })).value;
  fc.assert(
    fc.property(value, value, fc.nat({ max: ON_ANYTHING.length - 1 }), (a, b, index) => {
      const given: Activation = (name) => (name === 'object' ? { a, b } : undefined);
      const gave = programs[index]?.evaluate(given).value;
      const error = gave instanceof CelError ? gave.message : undefined;
      assert.equal(programs[index]?.explain(given)?.message, error, ON_ANYTHING[index]);
    }),
    { seed: 20_261_124, numRuns: 1000, interruptAfterTimeLimit: 500 },
  );
});
