import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../model/json.ts';
import { answers, deny, passed, policyOf } from '../testing/evaluation.ts';

const RULES: readonly (readonly [title: string, rule: JsonObject, answer: readonly string[]])[] = [
  ['a pattern that matches', { validate: { pattern: { data: { x: 'y' } } } }, [passed('r0')]],
  [
    'a pattern that does not',
    { validate: { message: 'is {{ request.object.data.x }}', pattern: { data: { x: 'z' } } } },
    ['fail: validation error: is y. rule r0 failed at path /data/x/'],
  ],
  [
    'a pattern without a message',
    { validate: { pattern: { data: { x: 'z' } } } },
    ['fail: validation error: rule r0 failed at path /data/x/'],
  ],
  [
    'a message that cannot be filled in',
    { validate: { message: '{{ nope }}', pattern: { data: { x: 'z' } } } },
    [
      "fail: validation error: variables substitution error in rule r0 execution error: resource value 'y' does not match 'z' at path /data/x/",
    ],
  ],
  [
    'a pattern that cannot be filled in',
    { validate: { pattern: { data: { x: '{{ nope }}' } } } },
    [
      'error: variable substitution failed: failed to resolve nope at path /data/x: JMESPath query failed: Unknown key "nope" in path',
    ],
  ],
  [
    'an anchor that does not apply',
    { validate: { pattern: { '(kind)': 'Pod' } } },
    ["skip: conditional anchor mismatch: resource value 'ConfigMap' does not match 'Pod' at path /kind/"],
  ],
  [
    'an anchor that is never found beside a failure',
    { validate: { message: 'm', pattern: { data: { x: 'z' }, '^(nope)': [{ a: 'b' }] } } },
    ["error: validation error: m. rule r0 execution error: resource value 'y' does not match 'z' at path /data/x/"],
  ],
  [
    'several patterns of which none matches',
    { validate: { message: 'm', anyPattern: [{ data: { x: 'a' } }, { '(kind)': 'Pod' }, { data: { n: 1n } }] } },
    ['fail: validation error: m. rule r0[0] failed at path /data/x/ rule r0[2] failed at path /data/n/'],
  ],
  [
    'several patterns of which one matches',
    { validate: { anyPattern: [{ data: { x: 'a' } }, { data: { x: 'y' } }] } },
    ["pass: validation rule 'r0' anyPattern[1] passed."],
  ],
  [
    'several patterns of which none applies',
    { validate: { anyPattern: [{ '(kind)': 'Pod' }] } },
    [
      "skip: rule r0[0] skipped: conditional anchor mismatch: resource value 'ConfigMap' does not match 'Pod' at path /kind/",
    ],
  ],
  ['no patterns at all', { validate: { message: 'raw {{ x }}', anyPattern: [] } }, ['pass: raw {{ x }}']],
  ['a denial', deny('{{ request.object.data.x }}', 'y'), ['fail: no']],
  ['no denial', deny('{{ request.object.data.x }}', 'z'), [passed('r0')]],
  ['a denial without conditions', { validate: { deny: {} } }, ['fail: validation error: rule r0 failed']],
  [
    'the messages of conditions',
    {
      validate: {
        message: 'no',
        deny: {
          conditions: {
            any: [
              { key: 1n, operator: 'Equals', value: 2n, message: 'false one' },
              { key: 1n, operator: 'Equals', value: 1n, message: 'x is {{ request.object.data.x }}' },
            ],
            all: [{ key: 'a', operator: 'Equals', value: 'a', message: 'and a' }],
          },
        },
      },
    },
    ['fail: no; x is y; and a'],
  ],
  [
    'a message that is no text',
    { validate: { message: '{{ request.object.data.n }}', deny: {} } },
    ["fail: the produced message didn't resolve to a string, check your policy definition."],
  ],
  [
    'a condition that cannot be filled in',
    deny('{{ request.object.data.q }}', 'y'),
    [
      'error: failed to check deny conditions: failed to substitute variables in condition key: failed to resolve request.object.data.q at path : JMESPath query failed: Unknown key "q" in path',
    ],
  ],
  [
    'an unknown operator',
    deny('a', 'b', 'Is'),
    ['error: failed to check deny conditions: failed to create handler for condition operator: %!w(<nil>)'],
  ],
  [
    'preconditions that do not hold',
    {
      preconditions: { all: [{ key: 'a', operator: 'Equals', value: 'b', message: 'raw {{ x }}' }] },
      validate: { pattern: {} },
    },
    ['skip: preconditions not met; raw {{ x }}'],
  ],
  [
    'old preconditions that do not hold',
    { preconditions: [{ key: 'a', operator: 'NotEquals', value: 'a' }], validate: { pattern: {} } },
    ['skip: preconditions not met'],
  ],
  [
    'preconditions that cannot be filled in',
    { preconditions: { any: [{ key: '{{ nope }}', operator: 'Equals', value: 'b' }] }, validate: { pattern: {} } },
    [
      'error: failed to evaluate preconditions: failed to substitute variables in condition key: failed to resolve nope at path : JMESPath query failed: Unknown key "nope" in path',
    ],
  ],
  [
    'a list all of whose elements pass',
    {
      validate: {
        foreach: [{ list: 'request.object.data.list', ...(deny('{{ element }}', 3n)['validate'] as JsonObject) }],
      },
    },
    ['pass: rule passed'],
  ],
  [
    'a list with an element that fails',
    {
      validate: {
        message: 'bad',
        foreach: [
          {
            list: 'request.object.data.list',
            deny: {
              conditions: {
                any: [{ key: '{{ element }}', operator: 'Equals', value: 2n, message: '#{{ elementIndex }}' }],
              },
            },
          },
        ],
      },
    },
    ['fail: validation failure: bad; #1'],
  ],
  [
    'loops in loops',
    {
      validate: {
        message: 'bad',
        foreach: [{ list: '[{a: [`1`]}]', foreach: [{ list: 'element.a', deny: { conditions: { all: [] } } }] }],
      },
    },
    ['fail: validation failure: validation failure: bad'],
  ],
  ['a list that is not there', { validate: { foreach: [{ list: 'request.object.data.q', deny: {} }] } }, []],
  ['a list of nothing', { validate: { foreach: [{ list: 'request.object.data.list[5]', deny: {} }] } }, []],
  [
    'a list that is no query',
    { validate: { foreach: [{ list: 'a ||', deny: {} }] } },
    ['error: failed to evaluate list: incorrect query a ||: SyntaxError: Incomplete expression'],
  ],
  [
    'an element whose preconditions cannot be filled in',
    {
      validate: {
        foreach: [
          {
            list: 'request.object.data.list',
            preconditions: { all: [{ key: '{{ element.a.b.c || element2 }}', operator: 'Equals', value: 1n }] },
            deny: {},
          },
        ],
      },
    },
    [],
  ],
  [
    'an element that should narrow the object but is no map',
    { validate: { foreach: [{ list: 'request.object.data.list', elementScope: true, pattern: {} }] } },
    [
      'error: failed to process foreach: cannot use elementScope=true foreach rules for elements that are not maps, expected type=map got type=float64',
    ],
  ],
  [
    'a pattern on map elements',
    { validate: { foreach: [{ list: '[{a: `1`}]', pattern: { a: 1n } }] } },
    ['pass: rule passed'],
  ],
  [
    'a pattern beside other elements',
    { validate: { foreach: [{ list: "['s']", pattern: { data: { x: 'y' } } }] } },
    ['pass: rule passed'],
  ],
  [
    'a context entry that is broken but not used',
    { context: [{ name: 'c', variable: { value: '{{ nope }}' } }], validate: { pattern: { data: { x: 'y' } } } },
    [passed('r0')],
  ],
  ['only an assert', { validate: { assert: { a: 1n } } }, []],
  ['another kind', { match: { any: [{ resources: { kinds: ['Pod'] } }] }, validate: { deny: {} } }, []],
];

for (const [title, rule, expected] of RULES) {
  test(`a rule with ${title} says ${expected.length === 0 ? 'nothing' : expected.join()}`, () => {
    assert.deepEqual(answers(policyOf([rule])), expected);
  });
}
