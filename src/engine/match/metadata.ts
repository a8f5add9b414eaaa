import { asString, getPath, type JsonObject } from '../../model/json.ts';

export { stringMapOf } from '../../model/resource.ts';

/** Labels or annotations. */
export type StringMap = Readonly<Record<string, string>>;

/** The name that rules are matched against: `metadata.name`, else `generateName`. */
export function matchableName(object: JsonObject): string {
  return asString(getPath(object, 'metadata', 'name')) || (asString(getPath(object, 'metadata', 'generateName')) ?? '');
}
