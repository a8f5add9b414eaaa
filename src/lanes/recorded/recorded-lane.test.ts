import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LaneAnswer, Premise } from '../../model/lane.ts';
import { parsePolicies } from '../../policy/index.ts';
import { CLUSTER, observedExchange } from '../../testing/observed.ts';
import { ownExchanges } from '../../testing/own-exchanges.ts';
import type { PlannedRequest } from '../cluster/schedule.ts';
import { makeRecording } from './make-recording.ts';
import { createRecordedLane } from './recorded-lane.ts';

const own = await ownExchanges();
const map = own.find(({ name }) => name === 'config-map-context#1');
assert.ok(map);
const exchange = map;
const observed = observedExchange(exchange);
const suite = { cluster: CLUSTER, recordings: new Map([['a.json', makeRecording([observed])]]) };

async function ask(change: Partial<PlannedRequest>): Promise<LaneAnswer> {
  const planned: PlannedRequest = { ...observed, ...change };
  return createRecordedLane(suite, [planned]).ask(planned.premise, planned.request);
}

const { policies, objects } = exchange.premise;
const withPolicies = (changed: Premise['policies']): Partial<PlannedRequest> => ({
  premise: { policies: changed, objects },
});
const withObjects = (changed: Premise['objects']): Partial<PlannedRequest> => ({
  premise: { policies, objects: changed },
});
const other = parsePolicies(
  'apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: { name: other }\nspec: { rules: [{ name: r, match: { any: [{ resources: { kinds: [Pod] } }] }, validate: { message: m, pattern: { kind: Pod } } }] }\n',
  'other.yaml',
);
const edited = policies.map((policy) => ({ ...policy, document: { ...policy.document, edited: true } }));
const teams = objects.map((object) => (object['kind'] === 'ConfigMap' ? { ...object, data: { teams: '[]' } } : object));

const MISFITS: readonly [what: string, change: Partial<PlannedRequest>, text: string][] = [
  ['a policy that was edited', withPolicies(edited), 'policy teams was changed'],
  ['a policy more', withPolicies([...policies, ...other]), 'policy other is new'],
  ['another policy', withPolicies(other), 'policy other is new, policy teams is gone'],
  ['an object that was edited', withObjects(teams), 'ConfigMap shapes/teams was changed'],
  ['an object less', withObjects(objects.slice(1)), 'Namespace shapes is gone'],
  [
    'another request',
    { request: { operation: 'CREATE', object: { kind: 'Pod' } } },
    'the request of this scenario was changed or is new',
  ],
  [
    'another scenario',
    { scenario: 'a new one', request: { operation: 'CREATE', object: { kind: 'Pod' } } },
    'it has nothing of this scenario',
  ],
];

test('what was recorded is answered, in whatever order the objects are', async () => {
  for (const change of [{}, withObjects([...objects].reverse())]) {
    assert.deepEqual((await ask(change)).denied, exchange.answer?.denied);
  }
});

for (const [what, change, text] of MISFITS) {
  test(`a recording that does not fit has no answer and names what changed: ${what}`, async () => {
    const { allowed, error } = await ask(change);
    assert.equal(allowed, null);
    assert.equal(error, `the recording does not fit any more: ${text}; record again with --record`);
  });
}

test('answers that no scenario asks for any more are named', () => {
  const lane = createRecordedLane(suite, []);
  assert.deepEqual(lane.unasked, ['a.json: config-map-context#1: CREATE Pod shapes/a']);
});
