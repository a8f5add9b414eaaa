import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InputError } from '../model/failure.ts';
import { getPath } from '../model/json.ts';
import { checkPolicy, parsePolicies, readPolicies, readPolicyDocuments, unsupportedKind } from './index.ts';

const RULE = `
  - name: r
    match: {any: [{resources: {kinds: [Pod]}}]}
    validate: {message: m, pattern: {metadata: {name: '?*'}}}`;

function policy(spec: string): string {
  return `apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: p\nspec:\n${spec}`;
}

test('a policy gets the defaults of the schema', () => {
  const [read] = parsePolicies(policy(`  rules:${RULE}`), 'p.yaml');
  assert.deepEqual(
    { ...read?.spec, rules: undefined },
    { rules: undefined, validationFailureAction: 'Audit', background: true, admission: true, emitWarning: false },
  );
  assert.equal(read?.rules[0]?.['skipBackgroundRequests'], true);
  assert.deepEqual(read?.place, { file: 'p.yaml', line: 1, column: 1 });
});

test('a null field counts as absent and gets its default', () => {
  const [read] = parsePolicies(policy(`  background: null\n  rules:${RULE}\n    preconditions: null\n`), 'p.yaml');
  assert.equal(read?.spec['background'], true);
  assert.equal('preconditions' in (read?.rules[0] ?? {}), false);
});

test('nulls in free-form values stay', () => {
  const [read] = parsePolicies(policy(`  rules:${RULE.replace("name: '?*'", 'name: null')}`), 'p.yaml');
  const validate = read?.rules[0]?.['validate'];
  assert.deepEqual(validate, { message: 'm', pattern: { metadata: { name: null } }, allowExistingViolations: true });
});

test('conditions have names of fields in any letter case, without nulls', () => {
  const condition = '{Key: a, OPERATOR: Equals, value: b, message: null, more: 1}';
  const rule = RULE.replace("pattern: {metadata: {name: '?*'}}", `deny: {conditions: {ANY: [${condition}]}}`);
  const [read] = parsePolicies(policy(`  rules:${rule}`), 'p.yaml');
  const any = [{ key: 'a', operator: 'Equals', value: 'b' }];
  assert.deepEqual(getPath(read?.rules[0], 'validate', 'deny', 'conditions'), { any });
});

// Spec lines; what is said; where; what the Kyverno CLI says; what the CLI loses.
const BROKEN: readonly (readonly [string, RegExp, string, string, 'document' | 'file'])[] = [
  [
    `  rules:${RULE.replace('message: m', 'message: { a: m }')}`,
    /`spec.rules\[0\].validate.message` must be text, not an object/,
    'p.yaml:9:16',
    'spec.rules[0].validate.message.a: Invalid value: value provided for unknown field',
    'file',
  ],
  [
    `  rules:${RULE.replace('message: m', 'mesage: m')}`,
    /unknown field `spec.rules\[0\].validate.mesage` \(did you mean `message`\?\)/,
    'p.yaml:9:16',
    'spec.rules[0].validate.mesage: Invalid value: value provided for unknown field',
    'file',
  ],
  [
    '  background: "no"\n',
    /`spec.background` must be true or false, not text/,
    'p.yaml:6:3',
    'ClusterPolicy.kyverno.io "p" is invalid: spec.background: Invalid value: "string": spec.background in body must be of type boolean: "string"',
    'document',
  ],
  [
    `  rules:${RULE.replace('message: m', 'message: m, failureAction: enforce')}`,
    /did you mean `Enforce`/,
    'p.yaml:9:28',
    'ClusterPolicy.kyverno.io "p" is invalid: spec.rules[0].validate.failureAction: Unsupported value: "enforce": supported values: "Audit", "Enforce"',
    'document',
  ],
  [
    '  rules:\n  - validate: {}\n',
    /`spec.rules\[0\].name` is missing/,
    'p.yaml:7:5',
    'ClusterPolicy.kyverno.io "p" is invalid: [spec.rules[0].match: Required value, spec.rules[0].name: Required value]',
    'document',
  ],
  [
    `  rules:${RULE}\n    context: [{name: a}, {name: b, variable: {}, configMap: {name: c}}]\n`,
    /exactly one of `configMap`, `apiCall`, `imageRegistry`, `variable`, `globalReference`, not 2/,
    'p.yaml:10:15',
    'ClusterPolicy.kyverno.io "p" is invalid: [<nil>: Invalid value: "": "spec.rules[0].context[0]" must validate one and only one schema (oneOf). Found none valid, spec.rules[0].context[0].configMap: Required value, <nil>: Invalid value: "": "spec.rules[0].context[1]" must validate one and only one schema (oneOf). Found 2 valid alternatives]',
    'document',
  ],
  [
    `  rules:${RULE.replace('any: [', 'all: [], any: [')}`,
    /`spec.rules\[0\].match` must not have both `any` and `all`/,
    'p.yaml:8:5',
    'ClusterPolicy.kyverno.io "p" is invalid: <nil>: Invalid value: "": "spec.rules[0].match" must not validate the schema (not)',
    'document',
  ],
  [
    '  webhookTimeoutSeconds: 1.5\n',
    /`spec.webhookTimeoutSeconds` must be a whole number/,
    'p.yaml:6:3',
    'ClusterPolicy.kyverno.io "p" is invalid: [spec.webhookTimeoutSeconds: Invalid value: "float64": spec.webhookTimeoutSeconds in body must be of type int32: "float64", <nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec.webhookTimeoutSeconds]',
    'document',
  ],
  [
    `  rules:${RULE.replace(/validate:.*/, 'validate: {deny: {conditions: x}}')}`,
    /`spec.rules\[0\].validate.deny.conditions` has the wrong form/,
    'p.yaml:9:23',
    'policy type not supported kyverno.io/v1, Kind=ClusterPolicy',
    'file',
  ],
];

