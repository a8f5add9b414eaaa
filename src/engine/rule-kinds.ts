import { asArray, asObject, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { RuleType } from '../model/response.ts';
import { compileManifestRule } from './manifests/index.ts';
import type { PolicyRun, RuleHandler } from './run.ts';
import { compileCelRule } from './validate/cel-rule.ts';
import { compilePodSecurityRule } from './validate/pod-security-rule.ts';
import { compileResourceRule } from './validate/resource-rule.ts';
import { compileImageChecks, compileImageGate } from './verify-images/checks.ts';

/** One kind of rule, and what evaluates it. The first that applies to a rule is taken. */
export interface RuleKind {
  readonly type: RuleType;
  readonly applies: (rule: JsonObject) => boolean;
  /**
   * Asked before context and preconditions: has the rule anything to say about this request? It may throw
   * `EvaluationError`, which becomes the rule's answer.
   */
  readonly gate?: (rule: JsonObject) => (run: PolicyRun) => boolean;
  /** Absent: another entry point evaluates such rules, e.g. `generateObjects`; validation has nothing to say about them. */
  readonly compile?: (rule: JsonObject, policy: Policy) => RuleHandler;
}

const part = (rule: JsonObject, block: string, field: string) => asObject(asObject(rule[block])?.[field]);
const hasPart = (rule: JsonObject, block: string, field: string) =>
  Object.keys(part(rule, block, field) ?? {}).length > 0;

/**
 * Every kind of rule, in the order in which upstream asks. A further kind is one more line.
 * Upstream: `pkg/engine/validation.go`.
 */
export const RULE_KINDS: readonly RuleKind[] = [
  {
    type: 'Validation',
    applies: (rule) => (asArray(part(rule, 'validate', 'manifests')?.['attestors']) ?? []).length > 0,
    compile: compileManifestRule,
  },
  {
    type: 'Validation',
    applies: (rule) => hasPart(rule, 'validate', 'podSecurity'),
    compile: compilePodSecurityRule,
  },
  {
    type: 'Validation',
    applies: (rule) => hasPart(rule, 'validate', 'cel'),
    compile: compileCelRule,
  },
  {
    type: 'Validation',
    applies: (rule) => Object.keys(asObject(rule['validate']) ?? {}).length > 0,
    compile: compileResourceRule,
  },
  {
    type: 'Mutation',
    applies: (rule) => asObject(rule['mutate']) !== undefined,
  },
  {
    type: 'Generation',
    applies: (rule) => asObject(rule['generate']) !== undefined,
  },
  {
    // Of validation, only what it asks afterwards; `verifyPolicyImages` verifies.
    type: 'Validation',
    applies: (rule) => (asArray(rule['verifyImages']) ?? []).length > 0,
    gate: compileImageGate,
    compile: compileImageChecks,
  },
];

/** The kind of a rule; `undefined` for a rule that does nothing. */
export function ruleKindOf(rule: JsonObject): RuleKind | undefined {
  return RULE_KINDS.find((kind) => kind.applies(rule));
}
