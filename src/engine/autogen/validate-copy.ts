import { asArray, asObject, asString, type Json, type JsonObject, setKey, withNumbers } from '../../model/json.ts';
import { shiftReferences } from './shift-references.ts';

const SETTINGS = ['failureAction', 'failureActionOverrides', 'allowExistingViolations'] as const;

/**
 * The `validate` block of a copy; `undefined` when the block is of a kind that gets none.
 * Upstream: `generateRule` in `pkg/autogen/v1/rule.go`.
 */
export function validateCopy(
  validate: JsonObject,
  shape: { readonly key: string; readonly shift: string },
): JsonObject | undefined {
  const wrap = (pattern: Json): JsonObject => ({ spec: { [shape.key]: pattern } });
  const make = (key: string, value: Json, pivot = key): JsonObject => {
    const copy: Record<string, Json> = { [key]: value };
    const message = asString(validate['message']) ?? '';
    if (message !== '') copy['message'] = shiftReferences(message, shape.shift, pivot);
    for (const name of SETTINGS) {
      const setting = validate[name];
      if (setting !== undefined) setKey(copy, name, setting);
    }
    return copy;
  };
  const has = (key: string) => validate[key] !== undefined && validate[key] !== null;
  if (has('pattern')) return make('pattern', wrap(validate['pattern'] ?? null));
  if (has('deny')) return make('deny', validate['deny'] ?? null);
  if (has('podSecurity')) return make('podSecurity', validate['podSecurity'] ?? null);
  if (has('anyPattern')) {
    const patterns = asArray(withNumbers(validate['anyPattern'] ?? null, 'float')) ?? [];
    return make('anyPattern', patterns.length === 0 ? null : patterns.map(wrap));
  }
  const foreach = asArray(validate['foreach']) ?? [];
  if (foreach.length > 0) return make('foreach', foreach, 'pattern');
  return asObject(validate['cel']) === undefined ? undefined : validate;
}
