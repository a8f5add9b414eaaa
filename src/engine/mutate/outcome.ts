import { EvaluationError } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import type { Answer, RuleRun } from '../run.ts';

/** What a patch or a foreach did to an object. */
export type Outcome =
  | { readonly status: 'pass' | 'skip'; readonly object: JsonObject | null; readonly message: string }
  /** The object is lost. */
  | { readonly status: 'error'; readonly message: string };

/** A mutation of one object, compiled. It sees the context as it is; it may change `request.object` there. */
export type Mutation = (run: RuleRun, object: JsonObject | null) => Outcome;

/** The outcome of `work`; an `EvaluationError` becomes an error with `what` before its text. */
export function failing(what: string, work: () => Outcome): Outcome {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return failed(what, error.message);
  }
}

/** An error; `what` may be empty. */
export function failed(what: string, cause: string): Outcome {
  return { status: 'error', message: what === '' ? cause : `${what}: ${cause}` };
}

/** The answer of the rule. Upstream: `buildRuleResponse` in `pkg/engine/handlers/mutation/common.go`. */
export function answerOf(outcome: Outcome): Answer {
  const { status, message } = outcome;
  return { status, message: status === 'pass' ? successMessage(outcome.object) : message };
}

function successMessage(object: JsonObject | null): string {
  if (object === null) return 'mutated resource';
  const namespace = namespaceOf(object);
  const name = `mutated ${String(object['kind'] ?? '')}/${nameOf(object)}`;
  return namespace === '' ? name : `${name} in namespace ${namespace}`;
}
