import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../model/json.ts';
import { decodeObject } from './decode.ts';
import { canonicalTime } from './go-time.ts';

function decoded(type: string, object: JsonObject): JsonObject {
  const result = decodeObject(type, object);
  assert.ok(result.ok, result.ok ? '' : result.error);
  return result.object;
}

function errorOf(type: string, object: JsonObject): string {
  const result = decodeObject(type, object);
  return result.ok ? '' : result.error;
}

test('zero values disappear unless the field is a pointer or always written', () => {
  const spec = decoded('V1PodSpec', {
    hostNetwork: false,
    hostUsers: false,
    nodeName: '',
    tolerations: [],
    containers: [],
  });
  assert.deepEqual(spec, { hostUsers: false, containers: [] });
  assert.deepEqual(decoded('V1ContainerPort', { hostPort: 0n }), { containerPort: 0n });
});

test('structs by value are written when nothing was given', () => {
  assert.deepEqual(decoded('V1Container', { name: 'c' }), { name: 'c', resources: {} });
});

test('null counts as not given, in lists and maps as zero', () => {
  const meta = decoded('V1ObjectMeta', { name: null, labels: { a: null }, finalizers: [null] });
  assert.deepEqual(meta, { labels: { a: '' }, finalizers: [''] });
});

test('unknown fields are dropped and named with their place', () => {
  const result = decodeObject('V1Pod', { foo: 1n, spec: { containers: [{ name: 'c', bar: {} }] } });
  assert.ok(result.ok);
  assert.deepEqual(result.strict, ['unknown field "foo"', 'unknown field "spec.containers[0].bar"']);
});

test('quantities and times keep or take the form that Go writes', () => {
  assert.deepEqual(decoded('V1EmptyDirVolumeSource', { sizeLimit: 0.5 }), { sizeLimit: '500m' });
  assert.deepEqual(decoded('V1ObjectMeta', { deletionTimestamp: '2024-01-02T03:04:05.6+01:00' }), {
    deletionTimestamp: '2024-01-02T02:04:05Z',
  });
});

const ERRORS: readonly (readonly [type: string, object: JsonObject, error: string])[] = [
  [
    'V1PodSpec',
    { hostNetwork: 'true' },
    'json: cannot unmarshal string into Go struct field PodSpec.hostNetwork of type bool',
  ],
  [
    'V1PodSpec',
    { priority: 1.5 },
    'json: cannot unmarshal number 1.5 into Go struct field PodSpec.priority of type int32',
  ],
  [
    'V1ObjectMeta',
    { labels: { a: 1n } },
    'json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string',
  ],
  ['V1Secret', { data: { a: '?' } }, 'illegal base64 data at input byte 0'],
  ['V1Secret', { data: { a: 'abc' } }, 'illegal base64 data at input byte 0'],
  ['V1ResourceRequirements', { limits: { cpu: '1im' } }, "unable to parse quantity's suffix"],
  [
    'V1PodSpec',
    { containers: {} },
    'json: cannot unmarshal object into Go struct field PodSpec.containers of type []v1.Container',
  ],
];

for (const [type, object, error] of ERRORS) {
  test(`${type} refuses ${Object.keys(object)[0]}: ${error.slice(0, 60)}`, () =>
    assert.equal(errorOf(type, object), error));
}

test('times that are none are refused in the words of Go', () => {
  assert.deepEqual(canonicalTime('2024-13-02T03:04:05Z', false), {
    error: 'parsing time "2024-13-02T03:04:05Z": month out of range',
  });
  assert.deepEqual(canonicalTime('yesterday', false), {
    error: 'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
  });
  assert.deepEqual(canonicalTime('2024-02-29T03:04:05Z', false), { text: '2024-02-29T03:04:05Z' });
});

test('decoding never throws and decoding twice changes nothing', () => {
  const json = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.string(),
      fc.bigInt({ min: -5n, max: 70000n }),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom('name', 'image', 'ports', 'env', 'resources', 'limits', 'cpu', 'securityContext', 'x'),
        tie('value'),
        {
          maxKeys: 4,
        },
      ),
    ),
  })).value;
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('containers', 'volumes', 'hostNetwork', 'nodeSelector', 'affinity'), json),
      (spec) => {
        const first = decodeObject('V1PodSpec', spec);
        if (!first.ok) return;
        assert.deepEqual(decoded('V1PodSpec', first.object), first.object);
      },
    ),
    { numRuns: 300 },
  );
});

const GO_WORDS: readonly [type: string, object: JsonObject, error: string][] = [
  ['V1Pod', { spec: { dnsPolicy: true } }, 'bool into Go struct field PodSpec.spec.dnsPolicy of type v1.DNSPolicy'],
  ['V1Pod', { metadata: { uid: 1n } }, 'number into Go struct field ObjectMeta.metadata.uid of type types.UID'],
  [
    'V1Pod',
    { spec: { volumes: [{ name: 'v', emptyDir: { medium: 1n } }] } },
    'number into Go struct field EmptyDirVolumeSource.spec.volumes.VolumeSource.emptyDir.medium of type v1.StorageMedium',
  ],
  [
    'V1Ingress',
    { spec: { rules: [{ http: 'x' }] } },
    'string into Go struct field IngressRule.spec.rules.IngressRuleValue.http of type v1.HTTPIngressRuleValue',
  ],
  [
    'V1Service',
    { spec: { ipFamilies: 'x' } },
    'string into Go struct field ServiceSpec.spec.ipFamilies of type []v1.IPFamily',
  ],
  [
    'V1Service',
    { spec: { ports: [{ port: 80 }] } },
    'number 80.0 into Go struct field ServicePort.spec.ports.port of type int32',
  ],
];

for (const [type, object, error] of GO_WORDS) {
  test(`a mismatch is told as Go tells it: ${error}`, () => {
    assert.deepEqual(decodeObject(type, object), { ok: false, error: `json: cannot unmarshal ${error}` });
  });
}
