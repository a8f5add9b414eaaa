import { EvaluationError, InputError } from '../../model/failure.ts';
import type { ImageRecord, ImageStatement } from '../../model/image.ts';
import type { JsonObject } from '../../model/json.ts';
import { nameOf } from '../../model/resource.ts';
import { imageInfo } from '../images/index.ts';
import { createRecordReader, type Problem } from './record-reader.ts';
import { readSigner, SIGNER_FIELDS } from './signer-record.ts';

/** `apiVersion` of documents that say what a registry holds. */
export const IMAGE_DATA_VERSION = 'kyverdict/v1';

/** Is this an ImageData document, and not an object of a cluster? */
export function isImageData(object: JsonObject): boolean {
  return object['kind'] === 'ImageData' && object['apiVersion'] === IMAGE_DATA_VERSION;
}

const FIELDS = ['reference', 'digest', 'manifest', 'config', 'signatures', 'attestations'];
const DIGEST = /^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/;

/**
 * Reads an ImageData document: `spec.reference`, and what is known of `digest`, `manifest`, `config`, `signatures` and
 * `attestations`. A signature names its `key` or `certificate` (PEM), the `kms` key, or the `issuer` and `subject` of a
 * keyless one; an attestation has `type` and `predicate` too. Throws `InputError` naming the document and the field.
 */
export function readImageRecord(document: JsonObject): ImageRecord {
  const problem: Problem = (path, text, hint) =>
    new InputError({
      code: 'bad-image-data',
      message: `ImageData \`${nameOf(document)}\`: \`${path}\` ${text}`,
      ...(hint === undefined ? {} : { hint }),
    });
  const reader = createRecordReader(problem);
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
  if (digest !== undefined && !DIGEST.test(digest)) {
    throw problem('spec.digest', 'is no digest', 'write it as sha256: and 64 hexadecimal digits');
  }
  const parts = {
    digest,
    manifest: reader.optionalMap(spec['manifest'], 'spec.manifest'),
    config: reader.optionalMap(spec['config'], 'spec.config'),
    signatures: reader.list(spec['signatures'], 'spec.signatures')?.map((item, i) => {
      const at = `spec.signatures[${i}]`;
      return readSigner(reader.map(item, at, SIGNER_FIELDS), at, reader, false);
    }),
    attestations: reader.list(spec['attestations'], 'spec.attestations')?.map((item, i): ImageStatement => {
      const at = `spec.attestations[${i}]`;
      const statement = reader.map(item, at, [...SIGNER_FIELDS, 'type', 'predicate']);
      const type = reader.text(statement['type'], `${at}.type`);
      if (type === undefined) throw problem(`${at}.type`, 'is missing', 'name the predicate type');
      const predicate = reader.optionalMap(statement['predicate'], `${at}.predicate`) ?? {};
      return { ...readSigner(statement, at, reader, true), type, predicate };
    }),
  };
  return { reference, ...Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) };
}
