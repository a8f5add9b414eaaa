import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../model/json.ts';
import { fieldErrorsText, validateCreate, validateUpdate } from '../index.ts';

const GVK = { group: '', version: 'v1', kind: 'Service' };
const PORT = { name: 'a', port: 80n, targetPort: 80n, protocol: 'TCP' };

function service(spec: JsonObject): JsonObject {
  const defaults = {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    selector: { a: 'b' },
  };
  return { metadata: { name: 's', namespace: 'd' }, spec: { ...defaults, ports: [PORT], ...spec } };
}

function created(spec: JsonObject, dryRun = true): string {
  return fieldErrorsText(validateCreate(GVK, service(spec), { dryRun }));
}

function nodePort(...ports: readonly bigint[]): JsonObject {
  const list = ports.map((nodePort, i) => ({ ...PORT, name: `p${i}`, port: 80n + BigInt(i), nodePort }));
  return { type: 'NodePort', externalTrafficPolicy: 'Cluster', ports: list };
}

test('an address of the range is allocated', () => {
  assert.equal(created({ clusterIP: '10.96.3.4' }), '[]');
  assert.equal(created({}), '[]');
  assert.equal(created({ clusterIP: 'None' }), '[]');
});

test('an address out of the range is refused before anything else is judged', () => {
  const start = 'spec.clusterIPs: Invalid value: ["10.97.0.1"]: failed to allocate IP 10.97.0.1: ';
  const spec = { clusterIP: '10.97.0.1', externalIPs: ['x'] };
  const range = 'The range of valid IPs is 10.96.0.0/16';
  assert.equal(created(spec), `${start}the provided IP (10.97.0.1) is not in the valid range. ${range}`);
  assert.equal(created(spec, false), `${start}the provided network does not match the current range`);
});

test('the cluster has IPv4 alone', () => {
  assert.match(created({ clusterIP: 'fd00::1' }), /IPv6 is not configured on this cluster$/);
  assert.match(created({ ipFamilies: ['IPv6'] }), /^spec\.ipFamilies\[0\]: .*: not configured on this cluster$/);
  assert.match(
    created({ ipFamilyPolicy: 'RequireDualStack' }),
    /this cluster is not configured for dual-stack services$/,
  );
  assert.equal(created({ ipFamilyPolicy: 'PreferDualStack' }), '[]');
});

test('node ports are held to their range, except in a dry run', () => {
  assert.equal(created(nodePort(5n)), '[]');
  assert.equal(
    created(nodePort(5n), false),
    'spec.ports[0].nodePort: Invalid value: 5: provided port is not in the valid range. The range of valid ports is 30000-32767',
  );
  assert.equal(
    created(nodePort(30100n, 30100n)),
    'spec.ports[1].nodePort: Invalid value: 30100: provided port is already allocated',
  );
});

test('an update keeps the address that it does not name, and may not change it', () => {
  const old = service({
    clusterIP: '10.96.3.4',
    clusterIPs: ['10.96.3.4'],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
  });
  assert.equal(fieldErrorsText(validateUpdate(GVK, service({}), old)), '[]');
  assert.equal(
    fieldErrorsText(validateUpdate(GVK, service({ clusterIP: '10.96.9.9' }), old)),
    'spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set',
  );
  const external = service({ type: 'ExternalName', externalName: 'a.b', clusterIP: '10.96.3.4' });
  assert.equal(fieldErrorsText(validateUpdate(GVK, external, old)), '[]');
});
