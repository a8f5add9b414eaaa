import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientRequest } from '../../model/admission.ts';
import { getPath, type JsonObject } from '../../model/json.ts';
import { createApiServer } from './api-server.ts';

function create(object: JsonObject, more: Partial<ClientRequest> = {}) {
  const server = createApiServer({ objects: [], settings: {}, clock: { now: () => 0 }, random: { next: () => 0.5 } });
  const decoded = server.decode({ operation: 'CREATE', object, ...more });
  assert.ok(decoded.ok, decoded.ok ? '' : decoded.status.message);
  return { seen: decoded.request.admission.object, answer: server.validate(decoded.request) };
}

function messageOf({ answer }: ReturnType<typeof create>): string {
  return answer.ok ? '' : answer.status.message;
}

const TEMPLATE = { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } };

test('validation sees the empty labels that webhooks are not shown', () => {
  const template = { metadata: { labels: {} }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const spec = { selector: { matchLabels: { a: 'b' } }, template };
  const result = create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec });
  assert.equal(getPath(result.seen ?? {}, 'spec', 'template', 'metadata', 'labels'), undefined);
  assert.match(messageOf(result), /spec\.template\.metadata\.labels: Invalid value: \{\}: `selector` does not match/);
});

test('empty scaling policies are refused, not replaced by the default ones', () => {
  const spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
    maxReplicas: 2n,
    behavior: { scaleUp: { policies: [] } },
  };
  const scaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'h' }, spec };
  assert.match(messageOf(create(scaler)), /spec\.behavior\.scaleUp\.policies: Required value/);
});

test('an empty overhead is an overhead without a runtime class', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { ...TEMPLATE.spec, overhead: {} } };
  assert.match(messageOf(create(pod)), /Pod Overhead set without corresponding RuntimeClass defined Overhead/);
});

test('a pod condition of a failure policy is for the status True', () => {
  const podFailurePolicy = { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] };
  const spec = { template: TEMPLATE, podFailurePolicy };
  assert.equal(messageOf(create({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec })), '');
});

test('only a dry run takes a node port outside the range', () => {
  const spec = { type: 'NodePort', selector: { a: 'b' }, ports: [{ port: 80n, nodePort: 5n }] };
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec };
  assert.equal(messageOf(create(service, { dryRun: true })), '');
  assert.match(
    messageOf(create(service)),
    /spec\.ports\[0\]\.nodePort: Invalid value: 5: provided port is not in the valid range/,
  );
});