for (const [spec, message, at, refusal, loses] of BROKEN) {
  test(`a broken policy is refused with ${String(message)}`, () => {
    const text = policy(spec);
    assert.throws(
      () => parsePolicies(text, 'p.yaml'),
      (error) => error instanceof InputError && message.test(error.message) && error.message.startsWith(`${at}: `),
      `expected ${at}`,
    );
    const [document] = readPolicyDocuments(text, 'p.yaml');
    assert.ok(document?.type === 'broken');
    assert.deepEqual([document.refusal, document.loses], [refusal, loses]);
  });
}

test('every mistake of a file is reported at once', () => {
  const text = `${policy('  backgroud: true\n')}---\n${policy('  rules: x\n')}`;
  assert.throws(
    () => parsePolicies(text, 'p.yaml'),
    (error) => error instanceof InputError && error.failures.length === 2,
  );
});

test('a document that is no YAML does not hide the others', () => {
  const text = `${policy('  rules: []\n')}---\na: {{ x }}\n---\n${policy('  rules: []\n')}`;
  assert.deepEqual(
    readPolicyDocuments(text, 'p').map((one) =>
      one.type === 'broken' ? [one.loses, one.source.place.line] : one.type,
    ),
    ['policy', ['document', 8], 'policy'],
  );
});

test('a repeated key is refused', () => {
  assert.throws(() => parsePolicies(policy('  background: true\n  background: false\n'), 'p'), /already set in map/);
});

test('a version or kind that does not exist is refused with the near one', () => {
  assert.throws(
    () => parsePolicies(policy('').replace('/v1', '/v3'), 'p'),
    /exists in kyverno.io\/v1, kyverno.io\/v2beta1/,
  );
  assert.throws(
    () => parsePolicies(policy('').replace('ClusterPolicy', 'ClusterPolice'), 'p'),
    /did you mean `ClusterPolicy`/,
  );
});

test('an object that is no policy is refused by name', () => {
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';
  assert.throws(() => parsePolicies(text, 'p.yaml'), /p.yaml:1:1: `ConfigMap` of `v1` is not a policy/);
});

test('kinds that are not built yet are given back and named', () => {
  const [read] = parsePolicies('apiVersion: policies.kyverno.io/v1\nkind: MutatingPolicy\nmetadata: {name: a}\n', 'p');
  assert.ok(read !== undefined);
  assert.equal(unsupportedKind(read), 'MutatingPolicy of policies.kyverno.io/v1');
  const [known] = parsePolicies(policy('  rules: []\n'), 'p');
  assert.equal(known && unsupportedKind(known), undefined);
});

const VALIDATING = `apiVersion: policies.kyverno.io/v1
kind: ValidatingPolicy
metadata: { name: a }
spec:
  matchConstraints:
    resourceRules: [{ apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods] }]
  validations:
  - expression: 'true'
`;

