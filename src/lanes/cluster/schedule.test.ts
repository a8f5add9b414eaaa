import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../model/json.ts';
import type { Premise } from '../../model/lane.ts';
import type { Policy } from '../../model/policy.ts';
import { parsePolicies } from '../../policy/index.ts';
import { createKeys, type PlannedRequest, schedule } from './schedule.ts';

function policy(name: string): readonly Policy[] {
  return parsePolicies(
    `apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: ${name}}
spec: {rules: [{name: r, match: {any: [{resources: {kinds: [Pod]}}]}, validate: {message: m, deny: {}}}]}`,
    'policy.yaml',
  );
}

function object(name: string): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } };
}

function premise(policies: string, objects = ''): Premise {
  const names = (text: string) => text.split(' ').filter((name) => name !== '');
  return { policies: names(policies).flatMap(policy), objects: names(objects).map(object) };
}

function planned(given: Premise, name: string): PlannedRequest {
  return { premise: given, request: { operation: 'CREATE', object: object(name) } };
}

/** The premises in their order, as texts, with their numbers of requests. */
function order(requests: readonly PlannedRequest[]): readonly string[] {
  return schedule(requests, createKeys()).map(({ premise: { policies, objects }, requests: asked }) => {
    const names = [
      ...policies.map(({ name }) => name),
      ...objects.map(({ metadata }) => (metadata as JsonObject)['name']),
    ];
    return `${names.join(' ')}: ${asked.size}`;
  });
}

test('requests of equal premises stand together, each request once', () => {
  const requests = [planned(premise('a'), 'x'), planned(premise('b'), 'x'), planned(premise('a'), 'y')];
  assert.deepEqual(order([...requests, planned(premise('a'), 'x')]), ['a: 2', 'b: 1']);
});

test('an id does not make two requests of one', () => {
  const one = planned(premise('a'), 'x');
  assert.deepEqual(order([one, { ...one, request: { ...one.request, id: '2' } }]), ['a: 1']);
});

test('each next premise is the one that needs the fewest changes, a change of a policy more than one of an object', () => {
  const premises = [premise('a'), premise('b', 'x'), premise('a', 'x y z'), premise('b'), premise('a b')];
  const ordered = order(premises.map((one) => planned(one, 'p')));
  assert.deepEqual(ordered, ['a: 1', 'a x y z: 1', 'a b: 1', 'b: 1', 'b x: 1']);
});

test('nothing planned is nothing to do', () => {
  assert.deepEqual(order([]), []);
});

test('keys are equal for equal contents, and tell policies from objects and one order from another', () => {
  const keys = createKeys();
  assert.equal(keys.premise(premise('a b', 'x')), keys.premise(premise('a b', 'x')));
  const others = [premise('b a', 'x'), premise('a b'), premise('a b', 'y'), premise('a', 'x')].map(keys.premise);
  assert.equal(new Set([keys.premise(premise('a b', 'x')), ...others]).size, 5);
});
