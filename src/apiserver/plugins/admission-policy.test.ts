import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotSupportedError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { createApiServer } from '../index.ts';

const HEAD = { apiVersion: 'admissionregistration.k8s.io/v1' };
const POLICY = { ...HEAD, kind: 'MutatingAdmissionPolicy', metadata: { name: 'p' }, spec: {} };
const BINDING = {
  ...HEAD,
  kind: 'MutatingAdmissionPolicyBinding',
  metadata: { name: 'b' },
  spec: { policyName: 'p' },
};
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } };

function mutate(objects: readonly JsonObject[]): boolean {
  const clock = { now: () => 0 };
  const server = createApiServer({ objects, settings: {}, clock, random: { next: () => 0 } });
  const decoded = server.decode({ operation: 'CREATE', object: CONFIG_MAP });
  assert.ok(decoded.ok);
  return server.mutate(decoded.request).ok;
}

test('a bound mutating admission policy stops requests by its name, one without a binding does nothing', () => {
  assert.throws(
    () => mutate([POLICY, BINDING]),
    (error) => error instanceof NotSupportedError && error.feature === 'MutatingAdmissionPolicy p',
  );
  assert.equal(mutate([POLICY]), true);
  assert.equal(mutate([BINDING]), true);
});
