import type { JsonObject } from '../model/json.ts';
import { type CompiledEntry, type EntryTarget, loadMockedCall, mergeAt, splitPath } from './context/index.ts';
import type { PolicyRun } from './run.ts';

/**
 * Registers the context entries of a rule or foreach entry, after the values that the command line presets for the
 * rule. Throws `EvaluationError`: only canned API answers are loaded at once, everything else on its first use.
 * Upstream: `Load` in `pkg/engine/factories/contextloaderfactory.go`, `cmd/cli/kubectl-kyverno/store/contextloader.go`.
 */
export function registerEntries(entries: readonly CompiledEntry[], rule: string, run: PolicyRun): void {
  presetRuleValues(rule, run);
  const { context, env, policy, request } = run;
  const target: EntryTarget = { context, env, policyNamespace: policy.kind === 'Policy' ? policy.namespace : '' };
  const mocks = request.apiCallMocks;
  const remaining = mocks === undefined ? entries : entries.filter((entry) => !loadMockedCall(entry, target, mocks));
  for (const entry of remaining) entry.register(target);
}

function presetRuleValues(rule: string, { context, request }: PolicyRun): void {
  const values = request.ruleValues?.(rule);
  if (values === undefined) return;
  for (const key of Object.keys(values)) context.add(splitPath(key), values[key] ?? null);
}

/**
 * Keeps what the values of a rule make of the object: upstream merges them into the object itself.
 * Upstream: `AddVariable` and `mergeMaps` in `pkg/engine/context`, which share `request.object` with the policy context.
 */
export function keepRuleValues(rule: string, { live, request }: PolicyRun): void {
  const values = request.ruleValues?.(rule);
  if (values === undefined) return;
  for (const key of Object.keys(values)) {
    const [root, field, ...path] = splitPath(key);
    if (root !== 'request' || path.length === 0) continue;
    const value = values[key] ?? null;
    const merged = (object: JsonObject | null): JsonObject | null => object && mergeAt(object, path, value);
    if (field === 'object') {
      const unpatched = live.images === live.object;
      live.object = merged(live.object);
      if (unpatched) live.images = live.object;
    }
    if (field === 'oldObject' && live.sharesOldObject) live.oldObject = merged(live.oldObject);
  }
}
