import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientRequest } from '../../model/admission.ts';
import { refused, reply } from '../../testing/fake-cluster.ts';
import { answerOf, noAnswer } from './answer.ts';
import { ClusterTroubleError, type TroubleKind } from './trouble.ts';

const CREATE: ClientRequest = { id: 'one', operation: 'CREATE' };
const EXEC: ClientRequest = { operation: 'CONNECT', resource: 'pods', subresource: 'exec', name: 'web' };
const NOTHING = { denied: [], rules: [], warnings: [] };

test('an allowed request has the object that would be stored, without the bookkeeping of its fields', () => {
  const stored = { kind: 'Pod', metadata: { name: 'web', managedFields: [{ manager: 'x' }] } };
  const object = { kind: 'Pod', metadata: { name: 'web' } };
  const wanted = {
    ...NOTHING,
    id: 'one',
    lane: 'cluster',
    allowed: true,
    code: 201,
    message: '',
    object,
    judged: object,
  };
  assert.deepEqual(answerOf(CREATE, reply(201, stored)), wanted);
});

test('a success that is a Status has no object', () => {
  const answer = answerOf({ operation: 'DELETE' }, reply(200, { kind: 'Status', status: 'Success' }));
  assert.deepEqual([answer.allowed, 'object' in answer], [true, false]);
});

test('a refusal of the API server has its text, code and reason, and denies by no rule', () => {
  const body = { kind: 'Status', message: 'pods "web" already exists', reason: 'AlreadyExists' };
  const message = 'pods "web" already exists';
  const wanted = {
    ...NOTHING,
    id: 'one',
    lane: 'cluster',
    allowed: false,
    code: 409,
    message,
    reason: 'AlreadyExists',
  };
  assert.deepEqual(answerOf(CREATE, reply(409, body)), wanted);
});

test('warnings stand beside an allowed and a denied request', () => {
  const warnings = ['299 - "careful"'];
  for (const status of [201, 400]) assert.deepEqual(answerOf(CREATE, reply(status, {}, warnings)).warnings, warnings);
});

const FORBIDDEN = 'pods is forbidden: User "eve" cannot create resource "pods"';

test('a user without rights is refused, which is an answer', () => {
  const answer = answerOf(CREATE, refused(403, FORBIDDEN));
  assert.deepEqual([answer.allowed, answer.code, answer.message], [false, 403, FORBIDDEN]);
});

const TROUBLE: readonly (readonly [TroubleKind, number, string])[] = [
  [
    'server',
    500,
    'Internal error occurred: failed calling webhook "validate.kyverno.svc-fail": failed to call webhook',
  ],
  ['server', 500, 'etcdserver: request timed out'],
  ['server', 503, 'apiserver is shutting down'],
  ['server', 504, 'Timeout: request did not complete within requested timeout'],
  ['server', 429, 'too many requests'],
  ['rights', 401, 'Unauthorized'],
  ['rights', 403, 'users "dana" is forbidden: User "ci" cannot impersonate resource "users" in API group ""'],
];

for (const [kind, status, message] of TROUBLE) {
  test(`no answer but trouble (${kind}): ${status} ${message.slice(0, 60)}`, () => {
    assert.throws(
      () => answerOf(CREATE, refused(status, message)),
      (error) => {
        assert.ok(error instanceof ClusterTroubleError);
        assert.equal(error.kind, kind);
        assert.ok(error.message.includes(message));
        return true;
      },
    );
  });
}

test('an exec that got as far as the node is allowed, one that a policy denies is not', () => {
  for (const [status, message] of [
    [500, 'pod web does not have a host assigned'],
    [400, 'Upgrade request required'],
    [400, 'container c is not valid for pod web'],
    [400, 'a container name must be specified for pod web, choose one of: [a b]'],
  ] as const) {
    const answer = answerOf(EXEC, refused(status, message));
    assert.deepEqual([answer.allowed, answer.code, answer.message], [true, 200, '']);
  }
  const text =
    'admission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource PodExecOptions/a/ was blocked due to the following policies \n\np:\n  r: container not found\n';
  const answer = answerOf(EXEC, refused(400, text));
  assert.deepEqual(answer.denied, [{ policy: 'p', rule: 'r', message: 'container not found' }]);
  assert.equal(answer.allowed, false);
});

test('a cluster that gave no answer neither allows nor denies', () => {
  const wanted = { ...NOTHING, id: 'one', lane: 'cluster', allowed: null, code: 0, message: '', error: 'gone (look)' };
  assert.deepEqual(noAnswer(CREATE, new ClusterTroubleError('server', 'gone', 'look')), wanted);
});
