import type { Json } from '../model/json.ts';

/** True for `Enforce` and its old spelling; anything else is audit. Upstream: `api/kyverno/v1/spec_types.go`. */
export function isEnforce(action: Json | undefined): boolean {
  return action === 'Enforce' || action === 'enforce';
}
