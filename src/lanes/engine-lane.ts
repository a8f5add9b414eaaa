import { type Admission, cleanUp, createAdmission, installPolicyOn } from '../admission/index.ts';
import { type CompiledPolicy, compilePolicy } from '../engine/index.ts';
import type { Clock, RandomSource } from '../model/environment.ts';
import type { Lane, Premise } from '../model/lane.ts';
import type { Policy } from '../model/policy.ts';
import type { ClusterSettings } from '../model/settings.ts';

/** What the engine lane works with. */
export interface EngineLaneOptions {
  readonly settings: ClusterSettings;
  readonly clock: Clock;
  readonly random: RandomSource;
}

/**
 * The lane that answers from the embedded engine. Policies are compiled once per `Policy` object, the chain once per
 * pair of policies and objects, told apart by identity. `ask` rejects with `InputError` for a premise that cannot be
 * (a policy that Kyverno would refuse), never for what a request holds.
 */
export function createEngineLane(options: EngineLaneOptions): Lane {
  const compiled = new WeakMap<Policy, CompiledPolicy>();
  const chains = new WeakMap<readonly object[], WeakMap<readonly object[], Admission>>();
  const compile = (policy: Policy): CompiledPolicy => {
    const known = compiled.get(policy) ?? compilePolicy(policy);
    compiled.set(policy, known);
    return known;
  };
  const chainOf = ({ policies, objects }: Premise): Admission => {
    const ofPolicies = chains.get(policies) ?? new WeakMap<readonly object[], Admission>();
    chains.set(policies, ofPolicies);
    const chain = ofPolicies.get(objects) ?? createAdmission({ ...options, policies, objects, compile, explain: true });
    ofPolicies.set(objects, chain);
    return chain;
  };
  return {
    name: 'engine',
    ask: async (premise, request) => {
      const { answer, judged } = chainOf(premise)(request);
      return { ...answer, lane: 'engine', ...(judged === undefined ? {} : { judged }) };
    },
    install: async (premise, policy) => ({
      ...installPolicyOn({ ...options, ...premise, compile }, policy),
      lane: 'engine',
    }),
    cleanUp: async (premise, at) => cleanUp({ ...options, ...premise }, at),
    [Symbol.asyncDispose]: async () => {},
  };
}
