import type { Json } from '../model/json.ts';
import type { RuleStatus } from '../model/response.ts';

/** Keys and indexes from the rule down to the part that decided, e.g. `validate`, `foreach`, 0, `deny`, `conditions`. */
export type RulePath = readonly (string | number)[];

/** How one filter of a match or exclude block did. */
export interface FilterOutcome {
  readonly block: 'match' | 'exclude';
  /** How the filters of the block are combined; `legacy` is the block itself. */
  readonly how: 'any' | 'all' | 'legacy';
  readonly index: number;
  readonly applies: boolean;
  /** Why it does not apply. */
  readonly reasons: readonly string[];
}

/**
 * One decision on the way to a rule's answer: what explanations and coverage are made of.
 * `rule` is the computed rule name (`autogen-…` included), `at` where in that rule the decision is written.
 */
export type Decision =
  | {
      readonly kind: 'match';
      readonly rule: string;
      readonly matched: boolean;
      /** Upstream's words for "not matched". */
      readonly reason: string | undefined;
      readonly filters: readonly FilterOutcome[];
    }
  | {
      readonly kind: 'condition';
      readonly rule: string;
      /** The block of conditions; for an exception its name comes first. */
      readonly at: RulePath;
      readonly block: 'any' | 'all' | 'list';
      readonly index: number;
      /** With variables replaced. */
      readonly key: Json;
      readonly operator: string;
      readonly value: Json;
      readonly result: boolean;
    }
  | {
      readonly kind: 'pattern';
      readonly rule: string;
      readonly at: RulePath;
      readonly result: 'pass' | 'skip' | 'fail' | 'error';
      /** Place in the object, with a slash at its end. */
      readonly path: string;
    }
  | {
      /** One node of a pattern, innermost first. */
      readonly kind: 'step';
      readonly rule: string;
      readonly at: RulePath;
      readonly path: string;
      readonly value: Json;
      readonly result: 'pass' | 'skip' | 'fail';
      readonly message: string;
    }
  | {
      /** One element of a foreach; `none` when it had nothing to say. */
      readonly kind: 'element';
      readonly rule: string;
      readonly at: RulePath;
      readonly index: number;
      readonly status: RuleStatus | 'none';
    }
  | {
      /** One CEL expression; its value, or the error's text. */
      readonly kind: 'expression';
      readonly rule: string;
      readonly at: RulePath;
      readonly expression: string;
      readonly result: boolean | 'error';
      /** What is said about it: the denial or the error. */
      readonly message: string;
    }
  | { readonly kind: 'exception'; readonly rule: string; readonly exception: string; readonly matched: boolean }
  /** What the rule says to the stored object; its own decisions are not told. */
  | { readonly kind: 'stored-object'; readonly rule: string; readonly status: RuleStatus | 'none' };

/** Receives decisions as they are made. It must not throw. */
export type Observer = (decision: Decision) => void;
