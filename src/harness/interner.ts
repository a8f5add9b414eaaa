/** Gives lists of the same objects as the same list, so that what is derived from a list is derived once. */
export type Interner = <T extends object>(items: readonly T[]) => readonly T[];

/** A new interner; it keeps every list it gave. */
export function createInterner(): Interner {
  const ids = new WeakMap<object, number>();
  const lists = new Map<string, readonly object[]>();
  let next = 0;
  const idOf = (item: object) => {
    let id = ids.get(item);
    if (id === undefined) {
      id = next++;
      ids.set(item, id);
    }
    return id;
  };
  return <T extends object>(items: readonly T[]) => {
    const key = items.map(idOf).join(',');
    let list = lists.get(key) as readonly T[] | undefined;
    if (list === undefined) {
      list = [...items];
      lists.set(key, list);
    }
    return list;
  };
}
