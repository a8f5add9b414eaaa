import { isObject, type Json } from '../../model/json.ts';
import { CONDITION, FREE_CONDITIONS } from './match-shapes.ts';
import type { Shape } from './shape.ts';
import { violations } from './violations.ts';

/**
 * The first free-form value that Go cannot read as what it should be: conditions that are neither a list nor
 * `any`/`all`, a nested foreach that is no list. The schema lets them through, Kyverno's own decoding does not.
 */
export function undecodable(
  value: Json,
  shape: Shape,
  path: readonly (string | number)[] = [],
): readonly (string | number)[] | undefined {
  if (value === null) return undefined;
  if (shape.type === 'any') {
    if (shape.printed === undefined) return undefined;
    const printed = shape.printed();
    const alternatives: readonly Shape[] =
      printed === FREE_CONDITIONS ? [printed, { type: 'list', of: CONDITION }] : [printed];
    if (!alternatives.some((one) => violations(value, one).length === 0)) return path;
    return undecodable(value, printed, path);
  }
  if (shape.type === 'list' && Array.isArray(value)) {
    return firstOf(value.entries(), (item: Json, index) => undecodable(item, shape.of, [...path, index as number]));
  }
  if (shape.type !== 'object' || !isObject(value)) return undefined;
  return firstOf(Object.entries(value), (child, key) => {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    return field === undefined ? undefined : undecodable(child, field.shape, [...path, key]);
  });
}

function firstOf<K, V, T>(entries: Iterable<[K, V]>, find: (value: V, key: K) => T | undefined): T | undefined {
  for (const [key, value] of entries) {
    const found = find(value, key);
    if (found !== undefined) return found;
  }
  return undefined;
}
