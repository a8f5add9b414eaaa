import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFailure } from '../model/failure.ts';
import { PolicyFileError, readPolicies } from './index.ts';

function policy(name: string, rule: string): string {
  return `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: { name: ${name} }
spec:
  rules:
    - name: r
      match: { any: [{ resources: { kinds: [Pod] } }] }
      ${rule}
`;
}

const GOOD = policy('good', 'validate: { message: x, pattern: { spec: { "=(a)": 1 } } }');
const deny = (condition: string) => `validate: { deny: { conditions: { any: [${condition}] } } }`;

const BAD: readonly [what: string, rule: string, said: RegExp][] = [
  [
    'an anchor that is none',
    'validate: { pattern: { spec: { "^^(x)": 1 } } }',
    /^f\.yaml:8:38: `\^\^\(x\)` is no anchor.* \(anchors are /,
  ],
  [
    'an anchor that is not closed',
    'validate: { pattern: { spec: { "=(x": 1 } } }',
    /^f\.yaml:8:38: `=\(x` is no anchor/,
  ],
  [
    'an anchor of mutation in a pattern',
    'validate: { pattern: { spec: { "+(x)": 1 } } }',
    /^f\.yaml:8:38: Kyverno refuses the policy `bad`: .*unsupported anchor \+\(x\) \(anchors here are/,
  ],
  [
    'an anchor that is none in a patch',
    'mutate: { patchStrategicMerge: { spec: { "?(x)": 1 } } }',
    /^f\.yaml:8:48: `\?\(x\)` is no anchor/,
  ],
  [
    'a broken JMESPath in a condition',
    deny('{ key: "{{ request.object.[ }}", operator: Equals, value: 1 }'),
    /^f\.yaml:8:\d+: Kyverno refuses .* SyntaxError: Incomplete expression \(correct the JMESPath/,
  ],
  [
    'a broken JMESPath in the list of a loop',
    'validate: { message: x, foreach: [{ list: "request.object.[", pattern: { a: 1 } }] }',
    /^f\.yaml:8:43: `request\.object\.\[` is no JMESPath: SyntaxError/,
  ],
  [
    'an operator that does not exist',
    deny('{ key: a, operator: Eqals, value: 1 }'),
    /^f\.yaml:8:47: Kyverno refuses .*`operator` is invalid.* \(write one of these/,
  ],
  ['a rule that does nothing', 'exclude: {}', /^f\.yaml:6:7: .*No operation defined.* \(add `validate`/],
];

for (const [what, rule, said] of BAD) {
  test(`${what} is one fault with its place and remedy`, () => {
    assert.throws(
      () => readPolicies(policy('bad', rule), 'f.yaml'),
      (error) => {
        assert.ok(error instanceof PolicyFileError);
        assert.equal(error.failures.length, 1);
        assert.match(error.failures.map(formatFailure).join('\n'), said);
        return true;
      },
    );
  });
}

test('the other policies of a file with a faulty one still count', () => {
  const bad = policy('bad', 'validate: { pattern: { spec: { "^^(x)": 1 } } }');
  assert.throws(
    () =>
      readPolicies(
        `${GOOD}---\n${bad}---\napiVersion: v1\nkind: ConfigMap\n---\n${policy('third', 'exclude: {}')}`,
        'f.yaml',
      ),
    (error) => {
      assert.ok(error instanceof PolicyFileError);
      assert.deepEqual(
        error.policies.map(({ name }) => name),
        ['good'],
      );
      assert.deepEqual(
        error.failures.map(({ code }) => code),
        ['bad-anchor', 'not-a-policy', 'refused-policy'],
      );
      return true;
    },
  );
});

test('a file without faults gives its policies', () => {
  assert.deepEqual(
    readPolicies(GOOD, 'f.yaml').map(({ name }) => name),
    ['good'],
  );
});
