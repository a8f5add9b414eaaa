import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { asObject, type JsonObject, parseJson } from '../../model/json.ts';
import {
  type Activation,
  CelError,
  compileCel,
  kubernetesEnvironment,
  kyvernoEnvironment,
  toJsonValue,
} from './index.ts';

const K8S = kubernetesEnvironment({ hasParams: false, hasAuthorizer: false, kyverno: true });
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

function run(text: string): JsonObject {
  const { program, problem } = compileCel(text, K8S);
  if (problem !== undefined) return { expr: text, [problem.stage]: problem.message };
  const { value, cost } = program.evaluate(activation);
  if (value instanceof CelError) return { expr: text, error: value.message, cost: BigInt(cost) };
  const json = toJsonValue(value);
  return { expr: text, ...(json instanceof CelError ? {} : { value: json }), cost: BigInt(cost) };
}

test('expressions give the values, errors and costs of cel-go', () => {
  assert.ok(measured.length > 100);
  for (const row of measured) assert.deepEqual(run(String(row['expr'])), row);
});

test('explanations tell the same errors, and where in the text they arise', () => {
  const failing = measured.flatMap(({ expr, error }) => (error === undefined ? [] : [{ text: String(expr), error }]));
  assert.ok(failing.length > 10);
  for (const { text, error } of failing) {
    const found = compileCel(text, K8S).program?.explain(activation);
    assert.equal(found?.message, error, text);
    assert.ok((found?.at ?? -1) >= 0 && (found?.at ?? 0) < text.length, text);
  }
  for (const { expr, value } of measured) {
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

test('an expression that costs too much is stopped', () => {
  const list = `[${Array.from({ length: 120 }, (_, index) => index).join(',')}]`;
  const { value } = compileCel(`${list}.all(a, ${list}.all(b, ${list}.all(c, a + b + c >= 0)))`, K8S).program?.evaluate(
    activation,
  ) ?? { value: null };
  assert.ok(value instanceof CelError);
  assert.equal(value.message, 'operation cancelled: actual cost limit exceeded');
});

test('a minus sign without a number is a syntax error', () => {
  for (const source of ['! -', '-', '- -', '1 + ! - a']) assert.doesNotThrow(() => run(source), source);
});

test('no text makes the compiler or an evaluation throw', () => {
  const token = fc.constantFrom(
    ...`object request . ?. [ ] ( ) { } , : ? == != < + - * / % && || ! in has all exists map 'a' "b" 1 2u 1.5 true null
    metadata name spec containers c size optional of none orValue quantity r'x' b'y' \\ ' 0x1 1e400 @ $ .?`.split(
      /\s+/,
    ),
  );
  const text = fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(' '));
  fc.assert(
    fc.property(text, (source) => {
      run(source);
    }),
    { seed: 20_261_123, numRuns: 400, interruptAfterTimeLimit: 700 },
  );
});
