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

/** Below a value of the wrong type the schema knows nothing: `shape` is then `undefined`. */
function collect(
  value: Json,
  shape: Shape | undefined,
  path: readonly (string | number)[],
  found: UnknownField[],
): void {
  if (shape?.type === 'any') return;
  const isOpen = shape?.type === 'object' && shape.open === true;
  for (const [index, item] of (asArray(value) ?? []).entries()) {
    if (!isOpen) collect(item, shape?.type === 'list' ? shape.of : undefined, [...path, index], found);
  }
  if (!isObject(value)) return;
  const fields = shape?.type === 'object' ? shape.fields : {};
  for (const key of Object.keys(value)) {
    const child = value[key] as Json;
    const field = Object.hasOwn(fields, key) ? fields[key]?.shape : shape?.type === 'map' ? shape.of : undefined;
    if (field !== undefined) collect(child, field, [...path, key], found);
    else if (!isOpen) found.push({ path: [...path, key], known: Object.keys(fields) });
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
