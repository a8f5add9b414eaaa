import { type Admission, cleanUp, createAdmission, installPolicyOn } from '../admission/index.ts';
import { type CompiledPolicy, compilePolicy } from '../engine/index.ts';
import type { ClientRequest } from '../model/admission.ts';
import type { Clock, RandomSource } from '../model/environment.ts';
import { asObject, getPath, type Json, type JsonObject } from '../model/json.ts';
import type { Lane, Premise } from '../model/lane.ts';
import type { Policy } from '../model/policy.ts';
import { gvkOf, nameOf, namespaceOf } from '../model/resource.ts';
import type { ClusterSettings } from '../model/settings.ts';

/** What the engine lane works with. */
export interface EngineLaneOptions {
  readonly settings: ClusterSettings;
  readonly clock: Clock;
  readonly random: RandomSource;
}

/** A lane that tells all there is to tell. */
export type EngineLane = Required<Lane>;

/**
 * The lane that answers from the embedded engine. Policies are compiled once per `Policy` object, the chain once per
 * pair of policies and objects, told apart by identity. `ask` rejects with `InputError` for a premise that cannot be
 * (a policy that Kyverno would refuse), never for what a request holds.
 */
export function createEngineLane(options: EngineLaneOptions): EngineLane {
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
      const { answer, judged } = chainOf(premise)(asReplaced(premise, request));
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

/**
 * A replacement that names no version is sent for the version that is stored, as `kubectl replace` and the cluster lane send
 * it: custom resources cannot be replaced without.
 */
function asReplaced({ objects }: Premise, request: ClientRequest): ClientRequest {
  const { object, patch, subresource = '' } = request;
  if (request.operation !== 'UPDATE' || object === undefined || patch !== undefined || subresource !== '')
    return request;
  const oldObject = request.oldObject ?? objects.find((one) => isSameObject(one, object, request.namespace));
  if (oldObject === undefined || versionOf(object) !== undefined || versionOf(oldObject) !== undefined) return request;
  return { ...request, object: withVersion(object), oldObject: withVersion(oldObject) };
}

function isSameObject(stored: JsonObject, object: JsonObject, namespace: string | undefined): boolean {
  const place = (one: JsonObject, given = 'default'): string => namespaceOf(one) || given;
  const [a, b] = [gvkOf(stored), gvkOf(object)];
  const sameKind = a.kind === b.kind && a.group === b.group;
  return sameKind && nameOf(stored) === nameOf(object) && place(stored) === place(object, namespace);
}

function versionOf(object: JsonObject): Json | undefined {
  return getPath(object, 'metadata', 'resourceVersion');
}

function withVersion(object: JsonObject): JsonObject {
  return { ...object, metadata: { ...asObject(object['metadata']), resourceVersion: '1' } };
}
