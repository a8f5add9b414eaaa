import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { compilePolicy, failureActionOf, needsNamespaceLabels, splitActions } from './index.ts';

function compiled(spec: JsonObject, validate: JsonObject) {
  const match = { any: [{ resources: { kinds: ['Pod'] } }] };
  const policy: Policy = {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    name: 'p',
    namespace: '',
    annotations: {},
    document: {},
    spec,
    rules: [
      { name: 'r', match, validate: { deny: {}, ...validate } },
      { name: 'm', match, mutate: {} },
    ],
  };
  return compilePolicy(policy);
}

const override = (action: string, more: JsonObject = {}): JsonObject => ({ action, ...more });
const LABELS = { team: 'a' };
const TEAM_A = { matchLabels: { team: 'a' } };

const CASES: readonly (readonly [
  title: string,
  spec: JsonObject,
  validate: JsonObject,
  before: 'Enforce' | 'Audit',
  after: 'Enforce' | 'Audit',
])[] = [
  ['nothing', {}, {}, 'Audit', 'Audit'],
  ['the policy`s action', { validationFailureAction: 'enforce' }, {}, 'Enforce', 'Enforce'],
  ['the rule`s own action', { validationFailureAction: 'Audit' }, { failureAction: 'Enforce' }, 'Enforce', 'Enforce'],
  [
    'an override of the policy against the rule`s action',
    { validationFailureActionOverrides: [override('Enforce', { namespaces: ['n*'] })] },
    { failureAction: 'Audit' },
    'Enforce',
    'Audit',
  ],
  [
    'an override of the rule',
    { validationFailureActionOverrides: [override('Enforce')] },
    { failureActionOverrides: [override('Audit', { namespaces: ['ns'] })], failureAction: 'Enforce' },
    'Audit',
    'Audit',
  ],
  [
    'namespaces that match and a selector that does not',
    {
      validationFailureActionOverrides: [
        override('Enforce', { namespaces: ['ns'], namespaceSelector: { matchLabels: { x: 'y' } } }),
      ],
    },
    {},
    'Enforce',
    'Audit',
  ],
  [
    'a selector alone',
    { validationFailureActionOverrides: [override('Enforce', { namespaceSelector: TEAM_A })] },
    {},
    'Enforce',
    'Enforce',
  ],
  [
    'a selector beside namespaces that do not match',
    { validationFailureActionOverrides: [override('Enforce', { namespaces: ['x'], namespaceSelector: TEAM_A })] },
    {},
    'Enforce',
    'Audit',
  ],
  [
    'the first of several overrides',
    {
      validationFailureActionOverrides: [
        override('Audit', { namespaces: ['x'] }),
        override('Enforce'),
        override('Audit'),
      ],
    },
    {},
    'Enforce',
    'Enforce',
  ],
];

for (const [title, spec, validate, before, after] of CASES) {
  test(`with ${title} the rule runs as ${before} and its failure counts as ${after}`, () => {
    const policy = compiled(spec, validate);
    assert.deepEqual(splitActions(policy, 'ns', LABELS), [before, undefined]);
    assert.equal(failureActionOf(policy, 'r', 'Pod', 'ns', LABELS), after);
    assert.equal(failureActionOf(policy, 'autogen-r', 'Job', 'ns', LABELS), after);
  });
}

test('for cluster-wide requests only overrides without conditions apply before evaluation', () => {
  const conditional = compiled({ validationFailureActionOverrides: [override('Enforce', { namespaces: ['*'] })] }, {});
  assert.deepEqual(splitActions(conditional, '', undefined), ['Audit', undefined]);
  const always = compiled({ validationFailureActionOverrides: [override('Enforce')] }, {});
  assert.deepEqual(splitActions(always, '', undefined), ['Enforce', undefined]);
});

test('a failure of a rule that cannot be found takes the first action that a rule declares', () => {
  assert.equal(failureActionOf(compiled({}, { failureAction: 'Enforce' }), 'unknown', 'Pod', 'ns', {}), 'Enforce');
});

test('namespace labels are needed for selectors in matches and rule overrides only', () => {
  const selector = { namespaceSelector: TEAM_A };
  assert.equal(needsNamespaceLabels(compiled({}, {})), false);
  assert.equal(
    needsNamespaceLabels(compiled({ validationFailureActionOverrides: [override('Audit', selector)] }, {})),
    false,
  );
  assert.equal(needsNamespaceLabels(compiled({}, { failureActionOverrides: [override('Audit', selector)] })), true);
});
