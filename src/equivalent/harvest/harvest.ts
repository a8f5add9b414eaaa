import { controllersOf } from '../../engine/autogen/index.ts';
import { asArray, asObject, asString, getPath, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { hasRules, isJudging, judges, type RuleKey } from '../policy-set.ts';
import { createCollector, type Interest, type Surroundings } from './collect.ts';
import { harvestCelPolicy, type ResourceRule } from './from-cel-rule.ts';
import { harvestRule } from './from-rule.ts';

/** What one rule looks at, and whom it is for. */
export interface RuleHarvest {
  readonly rule: RuleKey;
  /** Entries of `kinds`, as ClusterPolicies write them. */
  readonly kinds: readonly string[];
  /** Resources, as CEL policies write them. */
  readonly resources: readonly ResourceRule[];
  /** It is for pod controllers as well. */
  readonly derived: boolean;
  readonly interests: readonly Interest[];
  readonly surroundings: Surroundings;
}

/** What the judging rules of policies look at. */
export function harvestPolicies(policies: readonly Policy[]): readonly RuleHarvest[] {
  return policies.filter(isJudging).flatMap((policy) => {
    if (!hasRules(policy)) return [harvestWhole(policy)];
    const derived = controllersOf(policy).some((controller) => controller !== 'none');
    return policy.rules.filter(judges).map((rule) => harvestOne(policy, rule, derived));
  });
}

function harvestOne(policy: Policy, rule: JsonObject, derived: boolean): RuleHarvest {
  const collector = createCollector();
  const kinds = harvestRule(rule, collector);
  for (const entry of asArray(rule['verifyImages']) ?? []) {
    const references = asArray(asObject(entry)?.['imageReferences']) ?? [];
    collector.see(['images', 'containers'], references);
  }
  if (policy.namespace !== '') collector.see(['request', 'namespace'], [policy.namespace]);
  return {
    rule: `${policy.name}/${asString(rule['name']) ?? ''}`,
    kinds,
    resources: [],
    derived,
    interests: collector.interests(),
    surroundings: collector.surroundings,
  };
}

function harvestWhole(policy: Policy): RuleHarvest {
  const collector = createCollector();
  const resources = harvestCelPolicy(policy.spec, collector);
  if (policy.namespace !== '') collector.see(['request', 'namespace'], [policy.namespace]);
  const controllers = asArray(getPath(policy.spec, 'autogen', 'podControllers', 'controllers'));
  return {
    rule: policy.name,
    kinds: [],
    resources,
    derived: policy.kind !== 'ValidatingAdmissionPolicy' && controllers?.length !== 0,
    interests: collector.interests(),
    surroundings: collector.surroundings,
  };
}
