import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model/json.ts';
import { compileMatch, compileSelector, containsKind, type MatchSubject, NO_USER, parseKindSelector } from './index.ts';

const KINDS: readonly (readonly [entry: string, group: string, version: string, kind: string, sub: string])[] = [
  ['*', '*', '*', '*', ''],
  ['*/*', '*', '*', '*', '*'],
  ['*.*', '*', '*', '*', '*'],
  ['Pod', '*', '*', 'Pod', ''],
  ['v1/Pod', '*', 'v1', 'Pod', ''],
  ['*/Pod', '*', '*', 'Pod', ''],
  ['*/exec', '*', '*', '*', 'exec'],
  ['batch/*/CronJob', 'batch', '*', 'CronJob', ''],
  ['Pod.status', '*', '*', 'Pod', 'status'],
  ['Pod/status', '*', '*', 'Pod', 'status'],
  ['v1/Pod.status', '*', 'v1', 'Pod', 'status'],
  ['*/Deployment/scale', '*', '*', 'Deployment', 'scale'],
  ['apps/v1/Deployment.scale', 'apps', 'v1', 'Deployment', 'scale'],
  ['apps/v1/Deployment/scale', 'apps', 'v1', 'Deployment', 'scale'],
  ['Pod/*', '*', '*', 'Pod', '*'],
  ['apps/Deployment', '*', '*', 'apps', 'Deployment'],
  ['v10/Pod', '*', '*', 'v10', 'Pod'],
  ['v1beta1/X', '*', 'v1beta1', 'X', ''],
  ['a/b/c/d/e', '', '', '', ''],
];

for (const [entry, group, version, kind, subresource] of KINDS) {
  test(`the kind ${entry} is read as ${[group, version, kind, subresource].join(' ')}`, () => {
    assert.deepEqual(parseKindSelector(entry), { group, version, kind, subresource });
  });
}

test('a list names a kind in every spelling', () => {
  for (const entry of ['Pod', 'v1/Pod', '*/Pod', 'Pod/exec', 'Pod.status', 'v1/Pod/status', 'x/v1/Pod/y']) {
    assert.ok(containsKind(['Service', entry], 'Pod'), entry);
  }
  for (const entry of ['Pods', 'pod', 'apps/Pod', '*', '*/*', 'P*']) assert.ok(!containsKind([entry], 'Pod'), entry);
});

