import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyPolicies, type Json, type JsonObject, NotSupportedError, parsePolicies } from '../src/index.ts';
import { parseJson } from '../src/model/json.ts';

/** Milliseconds that this may take. */
const TIME = 1500;

const KEYS = [
  'spec',
  'metadata',
  'labels',
  'containers',
  'image',
  'name',
  'a',
  '=(a)',
  '(name)',
  'X(image)',
  '^(containers)',
  '<(a)',
  '+(a)',
  '*',
  '',
];
const TEXTS = [
  '?*',
  '!*:latest',
  '>1Gi',
  '1-5',
  'a | b',
  'nginx:latest',
  '{{ request.object.spec }}',
  '{{ missing.x }}',
  '{{ length(@) }}',
  '$(./../a)',
  '',
  '0',
  '10s',
];

const json = fc.letrec<{ readonly value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<Json>(null, true, false, 0n, -1n, 1.5, 9007199254740993n, ...TEXTS),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 4 }) as fc.Arbitrary<Json>,
  ),
})).value;

const validate = fc.oneof(
  fc.record({ message: fc.constantFrom(...TEXTS), pattern: json }),
  fc.record({ anyPattern: fc.array(json, { maxLength: 2 }) }),
  fc.record({
    deny: fc.record({
      conditions: fc.record({
        any: fc.array(
          fc.record({
            key: json,
            operator: fc.constantFrom('Equals', 'AnyIn', 'GreaterThan', 'In', 'DurationLessThan'),
            value: json,
          }),
          { maxLength: 2 },
        ),
      }),
    }),
  }),
  fc.record({
    foreach: fc.array(
      fc.record({ list: fc.constantFrom('request.object.spec.containers', 'missing', '@', '['), pattern: json }),
      { maxLength: 2 },
    ),
  }),
  fc.constant({ podSecurity: { level: 'restricted', version: 'latest' } }),
);

const resource = fc.record({
  spec: json,
  labels: json,
  kind: fc.constantFrom('Pod', 'Deployment', 'CronJob', 'ConfigMap'),
});

test('no policy and no resource makes the engine throw', () => {
  let applied = 0;
  const [base] = parsePolicies(
    'apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: { name: p }\nspec: { background: false, rules: [ { name: r, match: { any: [ { resources: { kinds: ["*"] } } ] }, validate: { message: m, deny: {} } } ] }\n',
  );
  assert.ok(base !== undefined);
  fc.assert(
    fc.property(validate, resource, (block, { spec, labels, kind }) => {
      const rule = { ...base.rules[0], validate: block as JsonObject };
      const policy = { ...base, rules: [rule], spec: { ...base.spec, rules: [rule] } };
      const metadata = { name: 'x', namespace: 'default', labels };
      const object = parseable({
        apiVersion: kind === 'Pod' || kind === 'ConfigMap' ? 'v1' : 'apps/v1',
        kind,
        metadata,
        spec,
      });
      try {
        const { responses } = applyPolicies([policy], [object]);
        for (const { rules } of responses) {
          for (const { status, message } of rules) assert.ok(status !== 'error' || message !== '', 'an error says why');
        }
        applied++;
      } catch (error) {
        assert.ok(error instanceof NotSupportedError, String(error instanceof Error ? error.stack : error));
      }
    }),
    { numRuns: 100_000, interruptAfterTimeLimit: TIME, markInterruptAsFailure: false },
  );
  assert.ok(applied > 50, `${applied} policies`);
});

/** The object as it comes from a file. */
function parseable(object: JsonObject): JsonObject {
  const text = JSON.stringify(object, (_, value) => (typeof value === 'bigint' ? Number(value) : value));
  return parseJson(text, 'float') as JsonObject;
}
