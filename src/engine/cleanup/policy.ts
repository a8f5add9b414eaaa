import type { Environment } from '../../model/environment.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asArray, asObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { gvkOf, namespaceOf } from '../../model/resource.ts';
import { compileAllThenAny } from '../all-then-any.ts';
import { type Context, compileEntries, createContext } from '../context/index.ts';
import { compileStatement } from '../exceptions/index.ts';
import { extractImages, imagesAsJson } from '../images/index.ts';
import { NO_USER } from '../match/index.ts';
import { addImages } from '../start-run.ts';

/** Is an object to be deleted? `reason` says why not, `error` that it could not be found out: then it is kept. */
export type CleanupAnswer =
  | { readonly outcome: 'delete' }
  | { readonly outcome: 'keep'; readonly reason: 'namespace' | 'match' | 'exclude' | 'conditions' }
  | { readonly outcome: 'error'; readonly error: string };

/** One run of a cleanup policy: objects are asked about one after the other, as they share what context entries gave. */
export type CleanupRun = (object: JsonObject) => CleanupAnswer;

/** A cleanup policy, compiled. */
export interface CompiledCleanup {
  readonly policy: Policy;
  /** The entries of `kinds` in its match block, each once. */
  readonly kinds: readonly string[];
  /**
   * Begins a run. `fresh`: objects do not see each other's images (the command line); in a cluster they do.
   * Throws `EvaluationError` when a context entry cannot be registered.
   */
  readonly begin: (env: Environment, fresh: boolean) => CleanupRun;
}

/**
 * Compiles a CleanupPolicy or ClusterCleanupPolicy.
 * Upstream: `cleanup` in `pkg/controllers/cleanup/controller.go`, `applyCleanupPolicies` in
 * `cmd/cli/kubectl-kyverno/commands/apply/command.go`.
 */
export function compileCleanup(policy: Policy): CompiledCleanup {
  const { spec } = policy;
  const match = asObject(spec['match']) ?? {};
  const matches = compileStatement(match, true);
  const excludes =
    asObject(spec['exclude']) === undefined ? undefined : compileStatement(asObject(spec['exclude']) ?? {}, true);
  const conditionsBlock = asObject(spec['conditions']);
  const conditions = conditionsBlock === undefined ? undefined : compileAllThenAny(conditionsBlock, policy.name);
  const entries = compileEntries(spec['context']);
  return {
    policy,
    kinds: [...new Set(kindsOf(match))],
    begin: (env, fresh) => {
      const context = createContext({}, '', env);
      for (const entry of entries) entry.register({ context, env, policyNamespace: '' });
      context.checkpoint();
      return (object) => {
        const ofObject = namespaceOf(object);
        if (policy.namespace !== '' && ofObject !== policy.namespace) return { outcome: 'keep', reason: 'namespace' };
        const namespaceLabels = () => (ofObject === '' ? {} : (env.namespaceLabels(ofObject) ?? {}));
        const gvk = gvkOf(object);
        const subject = { object, gvk, subresource: '', operation: 'DELETE', user: NO_USER, namespaceLabels } as const;
        if (!matches(subject)) return { outcome: 'keep', reason: 'match' };
        if (excludes?.(subject)) return { outcome: 'keep', reason: 'exclude' };
        if (conditions === undefined) return { outcome: 'delete' };
        if (fresh) context.reset();
        return judge(context, object, conditions, env);
      };
    },
  };
}

function judge(
  context: Context,
  object: JsonObject,
  conditions: (context: Context) => boolean,
  env: Environment,
): CleanupAnswer {
  try {
    context.set(['target'], object);
    context.add(['request', 'namespace'], namespaceOf(object));
    addImages(context, () => imagesAsJson(extractImages(object, env)));
    return conditions(context) ? { outcome: 'delete' } : { outcome: 'keep', reason: 'conditions' };
  } catch (error) {
    if (error instanceof EvaluationError) return { outcome: 'error', error: error.message };
    throw error;
  }
}

/** Kinds of both lists; a match block without them names none. */
function kindsOf(match: JsonObject): readonly string[] {
  return ['all', 'any'].flatMap((how) =>
    (asArray(match[how]) ?? []).flatMap((filter) => {
      const kinds = asArray(asObject(asObject(filter)?.['resources'])?.['kinds']) ?? [];
      return kinds.filter((kind: Json) => typeof kind === 'string');
    }),
  );
}
