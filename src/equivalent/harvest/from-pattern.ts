import { parseAnchor } from '../../engine/pattern/anchor.ts';
import { isArray, isObject, type Json } from '../../model/json.ts';
import { type Abstract, elements, fieldOf, link, look } from './abstract.ts';
import type { Collector } from './collect.ts';
import type { Names } from './from-query.ts';
import { traceTemplate } from './from-template.ts';

/** Notes every field of a pattern, with the scalar patterns it is compared with. */
export function harvestPattern(pattern: Json | undefined, at: Abstract, names: Names, collector: Collector): void {
  if (pattern === undefined) return;
  if (isArray(pattern)) {
    const items = elements(at);
    look(items, collector);
    for (const item of pattern) harvestPattern(item, items, names, collector);
    return;
  }
  if (!isObject(pattern)) {
    link([at, traceTemplate(pattern, names, collector)], collector);
    return;
  }
  for (const [text, child] of Object.entries(pattern)) {
    const anchor = parseAnchor(text);
    const below = look(fieldOf(at, anchor?.key ?? text), collector);
    // The negation anchor only asks whether the field is there.
    if (anchor?.kind !== 'negation') harvestPattern(child, below, names, collector);
  }
}
