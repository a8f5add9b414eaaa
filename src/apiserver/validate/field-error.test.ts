import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  duplicate,
  type FieldError,
  fieldErrorsText,
  fieldErrorText,
  forbidden,
  internal,
  invalid,
  invalidMessage,
  notFound,
  notSupported,
  required,
  tooLong,
  tooMany,
} from './field-error.ts';
import { root } from './field-path.ts';

const AT = root('spec', 'ports').index(1).child('hostPort');

test('every type of error has its words', () => {
  const texts: readonly (readonly [FieldError, string])[] = [
    [required(AT), 'spec.ports[1].hostPort: Required value'],
    [required(AT, 'say one'), 'spec.ports[1].hostPort: Required value: say one'],
    [invalid(AT, 30000n, 'too high'), 'spec.ports[1].hostPort: Invalid value: 30000: too high'],
    [invalid(AT, 'a"b<c', 'odd'), 'spec.ports[1].hostPort: Invalid value: "a\\"b<c": odd'],
    [invalid(AT, { a: ['<'], b: 1n }, 'odd'), 'spec.ports[1].hostPort: Invalid value: {"a":["\\u003c"],"b":1}: odd'],
    [invalid(AT, null, 'nothing'), 'spec.ports[1].hostPort: Invalid value: null: nothing'],
    [
      notSupported(AT, 'X', ['TCP', 'UDP']),
      'spec.ports[1].hostPort: Unsupported value: "X": supported values: "TCP", "UDP"',
    ],
    [duplicate(AT, 'a'), 'spec.ports[1].hostPort: Duplicate value: "a"'],
    [forbidden(AT, 'not here'), 'spec.ports[1].hostPort: Forbidden: not here'],
    [notFound(AT, 'vol'), 'spec.ports[1].hostPort: Not found: "vol"'],
    [tooLong(AT, 63), 'spec.ports[1].hostPort: Too long: may not be more than 63 bytes'],
    [tooMany(AT, 9, 8), 'spec.ports[1].hostPort: Too many: 9: must have at most 8 items'],
    [internal(AT, 'broken'), 'spec.ports[1].hostPort: Internal error: broken'],
  ];
  for (const [error, text] of texts) assert.equal(fieldErrorText(error), text);
});

test('errors that read the same are said once, several of them in brackets', () => {
  const [one, two] = [required(root('a')), required(root('b'))];
  assert.equal(fieldErrorsText([]), '[]');
  assert.equal(fieldErrorsText([one, one]), 'a: Required value');
  assert.equal(fieldErrorsText([one, two, one]), '[a: Required value, b: Required value]');
});

test('the message names the kind with its group', () => {
  const errors = [required(root('a'))];
  assert.equal(invalidMessage('', 'Pod', 'x', errors), 'Pod "x" is invalid: a: Required value');
  assert.equal(invalidMessage('apps', 'Deployment', 'x', errors), 'Deployment.apps "x" is invalid: a: Required value');
});

test('a path shows map keys in brackets, and a field without a name too', () => {
  assert.equal(root('spec').child('limits').key('cpu').toString(), 'spec.limits[cpu]');
  assert.equal(root('').toString(), '[]');
});
