import type { Lookup } from '../../model/environment.ts';
import { EvaluationError, NotSupportedError } from '../../model/failure.ts';
import type { ImageRecord } from '../../model/image.ts';
import type { JsonObject } from '../../model/json.ts';
import { type ImageInfo, imageInfo } from '../images/index.ts';
import { readImageRecord } from './record.ts';
import { registryName } from './registry-name.ts';

/** What is known of images, as documents say it. */
export interface ImageRecords {
  /** The record of an image by any of its names; `undefined` when there is none. */
  readonly record: (reference: string) => ImageRecord | undefined;
  /** What an `imageRegistry` context entry gets. Throws `NotSupportedError` naming what is not known. */
  readonly data: (reference: string) => Lookup<JsonObject>;
}

const SETTINGS = { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true };

/** Reads ImageData documents; a later one about the same image counts. Throws `InputError`. */
export function createImageRecords(documents: readonly JsonObject[]): ImageRecords {
  const byName = new Map<string, ImageRecord>();
  for (const record of documents.map(readImageRecord)) {
    const info = imageInfo(record.reference, SETTINGS);
    const repository = repositoryOf(info);
    if (info.tag !== '') byName.set(`${repository}:${info.tag}`, record);
    for (const digest of [info.digest, record.digest ?? '']) {
      if (digest !== '') byName.set(`${repository}@${digest}`, withDigest(record, digest));
    }
  }
  const find = (reference: string): { readonly info: ImageInfo; readonly record?: ImageRecord } => {
    const info = imageInfo(reference, SETTINGS);
    const name = info.digest === '' ? `:${info.tag}` : `@${info.digest}`;
    const record = byName.get(`${repositoryOf(info)}${name}`);
    return { info, ...(record === undefined ? {} : { record }) };
  };
  return {
    record: (reference) => {
      try {
        return find(reference).record;
      } catch (error) {
        if (error instanceof EvaluationError) return undefined;
        throw error;
      }
    },
    data: (reference) => {
      try {
        const { info, record } = find(reference);
        return { ok: true, value: dataOf(reference, info, record) };
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
        return { ok: false, error: `failed to parse image reference: ${reference}, error: ${error.message}` };
      }
    },
  };
}

function withDigest(record: ImageRecord, digest: string): ImageRecord {
  return record.digest === undefined ? { ...record, digest } : record;
}

function repositoryOf({ registry, path }: ImageInfo): string {
  return registry === '' ? path : `${registry}/${path}`;
}

/** Upstream: `fetchImageDataMap` in `pkg/engine/context/loaders/imagedata.go`, `ForRef` in `pkg/engine/adapters/rclient.go`. */
function dataOf(reference: string, info: ImageInfo, record: ImageRecord | undefined): JsonObject {
  if (record === undefined) throw missing(`looking up the image ${reference} in its registry`);
  const { manifest, config, digest } = record;
  if (manifest === undefined) throw missing(`the manifest of the image ${reference} is not given`);
  if (config === undefined) throw missing(`the config of the image ${reference} is not given`);
  if (digest === undefined) throw missing(`the digest of the image ${reference} is not given`);
  const { registry, repository } = registryName(info);
  const named = [info.tag, info.digest].filter((part) => part !== '');
  return {
    image: reference,
    resolvedImage: `${registry}/${repository}@${digest}`,
    registry,
    repository,
    identifier: named.join('@'),
    manifestList: null,
    manifest,
    configData: config,
  };
}

function missing(what: string): NotSupportedError {
  return new NotSupportedError(what, 'give it in an ImageData document');
}
