import { didYouMean, type Failure, InputError } from '../model/failure.ts';
import type { Json, NumberMode } from '../model/json.ts';
import { readDocuments, type YamlDocument } from '../yaml/index.ts';
import { decodeShape } from './decode.ts';
import type { Shape } from './shape.ts';

/** A document that fits its shape. */
export interface ShapedDocument {
  readonly value: Json;
  readonly source: YamlDocument;
}

/**
 * Reads every document of a text and checks it against a shape; numbers are floats unless said otherwise.
 * Throws `InputError` with one failure per field that does not fit, each with its place.
 */
export function readShaped(
  text: string,
  file: string,
  shape: Shape,
  mode: NumberMode = 'float',
): readonly ShapedDocument[] {
  const failures: Failure[] = [];
  const documents = readDocuments(text, file, mode, { strict: true }).map((source) => {
    const { value, problems } = decodeShape(source.value, shape);
    for (const { path, message, known } of problems) {
      const last = path.at(-1);
      const hint = typeof last === 'string' ? didYouMean(last, known) : undefined;
      const place = source.placeOf(path);
      failures.push({
        code: 'bad-field',
        message,
        place,
        ...(hint === undefined ? {} : { hint: `did you mean \`${hint}\`?` }),
      });
    }
    return { value, source };
  });
  if (failures.length > 0) throw new InputError(...failures);
  return documents;
}

/** Like `readShaped` for a file that holds one document with `apiVersion` and `kind`. */
export function readOne(text: string, file: string, shape: Shape, mode: NumberMode = 'float'): Json {
  const documents = readShaped(text, file, shape, mode);
  const [first] = documents;
  if (first === undefined)
    throw new InputError({ code: 'empty-file', message: 'the file holds no document', place: { file } });
  const header = first.source.value;
  for (const field of ['apiVersion', 'kind']) {
    if (typeof header[field] !== 'string' || header[field] === '') {
      throw new InputError({
        code: 'no-header',
        message: `\`${field}\` is missing`,
        place: first.source.place,
        hint: 'the form without apiVersion and kind is no longer read by Kyverno',
      });
    }
  }
  return first.value;
}