const LABELS = { app: 'web', 'x/y': 'z' };
const SELECTORS: readonly (readonly [selector: JsonObject, matches: boolean | RegExp])[] = [
  [{}, true],
  [{ matchLabels: { app: 'web' } }, true],
  [{ matchLabels: { app: 'db' } }, false],
  [{ matchLabels: { 'a*': 'w?b' } }, true],
  [{ matchLabels: { 'a*': 'z' } }, false],
  [{ matchLabels: { '*': '*' } }, true],
  [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] }, true],
  [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
  [{ matchExpressions: [{ key: 'no', operator: 'NotIn', values: ['web'] }] }, true],
  [{ matchExpressions: [{ key: 'no', operator: 'Exists' }] }, false],
  [{ matchExpressions: [{ key: 'no', operator: 'DoesNotExist' }] }, true],
  [{ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
  [{ matchExpressions: [{ key: 'app', operator: 'In', values: [] }] }, /values set can't be empty/],
  [{ matchExpressions: [{ key: 'app', operator: 'Exists', values: ['a'] }] }, /must be empty/],
  [{ matchExpressions: [{ key: 'app', operator: 'Is' }] }, /not a valid label selector operator/],
  [{ matchLabels: { 'a b': 'x' } }, /key: Invalid value/],
  [{ matchLabels: { app: '-' } }, /Invalid value: "-"/],
];

for (const [selector, expected] of SELECTORS) {
  test(`the selector ${JSON.stringify(selector)} ${expected === true ? 'matches' : expected === false ? 'does not match' : 'is refused'}`, () => {
    const result = compileSelector(selector)(LABELS);
    if (typeof expected === 'boolean') assert.equal(result, expected);
    else assert.match(String(result), expected);
  });
}

test('the pair that a wildcard stands for must be a label that Kubernetes allows', () => {
  assert.match(String(compileSelector({ matchLabels: { app: '*' } })({ app: '<b>' })), /Invalid value: "<b>"/);
});

test('without wildcards a selector with them is refused', () => {
  assert.equal(typeof compileSelector({ matchLabels: { app: 'w*' } }, false)(LABELS), 'string');
});

const POD: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', namespace: 'prod', labels: LABELS, annotations: { 'a.b/c': 'v1' } },
};
const SUBJECT: MatchSubject = {
  object: POD,
  gvk: { group: '', version: 'v1', kind: 'Pod' },
  subresource: '',
  operation: 'CREATE',
  user: {
    username: 'system:serviceaccount:ns:sa',
    groups: ['devs'],
    roles: ['ns:r'],
    clusterRoles: ['view'],
    unknown: false,
  },
  namespaceLabels: () => ({ team: 'a' }),
};
const of = (resources: JsonObject, more: JsonObject = {}): JsonObject => ({ resources, ...more });

const RULES: readonly (readonly [
  title: string,
  rule: JsonObject,
  reasons: readonly string[],
  subject?: Partial<MatchSubject>,
])[] = [
  ['a kind', { match: { any: [of({ kinds: ['Pod'] })] } }, []],
  ['another kind', { match: of({ kinds: ['Job', 'Service'] }) }, ['kind does not match [Job Service]']],
  ['any of several', { match: { any: [of({ kinds: ['Job'] }), of({ kinds: ['Pod'] })] } }, []],
  ['none of several', { match: { any: [of({ kinds: ['Job'] })] } }, ['no resource matched']],
  [
    'all of several',
    { match: { all: [of({ kinds: ['Pod'], name: 'db' }), of({ namespaces: ['dev'], annotations: { x: '*' } })] } },
    ['name does not match', 'namespace does not match', 'annotations does not match'],
  ],
  ['nothing at all', { match: {} }, ['match cannot be empty']],
  ['names', { match: of({ kinds: ['Pod'], names: ['db', 'w?b-*'] }) }, []],
  ['no names', { match: of({ kinds: ['Pod'], names: ['db'] }) }, ['none of the names match']],
  ['annotations by wildcard', { match: of({ kinds: ['Pod'], annotations: { 'a.*': 'v?' } }) }, []],
  ['another operation', { match: of({ kinds: ['Job'], operations: ['UPDATE'] }) }, ['operation does not match']],
  [
    'a selector',
    { match: of({ kinds: ['Pod'], selector: { matchLabels: { app: 'db' } } }) },
    ['selector does not match'],
  ],
  [
    'a namespace selector',
    { match: of({ kinds: ['Pod'], namespaceSelector: { matchLabels: { team: 'b' } } }) },
    ['namespace selector does not match labels'],
  ],
  ['the user', { match: of({ kinds: ['Pod'] }, { subjects: [{ kind: 'Group', name: 'd*' }], roles: ['ns:r'] }) }, []],
  [
    'another user',
    { match: of({ kinds: ['Pod'] }, { subjects: [{ kind: 'User', name: 'x' }], clusterRoles: ['admin'] }) },
    [
      'user info does not match clustersRoles for the given conditionBlock',
      'user info does not match subject for the given conditionBlock',
    ],
  ],
  [
    'a service account',
    { match: of({ kinds: ['Pod'] }, { subjects: [{ kind: 'ServiceAccount', name: 's*', namespace: 'ns' }] }) },
    [],
  ],
  ['an unknown user', { match: of({ kinds: ['Pod'] }, { roles: ['x'] }) }, [], { user: NO_USER }],
  ['only an unknown user', { match: { roles: ['x'] } }, ['match cannot be empty'], { user: NO_USER }],
  [
    'an excluded object',
    { match: of({ kinds: ['Pod'] }), exclude: { any: [of({ namespaces: ['dev'] }), of({ namespaces: ['pr*'] })] } },
    ['resource excluded since one of the criteria excluded it'],
  ],
  [
    'half an exclusion',
    { match: of({ kinds: ['Pod'] }), exclude: { all: [of({ names: ['w*'] }), of({ names: ['x'] })] } },
    [],
  ],
  [
    'a whole exclusion',
    { match: of({ kinds: ['Pod'] }), exclude: { all: [of({ names: ['w*'] }), of({ names: ['*'] })] } },
    ['resource excluded since the combination of all criteria exclude it'],
  ],
  ['an empty exclusion', { match: of({ kinds: ['Pod'] }), exclude: { any: [{}] } }, []],
  [
    'everybody excluded, for an unknown user',
    { match: of({ kinds: ['Pod'] }), exclude: { subjects: [{ kind: 'User', name: '*' }] } },
    ['resource excluded since one of the criteria excluded it'],
    { user: NO_USER },
  ],
  [
    'groups excluded, for an unknown user',
    { match: of({ kinds: ['Pod'] }), exclude: { subjects: [{ kind: 'Group', name: '*' }] } },
    [],
    { user: NO_USER },
  ],
  ['a subresource', { match: of({ kinds: ['Pod'] }) }, ['kind does not match [Pod]'], { subresource: 'exec' }],
  ['ephemeral containers of a Pod', { match: of({ kinds: ['Pod'] }) }, [], { subresource: 'ephemeralcontainers' }],
  [
    'a namespace selector on a Namespace',
    { match: of({ kinds: ['*'], namespaceSelector: {} }) },
    ['namespace selector is not applicable for namespace resource'],
    { object: { kind: 'Namespace', metadata: { name: 'x' } } },
  ],
  [
    'a Namespace by its name',
    { match: of({ namespaces: ['x'] }) },
    [],
    { object: { kind: 'Namespace', metadata: { name: 'x' } } },
  ],
  [
    'a generated name',
    { match: of({ name: 'gen-*' }) },
    [],
    { object: { kind: 'Pod', metadata: { generateName: 'gen-' } } },
  ],
  [
    'labels of which one is no text',
    { match: of({ selector: { matchLabels: { a: '*' } } }) },
    ['selector does not match'],
    { object: { kind: 'Pod', metadata: { labels: { a: 'x', b: 1n } } } },
  ],
];

for (const [title, rule, reasons, change] of RULES) {
  test(`a rule for ${title} gives ${reasons.length === 0 ? 'no reason against it' : reasons.join(' and ')}`, () => {
    const text = reasons.map((reason, i) => `\n ${i + 1}. ${reason}`).join('');
    const expected = reasons.length === 0 ? undefined : `rule r not matched:${text}`;
    const compiled = compileMatch({ name: 'r', ...rule }, '');
    assert.equal(compiled.reason({ ...SUBJECT, ...change }), expected);
    assert.equal(compiled.matches({ ...SUBJECT, ...change }), expected === undefined);
  });
}

test('a namespaced policy is for its own namespace', () => {
  const rule = { name: 'r', match: of({ kinds: ['Pod'] }) };
  assert.equal(compileMatch(rule, 'prod').matches(SUBJECT), true);
  assert.equal(compileMatch(rule, 'dev').matches(SUBJECT), false);
  assert.equal(compileMatch(rule, 'dev').reason(SUBJECT), 'policy and resource namespaces mismatch');
});

test('labels of the namespace are asked for only where a selector needs them', () => {
  const subject = { ...SUBJECT, namespaceLabels: () => assert.fail('nobody asked') };
  const withSelector = compileMatch({ name: 'r', match: of({ kinds: ['Pod'], namespaceSelector: {} }) }, '');
  assert.equal(withSelector.matches(SUBJECT), true);
  assert.throws(() => withSelector.matches(subject), /nobody asked/);
  assert.equal(compileMatch({ name: 'r', match: of({ kinds: ['Pod'] }) }, '').matches(subject), true);
});
