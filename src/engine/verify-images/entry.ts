import { asArray, asObject, asString, type Json, type JsonObject } from '../../model/json.ts';

/** Who must have signed: keys, certificates or an identity; or a nested set. */
export interface Attestor {
  readonly keys: JsonObject | undefined;
  readonly certificates: JsonObject | undefined;
  readonly keyless: JsonObject | undefined;
  readonly nested: AttestorSet | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
  readonly repository: string;
  /** Of certificates; keys have their own. */
  readonly signatureAlgorithm: string;
}

/** Attestors of which `required` must have signed. */
export interface AttestorSet {
  readonly count: number;
  readonly entries: readonly Attestor[];
}

/** A statement about the image that must be there. */
export interface Attestation {
  readonly name: string;
  /** `type`, or its old name `predicateType`. */
  readonly type: string;
  readonly attestors: readonly AttestorSet[];
  /** Not filled in: conditions see the predicate. */
  readonly conditions: readonly Json[];
}

/** An entry of `verifyImages`, old fields translated. */
export interface ImageEntry {
  readonly references: readonly string[];
  readonly skipReferences: readonly string[];
  readonly type: string;
  readonly attestors: readonly AttestorSet[];
  readonly attestations: readonly Attestation[];
  readonly annotations: Readonly<Record<string, string>> | undefined;
  readonly repository: string;
  readonly mutateDigest: boolean;
  readonly verifyDigest: boolean;
  readonly required: boolean;
  readonly useCache: boolean;
  readonly hasCredentials: boolean;
  readonly validate: { readonly message: string; readonly deny: JsonObject | undefined } | undefined;
}

/**
 * Reads an entry of `verifyImages`. What must hold is demanded unless the policy says no, as the schema's defaults have it.
 * Upstream: `api/kyverno/v1/image_verification_types.go` with `Convert`.
 */
export function readImageEntry(source: JsonObject): ImageEntry {
  const old = oldAttestors(source);
  const attestations = lists(source['attestations']).map(readAttestation);
  const image = text(source['image']);
  const validate = asObject(source['validate']);
  return {
    references: [...texts(source['imageReferences']), ...(image === '' ? [] : [image])],
    skipReferences: texts(source['skipImageReferences']),
    type: text(source['type']),
    // With attestations, upstream loses the old attestors of both.
    attestors: [...lists(source['attestors']).map(readAttestorSet), ...(attestations.length > 0 ? [] : old)],
    attestations,
    annotations: stringMap(source['annotations']),
    repository: text(source['repository']),
    mutateDigest: source['mutateDigest'] !== false,
    verifyDigest: source['verifyDigest'] !== false,
    required: source['required'] !== false,
    useCache: source['useCache'] !== false,
    hasCredentials: asObject(source['imageRegistryCredentials']) !== undefined,
    validate:
      validate === undefined || Object.keys(validate).length === 0
        ? undefined
        : { message: text(validate['message']), deny: asObject(validate['deny']) },
  };
}

/** `key`, `issuer` and `subject` of old policies. */
function oldAttestors(source: JsonObject): readonly AttestorSet[] {
  const [key, issuer, image] = [text(source['key']), text(source['issuer']), text(source['image'])];
  const annotations = stringMap(source['annotations']);
  if (key === '' && issuer === '' && (image === '' || Object.keys(annotations ?? {}).length === 0)) return [];
  const keys = key === '' ? undefined : { publicKeys: key };
  const { subject = '', roots = '' } = source;
  const keyless = key !== '' || issuer === '' ? undefined : { issuer, subject, roots };
  const entry = {
    keys,
    certificates: undefined,
    keyless,
    nested: undefined,
    annotations,
    repository: '',
    signatureAlgorithm: '',
  };
  return [{ count: 0, entries: [entry] }];
}

/** Reads a set of attestors; several keys in one text become an entry each. Upstream: `ExpandStaticKeys`. */
export function readAttestorSet(source: JsonObject): AttestorSet {
  return { count: Number(source['count'] ?? 0), entries: lists(source['entries']).flatMap(readAttestor) };
}

/** How many attestors of a set must have signed. Upstream: `AttestorSet.RequiredCount`. */
export function requiredCount({ count, entries }: AttestorSet): number {
  return count === 0 ? entries.length : count;
}

const END = '-----END PUBLIC KEY-----';

function readAttestor(source: JsonObject): readonly Attestor[] {
  const nested = asObject(source['attestor']);
  const keys = asObject(source['keys']);
  const attestor: Attestor = {
    keys,
    certificates: asObject(source['certificates']),
    keyless: asObject(source['keyless']),
    nested: nested === undefined ? undefined : readAttestorSet(nested),
    annotations: stringMap(source['annotations']),
    repository: text(source['repository']),
    signatureAlgorithm: text(source['signatureAlgorithm']),
  };
  const pems = text(keys?.['publicKeys']).split(END).slice(0, -1);
  return pems.length > 1
    ? pems.map((pem) => ({ ...attestor, keys: { ...keys, publicKeys: `${pem}${END}` } }))
    : [attestor];
}

function readAttestation(source: JsonObject): Attestation {
  return {
    name: text(source['name']),
    type: text(source['type']) || text(source['predicateType']),
    attestors: lists(source['attestors']).map(readAttestorSet),
    conditions: asArray(source['conditions']) ?? [],
  };
}

function lists(value: Json | undefined): readonly JsonObject[] {
  return (asArray(value) ?? []).map((item) => asObject(item) ?? {});
}

function text(value: Json | undefined): string {
  return asString(value) ?? '';
}

function texts(value: Json | undefined): readonly string[] {
  return (asArray(value) ?? []).flatMap((item) => asString(item) ?? []);
}

function stringMap(value: Json | undefined): Readonly<Record<string, string>> | undefined {
  const map = asObject(value);
  if (map === undefined) return undefined;
  return Object.fromEntries(Object.entries(map).map(([key, item]) => [key, asString(item) ?? '']));
}
