import type { JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { RuleStatus } from '../model/response.ts';
import { badRules, type Comparison, type DifferenceKind, differenceOf, type Judged, keyOf } from './difference.ts';
import type { Draft } from './draft.ts';
import { draftKey } from './draft.ts';
import type { Judge, Judgement } from './judgement.ts';
import type { PolicySet, RuleKey } from './policy-set.ts';

/** What both sets said to a request. */
export interface Answer {
  readonly draft: Draft;
  readonly old: Judged;
  readonly new: Judged;
  /** The rules of each side that report something wrong. */
  readonly badOld: readonly RuleKey[];
  readonly badNew: readonly RuleKey[];
  /** What they differ in; absent when they are alike. */
  readonly difference?: DifferenceKind;
}

/** Statuses with which each rule of a set answered. */
export type Seen = ReadonlyMap<RuleKey, ReadonlySet<RuleStatus>>;

/** Asks both sets, keeps count. */
export interface Tester {
  /** `undefined`: no policy would see such a request, or a set cannot judge it. */
  readonly ask: (draft: Draft) => Answer | undefined;
  /** Was this request asked before? */
  readonly knows: (draft: Draft) => boolean;
  readonly counts: () => { readonly judged: number; readonly invalid: number };
  readonly seen: { readonly old: Seen; readonly new: Seen };
  /** What a set could not judge, with how often. */
  readonly unsupported: ReadonlyMap<string, number>;
}

/** One side: its policies and how it is asked. */
export interface Side {
  readonly set: PolicySet;
  readonly judge: Judge;
}

/** Answers are kept up to this many. */
const MAX_KEPT = 50_000;

/**
 * Prepares the questioning of two sets. `isStorable` says whether an object could have come into the cluster before the
 * policies did: nothing else is updated or deleted.
 */
export function createTester(
  old: Side,
  other: Side,
  comparison: Comparison,
  isStorable: (object: JsonObject) => boolean,
): Tester {
  const policies = { old: byName(old.set), new: byName(other.set) };
  const seen = { old: new Map<RuleKey, Set<RuleStatus>>(), new: new Map<RuleKey, Set<RuleStatus>>() };
  const unsupported = new Map<string, number>();
  const known = new Map<string, Answer | undefined>();
  let judged = 0;
  let invalid = 0;
  const note = (side: 'old' | 'new', judgement: Judgement): void => {
    if (judgement.kind !== 'judged') return;
    for (const rule of judgement.rules) {
      const key = keyOf(rule, policies[side]);
      const statuses = seen[side].get(key) ?? new Set<RuleStatus>();
      seen[side].set(key, statuses.add(rule.status));
    }
  };
  const judge = (draft: Draft): Answer | undefined => {
    if (draft.operation !== 'CREATE' && !isStorable(draft.old ?? draft.object)) {
      invalid += 1;
      return undefined;
    }
    const left = old.judge(draft);
    if (left.kind === 'invalid') {
      invalid += 1;
      return undefined;
    }
    const right = other.judge(draft);
    if (right.kind === 'invalid') {
      invalid += 1;
      return undefined;
    }
    for (const side of [left, right]) {
      if (side.kind === 'unsupported') unsupported.set(side.feature, (unsupported.get(side.feature) ?? 0) + 1);
    }
    note('old', left);
    note('new', right);
    if (left.kind !== 'judged' || right.kind !== 'judged') return undefined;
    judged += 1;
    const difference = differenceOf(left, right, comparison);
    return {
      draft,
      old: left,
      new: right,
      badOld: badRules(left, policies.old),
      badNew: badRules(right, policies.new),
      ...(difference === undefined ? {} : { difference }),
    };
  };
  return {
    ask: (draft) => {
      const key = draftKey(draft);
      if (known.has(key)) return known.get(key);
      const answer = judge(draft);
      if (known.size < MAX_KEPT) known.set(key, answer);
      return answer;
    },
    knows: (draft) => known.has(draftKey(draft)),
    counts: () => ({ judged, invalid }),
    seen,
    unsupported,
  };
}

function byName({ policies }: PolicySet): ReadonlyMap<string, Policy> {
  return new Map(policies.map((policy) => [policy.name, policy]));
}
