import { asArray, asObject, isArray, isObject, type Json, type JsonObject } from '../model/json.ts';

/** A place in one object: keys and indexes. */
export type Place = readonly (string | number)[];

/** The value at a place; `undefined` where there is none. */
export function valueAt(value: Json | undefined, place: Place): Json | undefined {
  let at = value;
  for (const step of place) {
    if (typeof step === 'number') at = asArray(at)?.[step];
    else {
      const map = asObject(at);
      at = map !== undefined && Object.hasOwn(map, step) ? map[step] : undefined;
    }
  }
  return at;
}

/**
 * A copy with the value at a place changed, `undefined` to remove it; maps on the way are made where they are missing.
 * What is on the way and no map or list is replaced.
 */
export function withValue(value: Json | undefined, place: Place, change: Json | undefined): Json | undefined {
  const [step, ...rest] = place;
  if (step === undefined) return change;
  if (typeof step === 'number') {
    const list = [...(asArray(value) ?? [])];
    const item = withValue(list[step], rest, change);
    if (item === undefined) list.splice(step, 1);
    else list[step] = item;
    return list;
  }
  const map = asObject(value);
  const item = withValue(map !== undefined && Object.hasOwn(map, step) ? map[step] : undefined, rest, change);
  if (item === undefined) {
    if (map === undefined) return value;
    const { [step]: _gone, ...others } = map;
    return others;
  }
  return { ...map, [step]: item };
}

/** `withValue` for a whole object. */
export function edited(object: JsonObject, place: Place, change: Json | undefined): JsonObject {
  return asObject(withValue(object, place, change)) ?? object;
}

/** Every place below a value, parents before children. */
export function placesIn(value: Json, place: Place = []): readonly Place[] {
  const children: readonly (readonly [string | number, Json])[] = isArray(value)
    ? value.map((item, i) => [i, item] as const)
    : isObject(value)
      ? Object.entries(value)
      : [];
  return children.flatMap(([step, item]) => [[...place, step], ...placesIn(item, [...place, step])]);
}
