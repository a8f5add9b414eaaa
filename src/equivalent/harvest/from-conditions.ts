import { asArray, asObject, isArray, type Json } from '../../model/json.ts';
import { link } from './abstract.ts';
import type { Collector } from './collect.ts';
import type { Names } from './from-query.ts';
import { traceTemplate } from './from-template.ts';

/** Notes what conditions (`any`/`all` blocks, lists of them, or the old plain list) look at. */
export function harvestConditions(conditions: Json | undefined, names: Names, collector: Collector): void {
  if (isArray(conditions)) {
    for (const item of conditions) harvestConditions(item, names, collector);
    return;
  }
  const block = asObject(conditions);
  if (block === undefined) return;
  for (const part of ['any', 'all', 'conditions']) {
    for (const condition of asArray(block[part]) ?? []) harvestConditions(condition, names, collector);
    if (asObject(block[part]) !== undefined) harvestConditions(block[part], names, collector);
  }
  if (!Object.hasOwn(block, 'key')) return;
  const key = traceTemplate(block['key'], names, collector);
  const value = traceTemplate(block['value'], names, collector);
  link([key, value], collector);
}
