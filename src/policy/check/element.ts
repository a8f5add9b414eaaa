import { childPath } from '../../engine/variables/references.ts';
import { findVariables } from '../../engine/variables/syntax.ts';
import { isArray, isObject, type Json } from '../../model/json.ts';

/** The first `element…` variable outside a foreach, also in messages. Upstream: `ValidateElementInForEach`. */
export function elementError(value: Json, path = ''): string | undefined {
  if (typeof value === 'string') return textError(value, path);
  if (isArray(value)) {
    for (const [index, item] of value.entries()) {
      const error = elementError(item, `${path}/${index}`);
      if (error !== undefined) return error;
    }
  }
  if (!isObject(value)) return undefined;
  for (const [key, child] of Object.entries(value)) {
    const error = textError(key, path) ?? elementError(child, childPath(path, key));
    if (error !== undefined) return error;
  }
  return undefined;
}

function textError(text: string, path: string): string | undefined {
  if (path.includes('/foreach/')) return undefined;
  const outside = findVariables(text).find(({ expression }) => expression.startsWith('element'));
  return outside && `variable '${outside.expression}' present outside of foreach at path ${path}`;
}
