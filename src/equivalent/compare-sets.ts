import { ADMIN } from '../apiserver/index.ts';
import type { JsonObject } from '../model/json.ts';
import type { ClusterSettings } from '../model/settings.ts';
import { admissionJudge, type Surrounding, storableIn } from './admission-judge.ts';
import { cliJudge } from './cli-judge.ts';
import type { Comparison } from './difference.ts';
import { planRequests } from './generate/plan.ts';
import { harvestPolicies } from './harvest/harvest.ts';
import { type PolicySet, type RuleKey, ruleKeys } from './policy-set.ts';
import { type Budget, type SearchResult, search } from './search.ts';
import { createTester, type Seen, type Tester } from './tester.ts';

/** Who judges: a cluster with Kyverno, or `kyverno test` with the bare object. */
export type Mode = 'admission' | 'cli';

/** How two sets are compared. */
export interface CompareOptions {
  readonly mode: Mode;
  readonly budget: Budget;
  readonly comparison: Omit<Comparison, 'objects'>;
  /** Objects that requests are made of, beside those derived from the policies. */
  readonly resources: readonly JsonObject[];
  /** Objects that exist in the cluster. */
  readonly cluster: readonly JsonObject[];
  readonly settings: ClusterSettings;
  /** The time that policies see, in milliseconds since 1970. */
  readonly clock: number;
}

/** A rule that was not seen to do both: to report something wrong and to pass. */
export interface Unexercised {
  readonly side: 'old' | 'new';
  readonly rule: RuleKey;
  /** What was not seen. */
  readonly never: readonly ('fail' | 'pass')[];
}

/** What a comparison came to. */
export interface CompareResult extends SearchResult {
  readonly judged: number;
  /** Candidates that no policy would see: the API server refuses them. */
  readonly invalid: number;
  readonly unexercised: readonly Unexercised[];
  readonly rules: { readonly old: number; readonly new: number };
  /** What could not be judged, with how often. */
  readonly unsupported: ReadonlyMap<string, number>;
  /** Objects that were made for the requests and must exist to ask them again. */
  readonly objects: readonly JsonObject[];
}

/**
 * Do two policy sets judge alike? Throws `InputError` for policies that Kyverno would refuse, `NotSupportedError` for
 * what keeps a set as a whole from being judged.
 */
export function compareSets(old: PolicySet, other: PolicySet, options: CompareOptions): CompareResult {
  const { mode, budget, comparison, resources, cluster, settings } = options;
  const latitude = mode === 'admission' ? 'typed' : 'any';
  const harvests = harvestPolicies([...old.policies, ...other.policies]);
  const plan = planRequests(harvests, resources, cluster, latitude);
  const surrounding: Surrounding = {
    objects: [...plan.objects, ...cluster],
    settings,
    clock: { now: () => options.clock },
    random: { next: () => 0.5 },
  };
  const judgeOf = mode === 'admission' ? admissionJudge : cliJudge;
  const tester = createTester(
    { set: old, judge: judgeOf(old, surrounding) },
    { set: other, judge: judgeOf(other, surrounding) },
    { ...comparison, objects: mode === 'admission' && [old, other].some(mutates) },
    mode === 'admission' ? storableIn(surrounding) : () => true,
  );
  const result = search(
    { ...plan, users: plan.users.length === 0 ? [] : [ADMIN, ...plan.users] },
    tester,
    latitude,
    budget,
  );
  return {
    ...result,
    ...tester.counts(),
    unexercised: [...unexercised('old', old, tester.seen.old), ...unexercised('new', other, tester.seen.new)],
    rules: { old: ruleKeys(old).length, new: ruleKeys(other).length },
    unsupported: unsupportedOf(tester),
    objects: plan.objects,
  };
}

function mutates({ policies }: PolicySet): boolean {
  return policies.some(
    ({ rules, kind }) => kind.includes('Mutating') || rules.some((rule) => rule['mutate'] !== undefined),
  );
}

function unexercised(side: 'old' | 'new', set: PolicySet, seen: Seen): readonly Unexercised[] {
  return ruleKeys(set).flatMap((rule) => {
    const statuses = seen.get(rule) ?? new Set();
    const bad = statuses.has('fail') || statuses.has('error') || statuses.has('warning');
    const good = statuses.has('pass') || statuses.has('skip');
    const never = [...(bad ? [] : (['fail'] as const)), ...(good ? [] : (['pass'] as const))];
    return never.length === 0 ? [] : [{ side, rule, never }];
  });
}

function unsupportedOf({ unsupported }: Tester): ReadonlyMap<string, number> {
  return new Map([...unsupported].sort(([, a], [, b]) => b - a));
}
