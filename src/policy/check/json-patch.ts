import { InputError } from '../../model/failure.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../model/json.ts';
import { readValues } from '../../yaml/index.ts';

/** The operations of a `patchesJson6902` text, which is YAML or JSON; `undefined` when it is no list of objects. */
export function patchOperations(patch: string): readonly JsonObject[] | undefined {
  const read = readPatch(patch);
  return isArray(read) && read.every(isObject) ? read.filter(isObject) : undefined;
}

/** The first value of a patch text; `undefined` when it is no YAML. */
export function readPatch(patch: string): Json | undefined {
  try {
    return readValues(patch, 'patch', 'int')[0] ?? null;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
