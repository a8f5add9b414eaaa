import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Environment } from '../../model/environment.ts';
import { NotSupportedError } from '../../model/failure.ts';
import { asArray, asObject, asString, getPath, type Json, type JsonObject, parseJson } from '../../model/json.ts';
import type { RuleResponse } from '../../model/response.ts';
import { ENV, policyOf, requestOf } from '../../testing/evaluation.ts';
import {
  compilePolicy,
  createImageRecords,
  evaluatePolicy,
  isEmptyOutcome,
  verifyPolicyImages,
  withOutcomes,
} from '../index.ts';
import { IMAGE_DATA_VERSION } from './record.ts';

/**
 * What the real engine answered about images in a registry of ours: `images` (what it holds), `rule`, `pod` (its
 * images) or `object`, then `verified` (the answers of the webhook that verifies), `validated` (those of the one that
 * validates afterwards), `annotations` and `pinned` (the object's images) where they changed. `crash`: it panicked.
 * `unconfirmed` says why nothing real could be asked: there the answers follow the source.
 */
const FILES = ['signatures', 'attestations', 'formats', 'unconfirmed'] as const;
const PEMS = asObject(parseJson(readFileSync(new URL('cases/pems.json', import.meta.url), 'utf8'), 'int')) ?? {};
const NOW = Date.parse('2026-11-30T00:00:00Z');

function rowsOf(file: string): readonly JsonObject[] {
  const text = readFileSync(new URL(`cases/${file}.jsonl`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => asObject(parseJson(filledIn(line), 'int')) ?? {});
}

/** Keys and certificates stand in the rows by name. */
function filledIn(line: string): string {
  return line
    .replaceAll(/BASE64\((\w+:\w+)\)/g, (_, name: string) => Buffer.from(asString(PEMS[name]) ?? '').toString('base64'))
    .replaceAll(/\$\((\w+:\w+)\)/g, (_, name: string) => JSON.stringify(PEMS[name]).slice(1, -1));
}

/** The digest of a signature is not in image data, and texts of Go's ASN.1 reader are not copied. */
function normal(message: string): string {
  return message
    .replaceAll(/(with digest )sha256:[0-9a-f]{64}/g, '$1(unknown)')
    .replace(/(no signature is associated with "[^"]*nref@)sha256:[0-9a-f]{64}/, '$1(unknown)')
    .replace(/asn1: structure error: .*$/s, 'PEM decoding failed');
}

function shown(rules: readonly RuleResponse[]): readonly Json[] {
  return rules.map(({ type, status, message, warns }) => ({
    ...(type === 'ImageVerify' ? {} : { type }),
    status,
    message: normal(message),
    ...(warns === true ? { warns } : {}),
  }));
}

const podOf = (images: readonly Json[]): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: images.map((image, i) => ({ name: `c${i}`, image })) },
});

function environmentOf(row: JsonObject): Environment {
  const documents = (asArray(row['images']) ?? []).map(
    (spec): JsonObject => ({ apiVersion: IMAGE_DATA_VERSION, kind: 'ImageData', metadata: { name: 'image' }, spec }),
  );
  const records = createImageRecords(documents);
  const objects = asArray(row['objects'])?.map((object) => asObject(object) ?? {});
  const found = (namespace: string, name: string) =>
    objects?.find(
      (one) => getPath(one, 'metadata', 'name') === name && getPath(one, 'metadata', 'namespace') === namespace,
    );
  return {
    ...ENV,
    clock: { now: () => NOW },
    data: { imageRecord: records.record },
    exceptions: row['exception'] === undefined ? [] : [asObject(row['exception']) ?? {}],
    ...(objects === undefined
      ? {}
      : {
          objects: {
            isNamespaced: () => ({ ok: true, value: true }),
            list: () => ({ ok: true, value: [] }),
            get: (_apiVersion, _kind, namespace, name) => {
              const value = found(namespace, name);
              return value === undefined ? { ok: false, error: `secrets "${name}" not found` } : { ok: true, value };
            },
          },
        }),
  };
}

function ask(row: JsonObject) {
  const match = { any: [{ resources: { kinds: ['*'] } }] };
  const policy = compilePolicy(policyOf([{ name: 'r', match, ...asObject(row['rule']) }], asObject(row['spec']) ?? {}));
  const env = environmentOf(row);
  const before = asObject(row['oldObject']) ?? null;
  const request = (object: JsonObject | null) =>
    requestOf(
      { object, oldObject: before, operation: before === null ? 'CREATE' : 'UPDATE', namespace: 'default' },
      { mode: row['cache'] === true ? 'admission' : 'cli' },
    );
  const object = asObject(row['object']) ?? podOf(asArray(row['pod']) ?? []);
  const { rules, outcomes, object: pinned } = verifyPolicyImages(policy, request(object), env);
  const after = pinned === null || isEmptyOutcome(outcomes) ? pinned : withOutcomes(pinned, outcomes);
  return { rules, after, validated: evaluatePolicy(policy, request(after), env).rules };
}

function imagesOf(object: JsonObject | null): readonly string[] {
  return [...JSON.stringify(object?.['spec'] ?? null).matchAll(/"image":"([^"]*)"/g)].map(([, image = '']) => image);
}

const inOrder = (list: Json | undefined): readonly Json[] =>
  [...(asArray(list) ?? [])].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
const expected = (list: Json | undefined): readonly Json[] =>
  inOrder(
    (asArray(list) ?? []).map((answer): Json => {
      const one = asObject(answer) ?? {};
      return { ...one, message: normal(asString(one['message']) ?? '') };
    }),
  );

for (const file of FILES) {
  const word = file === 'unconfirmed' ? 'the source says' : 'the real engine does';
  test(`images are verified as ${word}: ${file}`, () => {
    const rows = rowsOf(file);
    assert.ok(rows.length > 20);
    for (const row of rows) {
      const about = String(row['about']);
      if (row['notSupported'] !== undefined) {
        assert.throws(
          () => ask(row),
          (error) => error instanceof NotSupportedError && error.message === row['notSupported'],
          about,
        );
        continue;
      }
      const { rules, after, validated } = ask(row);
      if (row['crash'] === true) {
        assert.match(rules[0]?.message ?? '', /^Kyverno crashes here/, about);
        assert.equal(rules[0]?.status, 'error', about);
        continue;
      }
      assert.deepEqual(inOrder(shown(rules)), expected(row['verified']), about);
      assert.deepEqual(inOrder(shown(validated)), expected(row['validated']), about);
      if (row['annotations'] !== undefined) {
        assert.deepEqual(getPath(after, 'metadata', 'annotations'), row['annotations'], about);
      }
      if (row['pinned'] !== undefined) assert.deepEqual(imagesOf(after), row['pinned'], about);
    }
  });
}
