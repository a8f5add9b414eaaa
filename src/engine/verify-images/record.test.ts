import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InputError } from '../../model/failure.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { IMAGE_DATA_VERSION, readImageRecord } from './record.ts';

function read(spec: JsonObject) {
  return readImageRecord({ apiVersion: IMAGE_DATA_VERSION, kind: 'ImageData', metadata: { name: 'app' }, spec });
}

const reference = 'ghcr.io/org/app:v1';

const WRONG: readonly (readonly [spec: JsonObject, message: RegExp])[] = [
  [{}, /`spec.reference` is missing/],
  [{ reference: 'UPPER CASE' }, /`spec.reference` is no image reference/],
  [{ reference, digest: 'sha256:12' }, /`spec.digest` is no digest/],
  [{ reference, signatures: [{ key: 'no key' }] }, /`spec.signatures\[0\]/],
  [{ reference, attestations: [{ issuer: 'i', subject: 's' }] }, /`spec.attestations\[0\].type` is missing/],
  [{ reference, digset: 'sha256:12' }, /digset/],
];

for (const [spec, message] of WRONG) {
  test(`what is said of an image is refused: ${message.source}`, () => {
    assert.throws(
      () => read(spec),
      (error) => error instanceof InputError && message.test(error.message),
    );
  });
}

test('what is not said stays unknown, and an empty list says that there is nothing', () => {
  const record = read({ reference, signatures: [] });
  assert.deepEqual(record.signatures, []);
  assert.equal(record.attestations, undefined);
  assert.equal(record.digest, undefined);
});

test('any data is read or refused with an error of ours', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('reference', 'digest', 'signatures', 'x'), fc.jsonValue()), (spec) => {
      try {
        read({ reference, ...(spec as Readonly<Record<string, Json>>) });
      } catch (error) {
        assert.ok(error instanceof InputError);
      }
    }),
    { numRuns: 200 },
  );
});