test('a ValidatingPolicy is held to its schema, with places and near names', () => {
  const [policy] = parsePolicies(VALIDATING, 'p.yaml');
  assert.equal(policy && unsupportedKind(policy), undefined);
  const refused = (from: string, to: string, words: RegExp) =>
    assert.throws(() => parsePolicies(VALIDATING.replace(from, to), 'p.yaml'), words);
  refused('expression:', 'expresion:', /p.yaml:8:5: unknown field .*expresion` \(did you mean `expression`/);
  refused('policies.kyverno.io/v1', 'policies.kyverno.io/v2', /exists in policies.kyverno.io\/v1, /);
  refused("'true'", 'true', /must be text, not true or false \(put quotes around the value/);
  refused('spec:\n', 'spec:\n  validationActions: [Deny, Deny]\n', /repeats "Deny"/);
  refused('spec:\n', 'spec:\n  failurePolicy: Fial\n', /did you mean `Fail`/);
});

test('the words of the real command name the group of the kind', () => {
  const [document] = readPolicyDocuments(VALIDATING.replace("'true'", '1'), 'p.yaml');
  assert.match(
    document?.type === 'broken' ? document.refusal : '',
    /^ValidatingPolicy.policies.kyverno.io "a" is invalid: spec.validations\[0\].expression: Invalid value: "integer"/,
  );
});

test('an expression that does not compile is told with its place', () => {
  const text = VALIDATING.replace("'true'", 'object.spec.x');
  assert.throws(
    () => readPolicies(text, 'p.yaml'),
    /p.yaml:8:17: `spec.validations\[0\].expression` of the policy does not compile, so Kyverno refuses it: output is expected to be of type bool/,
  );
});

test('exceptions are given back with their documents', () => {
  const text =
    'apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata: {name: a}\nspec: {match: {any: []}, exceptions: [{policyName: p, ruleNames: [r]}]}\n';
  assert.deepEqual(
    readPolicyDocuments(text, 'p').map((document) => document.type),
    ['exception'],
  );
  assert.throws(() => parsePolicies(text.replace('ruleNames', 'ruleName'), 'p'), /did you mean `ruleNames`/);
});

test('the policies of a list are read one by one', () => {
  const item = policy('  rules: []\n').replaceAll('\n', '\n  ');
  const text = `apiVersion: v1\nkind: List\nitems:\n- ${item.trimEnd()}\n`;
  assert.deepEqual(
    parsePolicies(text, 'p').map((one) => [one.name, one.place?.line]),
    [['p', 4]],
  );
});

const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      1.5,
      '',
      'Pod',
      '*',
      '{{ x }}',
      '{{request.operation}}',
      '$(./a)',
      'audit',
      '+(a)',
    ),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...['any', 'all', 'resources', 'kinds', 'names', 'selector', 'matchLabels', 'pattern', 'anyPattern', 'deny'],
        ...['conditions', 'key', 'operator', 'value', 'foreach', 'list', 'podSecurity', 'exclude', 'cel', 'message'],
        ...[
          'targets',
          'patchesJson6902',
          'context',
          'variable',
          'name',
          'attestors',
          'entries',
          'keys',
          '^(a)',
          '__proto__',
        ],
      ),
      tie('any'),
      { maxKeys: 4 },
    ),
  ),
})).any;

test('any policy is read and checked, or refused, without a crash', () => {
  const rule = fc.record(
    {
      name: fc.constantFrom('a', 'b'),
      match: value,
      exclude: value,
      context: fc.array(value, { maxLength: 2 }),
      preconditions: value,
      validate: value,
      mutate: value,
      generate: value,
      verifyImages: value,
    },
    { requiredKeys: ['name', 'match'] },
  );
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 2 }), fc.boolean(), (rules, background) => {
      const text = JSON.stringify({
        apiVersion: 'kyverno.io/v1',
        kind: 'ClusterPolicy',
        metadata: { name: 'p' },
        spec: { background, rules },
      });
      try {
        for (const one of parsePolicies(text, 'p')) checkPolicy(one, { mode: 'cli' });
      } catch (error) {
        assert.ok(error instanceof InputError, String(error));
      }
    }),
    { numRuns: 1000, interruptAfterTimeLimit: 1200 },
  );
});
