import { asObject, deepEqual, isArray, isObject, type Json, type JsonObject, setKey } from '../../model/json.ts';

/** What became of an object: values by JSON pointer (`/spec/dnsPolicy`), and the pointers of what went away. */
export interface ObjectChange {
  readonly set: JsonObject;
  readonly removed: readonly string[];
}

/** The change that makes `to` of `from`; of lists that grew only the new items, lists that shrank whole. */
export function objectChange(from: JsonObject, to: JsonObject): ObjectChange {
  const set: Record<string, Json> = {};
  const removed: string[] = [];
  const walk = (a: Json | undefined, b: Json, pointer: string): void => {
    if (deepEqual(a, b)) return;
    if (isObject(a) && isObject(b)) {
      for (const key of Object.keys(a)) if (!Object.hasOwn(b, key)) removed.push(`${pointer}/${escaped(key)}`);
      for (const key of Object.keys(b)) {
        walk(Object.hasOwn(a, key) ? a[key] : undefined, b[key] as Json, `${pointer}/${escaped(key)}`);
      }
    } else if (isArray(a) && isArray(b) && b.length >= a.length) {
      for (const [i, item] of b.entries()) walk(a[i], item, `${pointer}/${i}`);
    } else set[pointer] = b;
  };
  walk(from, to, '');
  return { set, removed: removed.sort() };
}

/** The object that a change makes of `from`. Throws `RangeError` for a change of another object. */
export function applyChange(from: JsonObject, { set, removed }: ObjectChange): JsonObject {
  const copy = structuredClone(from) as Record<string, Json>;
  for (const pointer of removed) {
    const { parent, key } = locate(copy, pointer);
    if (isArray(parent)) throw new RangeError(`nothing to remove at ${pointer}`);
    delete parent[key];
  }
  // Items of a list come in the order of their index.
  for (const [pointer, value] of Object.entries(set).sort(([a], [b]) => a.length - b.length)) {
    const { parent, key } = locate(copy, pointer);
    if (isArray(parent)) (parent as Json[])[Number(key)] = value;
    else setKey(parent, key, value);
  }
  return copy;
}

function locate(
  object: Record<string, Json>,
  pointer: string,
): { readonly parent: Json[] | Record<string, Json>; readonly key: string } {
  const keys = pointer.split('/').slice(1).map(unescaped);
  let parent: Json | undefined = object;
  for (const key of keys.slice(0, -1)) parent = isArray(parent) ? parent[Number(key)] : asObject(parent)?.[key];
  if (!isArray(parent) && !isObject(parent)) throw new RangeError(`there is nothing at ${pointer}`);
  return { parent: parent as Json[] | Record<string, Json>, key: keys.at(-1) ?? '' };
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}
