import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { NotSupportedError } from '../../model/failure.ts';
import { asArray, asObject, type Json, type JsonObject, parseJson } from '../../model/json.ts';
import { answers, policyOf, requestOf } from '../../testing/evaluation.ts';

/** What the real rule handler answered: `about`, `object`, `manifests`, `status`, `message`. */
const MEASURED = readFileSync(new URL('manifests.measured.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => asObject(parseJson(line, 'int')) ?? {});

const rowAbout = (about: string): JsonObject => MEASURED.find((row) => row['about'] === about) ?? {};

function answersTo(object: Json | undefined, manifests: Json | undefined, mode: 'cli' | 'admission' = 'cli') {
  const match = { any: [{ resources: { kinds: ['*'] } }] };
  const policy = policyOf([{ match, validate: { manifests: manifests ?? {} } }]);
  return answers(policy, requestOf({ object: asObject(object) ?? {} }, { mode }));
}

/** The first attestor of a row's rule. */
function attestorOf({ manifests }: JsonObject): JsonObject {
  const set = asObject(asArray(asObject(manifests)?.['attestors'])?.[0]);
  return asObject(asArray(set?.['entries'])?.[0]) ?? {};
}

test('signed manifests are judged as the real engine judges them', () => {
  assert.ok(MEASURED.length >= 110);
  for (const { about, object, manifests, status, message } of MEASURED) {
    assert.deepEqual(answersTo(object, manifests), [`${String(status)}: ${String(message)}`], String(about));
  }
});

test('what cannot be judged offline is named, and never answers', () => {
  const { object, manifests } = rowAbout('a changed number');
  const signed = asObject(rowAbout('a signature made with p256')['object']) ?? {};
  const metadata = asObject(signed['metadata']) ?? {};
  const annotated = (key: string) => ({
    ...signed,
    metadata: {
      ...metadata,
      annotations: { ...asObject(metadata['annotations']), [`cosign.sigstore.dev/${key}`]: 'x' },
    },
  });
  const of = (entry: JsonObject, more: JsonObject = {}) => ({ attestors: [{ entries: [entry] }], ...more });
  const key = attestorOf(rowAbout('a signature made with p256'));
  const cases: readonly (readonly [RegExp, Json | undefined, Json])[] = [
    [/public keys from k8s:\/\/ns\/name/, signed, of({ keys: { publicKeys: 'k8s://ns/name' } })],
    [/public keys from awskms:\/\/x/, signed, of({ keys: { publicKeys: 'awskms://x' } })],
    [/OpenPGP keys/, signed, of({ keys: { publicKeys: '-----BEGIN PGP PUBLIC KEY BLOCK-----\n' } })],
    [/the signed manifest in the image ghcr.io\/x/, signed, of(key, { repository: 'ghcr.io/x' })],
    [/the signed manifest in the image x/, annotated('resourceBundleRef'), of(key)],
    [/certificate or bundle .*Rekor/, annotated('bundle'), of(key)],
    [/certificate or bundle .*Rekor/, annotated('certificate'), of(key)],
    [/a dry run in the cluster/, object, { ...asObject(manifests), dryRun: { enable: true } }],
  ];
  for (const [said, one, rule] of cases) {
    assert.throws(
      () => answersTo(one, rule, 'admission'),
      (error) => error instanceof NotSupportedError && said.test(error.message),
      String(said),
    );
  }
});

test('a dry run of a request lets everything through', () => {
  const { object, manifests } = rowAbout('a changed number');
  const policy = policyOf([
    { match: { any: [{ resources: { kinds: ['*'] } }] }, validate: { manifests: manifests ?? {} } },
  ]);
  const request = requestOf({ object: asObject(object) ?? {}, dryRun: true });
  assert.deepEqual(answers(policy, request), ['pass: allowed because of DryRun request']);
});
