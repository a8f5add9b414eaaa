import type { Environment } from '../../model/environment.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asString, isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { type ExtractorSource, extractorsFor, type ImageExtractor } from './extractors.ts';
import { type ImageInfo, imageInfo } from './image-info.ts';

/** An image found in an object. */
export interface FoundImage extends ImageInfo {
  /** JSON pointer of the field that holds the image. */
  readonly pointer: string;
}

/** Images by group (`containers`, `initContainers`, …) and name. */
export type FoundImages = ReadonlyMap<string, ReadonlyMap<string, FoundImage>>;

/**
 * The images of an object. Groups without images are absent. Throws `EvaluationError` for the first image that is wrong.
 * Upstream: `ExtractImagesFromResource` in `pkg/utils/api/image.go`.
 */
export function extractImages(object: JsonObject, env: Environment, custom?: ExtractorSource): FoundImages {
  const groups = new Map<string, ReadonlyMap<string, FoundImage>>();
  for (const extractor of extractorsFor(asString(object['kind']) ?? '', custom)) {
    const found = new Map<string, FoundImage>();
    extract(object, [], extractor, extractor.fields, env, found);
    if (found.size > 0) groups.set(extractor.name, found);
  }
  return groups;
}

function extract(
  value: Json,
  path: readonly string[],
  extractor: ImageExtractor,
  [field, ...rest]: readonly string[],
  env: Environment,
  found: Map<string, FoundImage>,
): void {
  if (value === null) return;
  if (field === '*') {
    if (!isArray(value) && !isObject(value)) throw new EvaluationError('invalid type');
    for (const [key, item] of Object.entries(value)) extract(item, [...path, key], extractor, rest, env, found);
    return;
  }
  if (!isObject(value)) throw new EvaluationError('invalid image config');
  if (field !== undefined) extract(value[field] ?? null, [...path, field], extractor, rest, env, found);
  else addImage(value, `/${path.join('/')}/${extractor.value}`, extractor, env, found);
}

function addImage(
  holder: JsonObject,
  pointer: string,
  extractor: ImageExtractor,
  env: Environment,
  found: Map<string, FoundImage>,
): void {
  const key = extractor.key === '' ? pointer : holder[extractor.key];
  if (typeof key !== 'string') throw new EvaluationError('invalid key');
  const raw = holder[extractor.value];
  if (typeof raw !== 'string' || raw.trim() === '') return;
  const image = extractor.transform(raw, env);
  try {
    found.set(key, { ...imageInfo(image, env.registry), pointer });
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new EvaluationError(`invalid image '${image}' (${error.message})`);
  }
}

const OPTIONAL = ['registry', 'tag', 'digest', 'reference', 'referenceWithTag'] as const;

/** The images as the context shows them: `images.<group>.<name>`; empty optional fields are absent. */
export function imagesAsJson(images: FoundImages): JsonObject {
  const groups: Record<string, Json> = {};
  for (const [group, found] of images) {
    const entries: Record<string, Json> = {};
    for (const [name, image] of found) entries[name] = imageAsJson(image);
    groups[group] = entries;
  }
  return groups;
}

function imageAsJson(image: FoundImage): JsonObject {
  const json: Record<string, Json> = { name: image.name, path: image.path, jsonPointer: image.pointer };
  for (const field of OPTIONAL) if (image[field] !== '') json[field] = image[field];
  return json;
}
