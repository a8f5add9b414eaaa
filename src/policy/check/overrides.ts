import { compareBytes } from '../../language/go-text.ts';
import { hasWildcard, wildcardMatch } from '../../language/wildcard.ts';
import { asObject, type JsonObject } from '../../model/json.ts';
import type { CheckContext } from './context.ts';
import { objectsIn, text, textsIn, validationOf } from './rule.ts';

/** Namespaces for which the overrides of failure actions contradict each other. Upstream: `validateNamespaces`. */
export function overrideError({ policy }: CheckContext): string | undefined {
  if (policy.kind === 'Policy') return undefined;
  for (const [index, rule] of policy.rules.entries()) {
    const overrides = objectsIn(validationOf(rule)?.['failureActionOverrides']);
    const error = conflict(overrides, `spec.rules[${index}].validate.validationFailureActionOverrides`);
    if (error !== undefined) return error;
  }
  const overrides = objectsIn(asObject(policy.spec)?.['validationFailureActionOverrides']);
  return conflict(overrides, 'spec.validationFailureActionOverrides');
}

function conflict(overrides: readonly JsonObject[], path: string): string | undefined {
  // Plain names are collected under the action as it is written in lower case, patterns under enforce or audit.
  const names = { enforce: new Set<string>(), audit: new Set<string>() };
  const patterns = { enforce: new Set<string>(), audit: new Set<string>() };
  for (const [index, override] of overrides.entries()) {
    const action = text(override, 'action').toLowerCase();
    if (action !== 'enforce' && action !== 'audit') return 'invalid action';
    const at = `${path}[${index}].namespaces`;
    const listed = textsIn(override['namespaces']);
    const plain = listed.filter((name) => !hasWildcard(name));
    const other = action === 'audit' ? names.enforce : names.audit;
    const shared = plain.filter((name) => other.has(name));
    if (shared.length > 0) {
      return `conflicting namespaces found in path: ${at}: ${sorted(shared).join(', ')}`;
    }
    for (const name of listed) (hasWildcard(name) ? patterns : names)[action].add(name);
    const clash =
      matching(patterns.audit, names.enforce, 'matches with namespace') ??
      matching(patterns.enforce, names.audit, 'matches with namespace') ??
      matching(patterns.audit, patterns.enforce, 'conflicts with the pattern') ??
      matching(patterns.enforce, patterns.audit, 'conflicts with the pattern');
    if (clash !== undefined) return `path: ${at}: ${clash}`;
  }
  return undefined;
}

function sorted(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].sort(compareBytes);
}

function matching(patterns: Iterable<string>, names: Iterable<string>, words: string): string | undefined {
  for (const name of sorted(names)) {
    for (const pattern of sorted(patterns)) {
      if (wildcardMatch(pattern, name)) return `wildcard pattern '${pattern}' ${words} '${name}'`;
    }
  }
  return undefined;
}
