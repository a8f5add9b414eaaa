import { asArray, isObject, type Json } from '../../model/json.ts';
import type { Shape } from './shape.ts';

/** A field that the schema does not know. */
export interface UnknownField {
  /** Keys and indexes down to it. */
  readonly path: readonly (string | number)[];
  /** The names that the schema knows there. */
  readonly known: readonly string[];
}

/** Every field that the API server would report, or prune, as unknown; sorted by their printed path. */
export function unknownFields(value: Json, shape: Shape): readonly UnknownField[] {
  const found: UnknownField[] = [];
  collect(value, shape, [], found);
  return found.sort((a, b) => (pathText(a.path) < pathText(b.path) ? -1 : 1));
}

function collect(value: Json, shape: Shape, path: readonly (string | number)[], found: UnknownField[]): void {
  if (shape.type === 'list') {
    for (const [index, item] of (asArray(value) ?? []).entries()) collect(item, shape.of, [...path, index], found);
  }
  if (!isObject(value)) return;
  for (const key of Object.keys(value)) {
    const child = value[key] as Json;
    if (shape.type === 'map') collect(child, shape.of, [...path, key], found);
    if (shape.type !== 'object') continue;
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    if (field !== undefined) collect(child, field.shape, [...path, key], found);
    else if (shape.open !== true) found.push({ path: [...path, key], known: Object.keys(shape.fields) });
  }
}

/** A path as Kubernetes prints it: `spec.rules[0].name`. */
export function pathText(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}
