import { REGISTRY_CREDENTIALS } from './context-shapes.ts';
import { CONDITIONS_V1, FREE_CONDITIONS } from './match-shapes.ts';
import {
  ANY,
  always,
  anyPrintedAs,
  BOOLEAN,
  given,
  list,
  object,
  oneOf,
  type Shape,
  STRING,
  STRING_MAP,
  STRINGS,
} from './shape.ts';

const CTLOG = object({ ignoreSCT: BOOLEAN, pubkey: STRING, tsaCertChain: STRING });
const REKOR = object({ url: always(STRING), pubkey: STRING, ignoreTlog: BOOLEAN });
const SHA256: Shape = { type: 'string', default: 'sha256' };

const KEYS = object({
  publicKeys: STRING,
  signatureAlgorithm: SHA256,
  kms: STRING,
  secret: given(object({ name: always(STRING), namespace: always(STRING) }, { required: ['name', 'namespace'] })),
  rekor: given(REKOR),
  ctlog: given(CTLOG),
});

const KEYLESS = object({
  rekor: given(REKOR),
  ctlog: given(CTLOG),
  issuer: STRING,
  issuerRegExp: STRING,
  subject: STRING,
  subjectRegExp: STRING,
  roots: STRING,
  additionalExtensions: STRING_MAP,
});

/** An attestor set. */
export const ATTESTOR_SET = object({
  count: given({ type: 'integer', minimum: 1 }),
  entries: list(
    object({
      keys: given(KEYS),
      certificates: given(object({ cert: STRING, certChain: STRING, rekor: given(REKOR), ctlog: given(CTLOG) })),
      keyless: given(KEYLESS),
      attestor: given(ANY),
      annotations: STRING_MAP,
      repository: STRING,
      signatureAlgorithm: SHA256,
    }),
  ),
});

const TRUE: Shape = { type: 'boolean', default: true };

const ATTESTATION = object({
  name: STRING,
  predicateType: always(STRING),
  type: always(STRING),
  attestors: always(list(ATTESTOR_SET)),
  conditions: list(CONDITIONS_V1),
});

const DENY = object({ conditions: given(anyPrintedAs(() => FREE_CONDITIONS)) });

function verification(old: Readonly<Record<string, Shape>>): Shape {
  return object({
    failureAction: given(oneOf('Audit', 'Enforce')),
    type: oneOf('Cosign', 'SigstoreBundle', 'Notary'),
    ...pick(old, 'image'),
    imageReferences: STRINGS,
    skipImageReferences: STRINGS,
    ...pick(old, 'key', 'roots', 'subject', 'issuer', 'additionalExtensions'),
    attestors: list(ATTESTOR_SET),
    attestations: list(ATTESTATION),
    ...pick(old, 'annotations'),
    repository: STRING,
    ...pick(old, 'cosignOCI11'),
    mutateDigest: always(TRUE),
    verifyDigest: always(TRUE),
    validate: always(object({ message: STRING, deny: given(DENY) })),
    required: always(TRUE),
    imageRegistryCredentials: given(REGISTRY_CREDENTIALS),
    useCache: always(TRUE),
  });
}

function pick(from: Readonly<Record<string, Shape>>, ...names: readonly string[]): Record<string, Shape> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}

/** `verifyImages[]` of `v1`. */
export const IMAGE_VERIFICATION_V1 = verification({
  image: STRING,
  key: STRING,
  roots: STRING,
  subject: STRING,
  issuer: STRING,
  additionalExtensions: STRING_MAP,
  annotations: STRING_MAP,
  cosignOCI11: BOOLEAN,
});

/** `verifyImages[]` of `v2beta1`. */
export const IMAGE_VERIFICATION_V2 = verification({});

/** `imageExtractors`. */
export const IMAGE_EXTRACTORS: Shape = {
  type: 'map',
  of: list(
    object(
      { path: always(STRING), value: STRING, name: STRING, key: STRING, jmesPath: STRING },
      { required: ['path'] },
    ),
  ),
};
