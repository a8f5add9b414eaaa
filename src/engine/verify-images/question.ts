import type { Lookup } from '../../model/environment.ts';
import { NotSupportedError } from '../../model/failure.ts';
import type { ImageRecord } from '../../model/image.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ImageEntry } from './entry.ts';

/** What is looked up about one image. */
export interface ImageQuestion {
  /** The image's full name. */
  readonly image: string;
  readonly entry: ImageEntry;
  /** The record of the image. Throws `NotSupportedError` when there is none. */
  readonly record: () => ImageRecord;
  /** A Secret of the cluster. Throws `NotSupportedError` when the cluster's objects are not given. */
  readonly secret: (namespace: string, name: string) => Lookup<JsonObject>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The digest of an image. Throws `NotSupportedError` when the record has none. */
export function knownDigest({ digest }: ImageRecord, image: string): string {
  if (digest !== undefined) return digest;
  throw new NotSupportedError(`the digest of the image ${image} is not given`);
}

/** A part of a record. Throws `NotSupportedError` when it is not given. */
export function knownPart<P extends 'signatures' | 'attestations'>(
  record: ImageRecord,
  part: P,
  image: string,
): NonNullable<ImageRecord[P]> {
  const found = record[part];
  if (found === undefined) throw new NotSupportedError(`the ${part} of the image ${image} are not given`);
  return found;
}

/** Thrown where upstream's process crashes; the text says why. */
export class UpstreamCrash extends Error {
  constructor(why: string) {
    super(`Kyverno crashes here: ${why}`);
  }
}
