import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { shared } from '../../testing/shared.ts';
import { lintPolicies } from './index.ts';

function policy(rule: string, head = ''): string {
  return `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata:
  name: p${head}
spec:
  background: false
  rules:
  - name: r
${rule}`;
}

const MATCH = '    match: {any: [{resources: {kinds: [Pod]}}]}\n';

function pattern(text: string): string {
  return policy(`${MATCH}    validate:\n      message: m\n      pattern:\n        spec:\n          ${text}\n`);
}

function deny(text: string): string {
  return policy(`${MATCH}    validate:\n      message: m\n      deny:\n        conditions: ${text}\n`);
}

// A policy, and code, line, column of what is found in it.
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ['a policy without fault gives nothing', pattern('=(hostNetwork): false'), []],
  ['text that is no YAML is an error', 'a: {{ x }}\n', ['error yaml-key 1:5']],
  ['an unknown field is an error', policy('    mach: {}\n'), ['error unknown-field 9:5']],
  [
    'what the schema refuses is an error',
    policy(`${MATCH}    validate: {failureAction: audit}\n`),
    ['error schema 10:16'],
  ],
  ['what Kyverno refuses is an error', pattern('x: "{{ nope }}"'), ['error refused 14:11']],
  ['a refused copy points at the rule it was made from', pattern('+(x): 1'), ['error refused 14:11']],
  [
    'a false pattern for a field that may be missing',
    pattern('hostNetwork: "false"'),
    ['warning pattern-missing-fails 14:11'],
  ],
  ['more elements in a pattern list', pattern('containers: [{a: 1}, {b: 1}]'), ['warning pattern-list-ignored 14:32']],
  ['more elements below an existence anchor count', pattern('^(containers): [{a: 1}, {b: 1}]'), []],
  ['an empty pattern list', pattern('containers: []'), ['warning pattern-list-empty 14:11']],
  ['something like an anchor', pattern('"!(x)": 1'), ['warning unknown-anchor 14:11']],
  ['an anchor that is not closed', pattern('"(x": 1'), ['warning unknown-anchor 14:11']],
  ['an operator of other languages', pattern('x: "!=5"'), ['warning unknown-operator 14:11']],
  ['an upper bound that missing values pass', pattern('x: "<5"'), ['warning pattern-missing-passes 14:11']],
  ['a version that is compared as a quantity', pattern('x: "1.20"'), ['warning version-as-quantity 14:11']],
  ['conditions that are empty', deny('{}'), ['warning deny-always 13:9']],
  ['an empty any', deny('{any: []}'), ['warning deny-never 13:22']],
  [
    'a condition without a variable',
    deny('{any: [{key: request.object.x, operator: Equals, value: a}]}'),
    ['warning constant-condition 13:29'],
  ],
  [
    'a label that may be missing',
    deny('{any: [{key: "{{ request.object.metadata.labels.app }}", operator: Equals, value: a}]}'),
    ['warning missing-is-error 13:29'],
  ],
  [
    'a label with a fallback',
    deny('{any: [{key: "{{ request.object.metadata.labels.app || \'\' }}", operator: Equals, value: a}]}'),
    [],
  ],
  [
    'a foreach that does not look at the element',
    policy(
      `${MATCH}    validate:\n      foreach:\n      - list: request.object.spec.containers\n        deny: {conditions: {any: [{key: "{{ request.name }}", operator: Equals, value: a}]}}\n`,
    ),
    ['warning foreach-without-element 13:9'],
  ],
  [
    'podSecurity that is not what it says',
    policy(`${MATCH}    validate: {message: m, podSecurity: {level: privileged}}\n`),
    ['warning message-unused 10:16', 'warning privileged-is-restricted 10:42'],
  ],
  [
    'a kind in the plural',
    policy('    match: {any: [{resources: {kinds: [Deployments]}}]}\n    validate: {pattern: {metadata: {name: a}}}\n'),
    ['warning unknown-kind 9:40'],
  ],
  [
    'a rule for Pods that controllers get no copy of',
    policy(
      '    match: {any: [{resources: {kinds: [Pod], names: [a]}}]}\n    validate: {pattern: {metadata: {name: a}}}\n',
    ),
    ['warning autogen-off 9:5'],
  ],
  [
    'one that says so',
    policy(
      '    match: {any: [{resources: {kinds: [Pod], names: [a]}}]}\n    validate: {pattern: {metadata: {name: a}}}\n',
      '\n  annotations: {pod-policies.kyverno.io/autogen-controllers: none}',
    ),
    [],
  ],
  ['a policy twice', `${pattern('a: 1')}---\n${pattern('a: 1')}`, ['warning repeated-policy 19:3']],
  [
    'a warning of Kyverno',
    deny('{any: [{key: "{{ request.name }}", operator: In, value: a}]}'),
    ['warning kyverno-warning 1:1'],
  ],
  [
    'a kind that is not built yet',
    'apiVersion: policies.kyverno.io/v1\nkind: MutatingPolicy\nmetadata: {name: a}\n',
    ['warning not-supported 2:1'],
  ],
  [
    'a ValidatingPolicy that does less than it seems',
    `apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: {name: a}
spec:
  autogen: {podControllers: {controllers: [deployments, deployment]}}
  variables:
  - {name: a, expression: object.spec +}
  validations:
  - {expression: 'true', message: 'no {{ request.name }}'}
`,
    [
      'warning matches-nothing 4:1',
      'warning unknown-controller 5:57',
      'error bad-expression 7:40',
      'warning braces-in-message 9:26',
    ],
  ],
  [
    'expressions of a rule that do not compile, inside their blocks',
    policy(`${MATCH}    celPreconditions:
    - {name: c, expression: "request.operaton == 'CREATE'"}
    validate:
      cel:
        variables:
        - name: names
          expression: >-
            object.spec.containers
              .map(c, d.name)
        expressions:
        - expression: |
            true &&
              variables.nams.size() > 0
          messageExpression: "1"
`),
    [
      'warning bad-expression 11:37',
      'warning bad-expression 18:23',
      'warning bad-expression 22:24',
      'warning bad-expression 23:31',
    ],
  ],
  [
    'match conditions that do not compile',
    policy(`${MATCH}    validate: {pattern: {metadata: {name: a}}}\n`).replace(
      'spec:\n',
      'spec:\n  webhookConfiguration:\n    matchConditions:\n    - {name: c, expression: objct.a}\n',
    ),
    ['warning cli-crash 7:5', 'error bad-expression 8:29'],
  ],
  [
    'a ValidatingAdmissionPolicy with an expression that does not compile',
    `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: a}
spec:
  validations:
  - expression: size(object) > size(1)
`,
    ['error bad-expression 6:36'],
  ],
  [
    'a ValidatingPolicy with a misspelt mode and no validations',
    'apiVersion: policies.kyverno.io/v1\nkind: ValidatingPolicy\nmetadata: {name: a}\nspec: {evaluation: {mode: Json}}\n',
    ['warning checks-nothing 4:1', 'warning unknown-mode 4:21'],
  ],
];

