import { goValue } from '../../language/go-text.ts';
import { compileQuery, searchQuery } from '../../language/jmespath/index.ts';
import type { Environment } from '../../model/environment.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asArray, asObject, asString, type JsonObject } from '../../model/json.ts';

/** Where images stand in an object. */
export interface ImageExtractor {
  /** Fields to follow from the root; `*` goes through all entries of a list or map. */
  readonly fields: readonly string[];
  /** Field whose value names the image; `""`: its JSON pointer. */
  readonly key: string;
  /** Field that holds the image. */
  readonly value: string;
  /** Name of the group. */
  readonly name: string;
  /** Applied to what the field holds. Throws `EvaluationError`. */
  readonly transform: (image: string, env: Environment) => string;
}

/** A rule's `imageExtractors`: lists of extractors by kind. */
export type ExtractorSource = JsonObject;

const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'];
const TEMPLATE_KINDS = ['DaemonSet', 'Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet', 'Job'];
const PLACES: ReadonlyMap<string, readonly string[]> = new Map([
  ['Pod', ['spec']],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
  ...TEMPLATE_KINDS.map((kind): [string, readonly string[]] => [kind, ['spec', 'template', 'spec']]),
]);

/** The extractors for a kind: the rule's own if it has any for the kind, else those for containers. */
export function extractorsFor(kind: string, custom?: ExtractorSource): readonly ImageExtractor[] {
  const own = asArray(custom?.[kind]);
  if (own === undefined) {
    const place = PLACES.get(kind);
    return place === undefined ? [] : CONTAINER_LISTS.map((list) => containerExtractor(place, list));
  }
  if (own.length === 0) throw new EvaluationError(`no extractors found for ${kind}`);
  return own.map((extractor) => customExtractor(asObject(extractor) ?? {}));
}

function containerExtractor(place: readonly string[], list: string): ImageExtractor {
  return { fields: [...place, list, '*'], key: 'name', value: 'image', name: list, transform: (image) => image };
}

function customExtractor(source: JsonObject): ImageExtractor {
  const text = (key: string) => asString(source[key]) ?? '';
  const fields = text('path')
    .split('/')
    .map((field) => field.replace(/^ +| +$/g, ''))
    .filter((field) => field !== '');
  const value = text('value');
  return {
    fields: value === '' ? fields.slice(0, -1) : fields,
    key: text('key'),
    value: value === '' ? (fields.at(-1) ?? '') : value,
    name: text('name') || 'custom',
    transform: transformer(text('jmesPath')),
  };
}

function transformer(path: string): ImageExtractor['transform'] {
  if (path === '') return (image) => image;
  return (image, env) => {
    const query = failing(`invalid jmespath ${path}`, () => compileQuery(path));
    const result = failing(`failed to apply jmespath ${path}`, () => searchQuery(query, image, env));
    if (typeof result === 'string') return result;
    throw new EvaluationError(`jmespath ${path} must produce a string, but produced ${goValue(result)}`);
  };
}

function failing<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof EvaluationError) throw new EvaluationError(`${what}: ${error.message}`);
    throw error;
  }
}
