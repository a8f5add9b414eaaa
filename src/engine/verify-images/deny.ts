import { EvaluationError } from '../../model/failure.ts';
import type { RuleRun } from '../run.ts';
import { compileConditions, joinNonEmpty } from '../validate/conditions.ts';
import { compileTemplate } from '../variables/index.ts';
import type { ImageEntry } from './entry.ts';

/** Why the `validate` block of an entry denies; `undefined` when it does not. */
export type DenyCheck = (run: RuleRun) => string | undefined;

/**
 * Compiles the `validate` block of an entry, which is asked once all attestations hold.
 * Upstream: `validate`, `getDenyMessage` in `pkg/engine/internal/imageverifier.go`.
 */
export function compileDeny({ validate }: ImageEntry, rule: string): DenyCheck {
  const deny = validate?.deny;
  if (validate === undefined || deny === undefined) return () => undefined;
  const at = ['verifyImages', 'validate', 'deny', 'conditions'];
  const conditions = compileConditions(deny['conditions'], { rule, at });
  return ({ context, decide }) => {
    let message: string;
    try {
      const result = conditions(context, decide);
      if (!result.holds) return undefined;
      message = result.message;
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      return `failed to check deny conditions: ${error.message}`;
    }
    if (validate.message === '' && message === '') return 'validation error: imageVerify  failed';
    try {
      const text = compileTemplate(joinNonEmpty([validate.message, message], '; ')).render(context);
      if (typeof text === 'string') return text;
      return "the produced message didn't resolve to a string, check your policy definition.";
    } catch (error) {
      if (error instanceof EvaluationError) return message;
      throw error;
    }
  };
}