for (const [name, text, expected] of CASES) {
  test(`lint: ${name}`, () => {
    const found = lintPolicies(text, 'p.yaml').map(
      ({ severity, code, place }) => `${severity} ${code} ${place?.line}:${place?.column}`,
    );
    assert.deepEqual(found, expected);
  });
}

const guide = shared('guide/policies/');
test('lint finds the patterns in the guide that fail every Pod without hostNetwork', { skip: guide.skip }, () => {
  const findings = readdirSync(guide.url).flatMap((file) =>
    lintPolicies(readFileSync(new URL(file, guide.url), 'utf8'), file),
  );
  const places = findings.filter(({ code }) => code === 'pattern-missing-fails').map(({ place }) => place?.line);
  assert.deepEqual(places, [23, 23, 44]);
});

test('lint gives findings for any text and throws nothing', () => {
  const part = fc.constantFrom(
    ...[
      'apiVersion: kyverno.io/v1\n',
      'kind: ClusterPolicy\n',
      'metadata: {name: a}\n',
      'spec:\n',
      '  rules:\n',
      '  - name: r\n',
    ],
    ...[
      '    validate:\n',
      '      pattern: {a: [1, 2], "(b": 1}\n',
      '    match: {any: [{resources: {kinds: [Pod]}}]}\n',
      '---\n',
      '{{ x }}',
      ': ',
      '\t',
    ],
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      for (const finding of lintPolicies(parts.join(''), 'p')) assert.notEqual(finding.message, '');
    }),
    { numRuns: 400, interruptAfterTimeLimit: 600 },
  );
});
