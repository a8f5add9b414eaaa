import type { RuleAnswer } from '../model/admission.ts';
import { deepEqual } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { isBad, type Judgement } from './judgement.ts';
import { type RuleKey, ruleKey } from './policy-set.ts';

/** A judgement that was given. */
export type Judged = Extract<Judgement, { kind: 'judged' }>;

/**
 * What two judgements differ in, the gravest: one lets through what the other refuses; one reports a failure, an error
 * or a warning and the other does not, or another of them; one passes what the other skips or is silent about; the
 * texts.
 */
export type DifferenceKind = 'verdict' | 'status' | 'report' | 'messages' | 'object';

/** What counts as a difference. */
export interface Comparison {
  /** Texts count as well. */
  readonly messages: boolean;
  /** Pass, skip and no answer count as the same. */
  readonly verdictsOnly: boolean;
  /** What mutations of the sets make of the object counts as well. */
  readonly objects: boolean;
}

/** What two judgements of the same request differ in; `undefined` when they are alike. */
export function differenceOf(old: Judged, other: Judged, comparison: Comparison): DifferenceKind | undefined {
  if (old.allowed !== other.allowed) return 'verdict';
  if (old.status !== other.status) {
    if (isBad(old.status) || isBad(other.status)) return 'status';
    if (!comparison.verdictsOnly) return 'report';
  }
  if (comparison.messages && !sameMessages(old, other)) return 'messages';
  if (comparison.objects && old.allowed !== false && !deepEqual(old.stored, other.stored)) return 'object';
  return undefined;
}

function sameMessages(old: Judged, other: Judged): boolean {
  return old.message === other.message && texts(old).join('\n') === texts(other).join('\n');
}

function texts({ rules }: Judged): readonly string[] {
  return rules
    .filter(({ status }) => isBad(status))
    .map(({ message }) => message.trim())
    .sort();
}

/** The rules of a side that report something wrong, by the names they were declared with. */
export function badRules(judged: Judged, policies: ReadonlyMap<string, Policy>): readonly RuleKey[] {
  return [...new Set(judged.rules.filter(({ status }) => isBad(status)).map((rule) => keyOf(rule, policies)))].sort();
}

/** The declared rule behind an answer. */
export function keyOf({ policy, name }: RuleAnswer, policies: ReadonlyMap<string, Policy>): RuleKey {
  return ruleKey(policies, policy, name);
}
