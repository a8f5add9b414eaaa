import type { JsonObject } from '../../../model/json.ts';
import { obj, optStr } from '../fields.ts';

/** The annotation that says how costly it is to delete a pod. */
export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** Whether the deletion cost is a plain 32 bit number, or absent. Upstream: `GetDeletionCostFromPodAnnotations`. */
export function isDeletionCost(meta: JsonObject | undefined): boolean {
  const value = optStr(obj(meta, 'annotations'), DELETION_COST);
  if (value === undefined) return true;
  if (!/^(0|-?\d+)$/.test(value) || (value.length > 1 && value.startsWith('0'))) return false;
  return Number(value) >= -2147483648 && Number(value) <= 2147483647;
}
