import { IMAGE_DATA_VERSION, readImageRecord } from '../engine/index.ts';
import { InputError } from '../model/failure.ts';
import { asString, type JsonObject } from '../model/json.ts';
import { readDocuments } from '../yaml/index.ts';
import type { Scenario } from './scenario.ts';
import { at, inDocString, placeInDocString } from './step-place.ts';

/** Says what the registry holds of images: the `spec` of ImageData documents. Throws `InputError`. */
export function giveImages(scenario: Scenario, text: string): void {
  const documents = inDocString(scenario.step, (file) => readDocuments(text, file, 'int'));
  if (documents.length === 0) {
    throw new InputError({ code: 'no-objects', message: 'the text says nothing of an image', place: scenario.step });
  }
  for (const { value, place } of documents) {
    const spec = value;
    const name = asString(spec['reference']) ?? 'image';
    const document: JsonObject = { apiVersion: IMAGE_DATA_VERSION, kind: 'ImageData', metadata: { name }, spec };
    at(placeInDocString(scenario.step, place), () => readImageRecord(document));
    scenario.objects.push(document);
  }
}
