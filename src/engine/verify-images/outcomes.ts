import { goJson } from '../../language/go-text.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asObject, type Json, type JsonObject, parseJson } from '../../model/json.ts';
import { stringMapOf } from '../match/index.ts';

/** What became of an image: also what is noted in the object's annotations. */
export type ImageStatus = 'pass' | 'fail' | 'skip';

/** Outcomes of verifications: by image, and by policy (`namespace/name`), rule and image. */
export interface ImageOutcomes {
  readonly images: Readonly<Record<string, ImageStatus>>;
  readonly policies: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, ImageStatus>>>>>>;
}

/** No image was looked at. */
export const NO_OUTCOMES: ImageOutcomes = { images: {}, policies: {} };

/** A policy as outcomes name it; cluster-wide ones start with a slash. */
export function policyKey({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** True when there is nothing to note. */
export function isEmptyOutcome({ images, policies }: ImageOutcomes): boolean {
  return Object.keys(images).length === 0 && Object.keys(policies).length === 0;
}

/** The outcomes of two verifications; the later wins. */
export function mergeOutcomes(a: ImageOutcomes, b: ImageOutcomes): ImageOutcomes {
  const policies: Record<string, Record<string, Record<string, ImageStatus>>> = {};
  for (const source of [a.policies, b.policies]) {
    for (const [policy, rules] of Object.entries(source)) {
      for (const [rule, images] of Object.entries(rules)) {
        const own = policies[policy] ?? {};
        policies[policy] = own;
        own[rule] = { ...own[rule], ...images };
      }
    }
  }
  return { images: { ...a.images, ...b.images }, policies };
}

/** The outcome of one image for one rule, noted both ways. */
export function outcomeOf(policy: string, rule: string, image: string, status: ImageStatus): ImageOutcomes {
  return { images: { [image]: status }, policies: { [policy]: { [rule]: { [image]: status } } } };
}

const BY_IMAGE = 'kyverno.io/verify-images';
const SCOPED = 'kyverno.io/verify-images-scoped';

/**
 * The object with the outcomes noted in its annotations; annotations that are no texts vanish, as upstream.
 * Upstream: `ImageVerificationMetadata.Patches` in `pkg/engine/api/imageverifymetadata.go`.
 */
export function withOutcomes(object: JsonObject, outcomes: ImageOutcomes): JsonObject {
  const metadata = asObject(object['metadata']) ?? {};
  const known = Object.keys(stringMapOf(object, 'annotations')).length === 0 ? {} : asObject(metadata['annotations']);
  const { images, policies } = outcomes;
  const annotations: Record<string, Json> = {
    ...known,
    [BY_IMAGE]: Object.keys(images).length === 0 ? 'null' : goJson(images),
    ...(Object.keys(policies).length === 0 ? {} : { [SCOPED]: `{"version":1,"policies":${goJson(policies)}}` }),
  };
  return { ...object, metadata: { ...metadata, annotations } };
}

/**
 * What an object's annotations say about an image that a rule verified; `fail` where they say nothing.
 * Throws `EvaluationError` for an annotation that cannot be read.
 * Upstream: `IsImageVerifiedForPolicy` in `pkg/engine/utils/image.go`.
 */
export function notedStatus(object: JsonObject, policy: string, rule: string, image: string): string {
  const annotations = stringMapOf(object, 'annotations');
  if (!Object.hasOwn(annotations, SCOPED)) return 'fail';
  const noted = parse(annotations[SCOPED] ?? '');
  const found = asObject(asObject(asObject(noted['policies'])?.[policy])?.[rule])?.[image];
  return noted['version'] === 1 && typeof found === 'string' ? found : 'fail';
}

function parse(text: string): JsonObject {
  try {
    const value = asObject(parseJson(text, 'float'));
    if (value !== undefined) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new EvaluationError('failed to parse scoped image metadata: json: cannot unmarshal');
}
