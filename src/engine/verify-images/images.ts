import { wildcardMatch } from '../../language/wildcard.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asObject, getPath, isArray, type Json, type JsonObject } from '../../model/json.ts';
import type { Context } from '../context/index.ts';
import { extractImages, type FoundImage, type FoundImages, imagesAsJson } from '../images/index.ts';
import type { PolicyRun } from '../run.ts';
import type { ImageEntry } from './entry.ts';

/** The images that the rules of one policy see: those of the last rule with extractors stay, as upstream. */
const SEEN = new WeakMap<Context, FoundImages>();

/** The images of the object; none when one of them cannot be read. */
export function imagesOf(run: PolicyRun): FoundImages {
  const known = SEEN.get(run.context);
  if (known !== undefined && known.size > 0) return known;
  try {
    const found = run.object === null ? new Map() : extractImages(run.object, run.env);
    SEEN.set(run.context, found);
    return found;
  } catch (error) {
    if (error instanceof EvaluationError) return new Map();
    throw error;
  }
}

/**
 * The images that a rule is about, once for each entry that names them. Throws `EvaluationError` where the rule's own
 * extractors fail. Upstream: `ExtractMatchingImages` in `pkg/engine/utils/image.go`.
 */
export function matchingImages(
  run: PolicyRun,
  object: JsonObject,
  rule: JsonObject,
  entries: readonly ImageEntry[],
): readonly FoundImage[] {
  const extractors = asObject(rule['imageExtractors']);
  if (extractors !== undefined) useExtractors(run, object, extractors);
  return [...imagesOf(run).values()].flatMap((group) =>
    [...group.values()].flatMap((image) =>
      entries.filter(({ references }) => matchesReference(image.reference, references)).map(() => image),
    ),
  );
}

function useExtractors(run: PolicyRun, object: JsonObject, extractors: JsonObject): void {
  let found: FoundImages;
  try {
    found = extractImages(object, run.env, extractors);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new EvaluationError(`failed to extract images: ${error.message}`);
  }
  if (found.size === 0) return;
  SEEN.set(run.context, found);
  run.context.add(['images'], imagesAsJson(found));
}

/** True when one of the patterns matches the image's full name. */
export function matchesReference(image: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => wildcardMatch(pattern, image));
}

/** True when the stored object has the same image in the same place. */
export function isUnchanged({ pointer }: FoundImage, run: PolicyRun): boolean {
  if (run.object === null || run.oldObject === null) return false;
  const [now, before] = [at(run.object, pointer), at(run.oldObject, pointer)];
  return now !== undefined && now !== null && now === before;
}

function at(object: JsonObject, pointer: string): Json | undefined {
  return pointer
    .split('/')
    .slice(1)
    .reduce<Json | undefined>((value, key) => (isArray(value) ? value[Number(key)] : getPath(value, key)), object);
}

/** The object with another image in this place. */
export function withImage(object: JsonObject, pointer: string, image: string): JsonObject {
  return replaced(object, pointer.split('/').slice(1), image) as JsonObject;
}

function replaced(value: Json, [key, ...rest]: readonly string[], image: string): Json {
  if (key === undefined) return image;
  if (isArray(value)) return value.map((item, i) => (String(i) === key ? replaced(item, rest, image) : item));
  const map = asObject(value) ?? {};
  return { ...map, [key]: replaced(map[key] ?? null, rest, image) };
}
