import { deepEqual, isObject, type Json, type JsonArray } from '../../model/json.ts';

/**
 * The order of a merged list: items that the patch names keep the patch's order, items that only the server has keep
 * theirs, and a server item stands before the first patch item that followed it on the server; with nothing to
 * compare, the patch comes first. `mergeKey` is `""` for lists of plain values.
 * Upstream: `normalizeElementOrder` and `mergeSortedSlice` in apimachinery `pkg/util/strategicpatch/patch.go`.
 */
export function orderElements(merged: JsonArray, patch: JsonArray, server: JsonArray, mergeKey: string): JsonArray {
  const idOf = (item: Json): Json | undefined => (mergeKey !== '' && isObject(item) ? item[mergeKey] : item);
  const indexIn = (list: JsonArray, item: Json): number =>
    list.findIndex((candidate) => deepEqual(idOf(candidate), idOf(item)));
  const sortedBy = (items: JsonArray, order: JsonArray): JsonArray =>
    [...items].sort((a, b) => indexIn(order, a) - indexIn(order, b));
  const right = sortedBy(
    merged.filter((item) => indexIn(patch, item) >= 0),
    patch,
  );
  const left = sortedBy(
    merged.filter((item) => indexIn(patch, item) < 0),
    server,
  );
  const out: Json[] = [];
  let next = 0;
  for (const item of right) {
    const place = indexIn(server, item);
    while (place >= 0 && next < left.length) {
      const own = left[next] ?? null;
      const ownPlace = indexIn(server, own);
      if (ownPlace < 0 || ownPlace >= place) break;
      out.push(own);
      next++;
    }
    out.push(item);
  }
  return [...out, ...left.slice(next)];
}
