import { didYouMean, EvaluationError, InputError } from '../../model/failure.ts';
import type { ImageRecord, ImageSigner, ImageStatement } from '../../model/image.ts';
import { asObject, asString, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { nameOf } from '../../model/resource.ts';
import { imageInfo } from '../images/index.ts';
import { readKey } from './key.ts';

/** `apiVersion` of documents that say what a registry holds. */
export const IMAGE_DATA_VERSION = 'kyverdict/v1';

/** Is this an ImageData document, and not an object of a cluster? */
export function isImageData(object: JsonObject): boolean {
  return object['kind'] === 'ImageData' && object['apiVersion'] === IMAGE_DATA_VERSION;
}

const FIELDS = ['reference', 'digest', 'manifest', 'config', 'signatures', 'attestations'];
const SIGNER = ['key', 'certificate', 'issuer', 'subject', 'extensions', 'annotations', 'logged'];

/**
 * Reads an ImageData document: `spec.reference`, and what is known of `digest`, `manifest`, `config`, `signatures` and
 * `attestations`. A signature names its `key` or `certificate` (PEM), or the `issuer` and `subject` of a keyless one;
 * an attestation has `type` and `predicate` too. Throws `InputError` naming the document and the field.
 */
export function readImageRecord(document: JsonObject): ImageRecord {
  const problem = (path: string, text: string, hint?: string) =>
    new InputError({
      code: 'bad-image-data',
      message: `ImageData \`${nameOf(document)}\`: \`${path}\` ${text}`,
      ...(hint === undefined ? {} : { hint }),
    });
  const reader = createReader(problem);
  const spec = reader.map(document['spec'], 'spec', FIELDS);
  const reference = reader.text(spec['reference'], 'spec.reference');
  if (reference === undefined) throw problem('spec.reference', 'is missing', 'name the image, e.g. ghcr.io/org/app:v1');
  try {
    imageInfo(reference, { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true });
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw problem('spec.reference', 'is no image reference');
  }
  const digest = reader.text(spec['digest'], 'spec.digest');
  if (digest !== undefined && !/^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(digest)) {
    throw problem('spec.digest', 'is no digest', 'write it as sha256: and 64 hexadecimal digits');
  }
  const parts = {
    digest,
    manifest: reader.optionalMap(spec['manifest'], 'spec.manifest'),
    config: reader.optionalMap(spec['config'], 'spec.config'),
    signatures: reader.list(spec['signatures'], 'spec.signatures')?.map((item, i) => {
      const at = `spec.signatures[${i}]`;
      return readSigner(reader.map(item, at, SIGNER), at, reader, problem);
    }),
    attestations: reader.list(spec['attestations'], 'spec.attestations')?.map((item, i): ImageStatement => {
      const at = `spec.attestations[${i}]`;
      const statement = reader.map(item, at, [...SIGNER, 'type', 'predicate']);
      const type = reader.text(statement['type'], `${at}.type`);
      if (type === undefined) throw problem(`${at}.type`, 'is missing', 'name the predicate type');
      const predicate = reader.optionalMap(statement['predicate'], `${at}.predicate`) ?? {};
      return { ...readSigner(statement, at, reader, problem), type, predicate };
    }),
  };
  return { reference, ...Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) };
}

type Problem = (path: string, text: string, hint?: string) => InputError;
type Reader = ReturnType<typeof createReader>;

function readSigner(source: JsonObject, at: string, reader: Reader, problem: Problem): ImageSigner {
  const [key, certificate] = [pem('key'), pem('certificate')];
  const issuer = reader.text(source['issuer'], `${at}.issuer`);
  const subject = reader.text(source['subject'], `${at}.subject`);
  const identity = issuer !== undefined || subject !== undefined;
  if ([key !== undefined, certificate !== undefined, identity].filter(Boolean).length !== 1) {
    throw problem(at, 'does not say who signed', 'give one of `key`, `certificate`, and `issuer` with `subject`');
  }
  const { logged = true } = source;
  if (typeof logged !== 'boolean') throw problem(`${at}.logged`, 'must be true or false');
  const extensions = reader.texts(source['extensions'], `${at}.extensions`);
  return {
    ...(key === undefined ? {} : { key }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(identity ? { identity: { issuer: issuer ?? '', subject: subject ?? '', extensions } } : {}),
    annotations: reader.texts(source['annotations'], `${at}.annotations`),
    logged,
  };

  function pem(field: 'key' | 'certificate'): string | undefined {
    const text = reader.text(source[field], `${at}.${field}`);
    if (text === undefined) return undefined;
    try {
      readKey(text, '');
      return text;
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      throw problem(`${at}.${field}`, 'is no PEM', `paste the ${field}, from -----BEGIN to the last -----`);
    }
  }
}

function createReader(problem: Problem) {
  const optionalMap = (value: Json | undefined, path: string): JsonObject | undefined => {
    if (value === undefined) return undefined;
    const map = asObject(value);
    if (map === undefined) throw problem(path, 'must be an object');
    return map;
  };
  const text = (value: Json | undefined, path: string): string | undefined => {
    if (value === undefined) return undefined;
    const read = asString(value);
    if (read === undefined || read === '') throw problem(path, 'must be a text');
    return read;
  };
  return {
    optionalMap,
    text,
    map: (value: Json | undefined, path: string, known: readonly string[]): JsonObject => {
      if (!isObject(value)) throw problem(path, value === undefined ? 'is missing' : 'must be an object');
      const unknown = Object.keys(value).find((key) => !known.includes(key));
      if (unknown === undefined) return value;
      const meant = didYouMean(unknown, known);
      const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean \`${meant}\`?`;
      throw problem(`${path}.${unknown}`, 'is unknown', hint);
    },
    list: (value: Json | undefined, path: string): readonly Json[] | undefined => {
      if (value === undefined) return undefined;
      if (!isArray(value)) throw problem(path, 'must be a list');
      return value;
    },
    texts: (value: Json | undefined, path: string): Readonly<Record<string, string>> => {
      const entries = Object.entries(optionalMap(value, path) ?? {});
      return Object.fromEntries(entries.map(([key, item]) => [key, text(item, `${path}.${key}`) ?? '']));
    },
  };
}
