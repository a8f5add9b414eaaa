import { compilePolicy, type EngineRequest, evaluatePolicy } from '../engine/index.ts';
import type { Environment } from '../model/environment.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { AdmissionRequest } from '../model/request.ts';
import { gvkOf } from '../model/resource.ts';

/** An environment in which nothing can be looked up. */
export const ENV: Environment = {
  clock: { now: () => 0 },
  random: { next: () => 0.5 },
  data: {},
  namespaceLabels: () => ({}),
  exceptions: [],
  registry: { defaultRegistry: 'docker.io', enableDefaultRegistryMutation: true },
};

/** The match block of rules that name none: ConfigMaps. */
export const MATCH: JsonObject = { any: [{ resources: { kinds: ['ConfigMap'] } }] };

/** A ClusterPolicy `p` with rules `r0`, `r1` … for ConfigMaps. */
export function policyOf(rules: readonly JsonObject[], spec: JsonObject = {}, more: Partial<Policy> = {}): Policy {
  return {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    name: 'p',
    namespace: '',
    annotations: {},
    document: {},
    spec,
    rules: rules.map((rule, i) => ({ name: `r${i}`, match: MATCH, ...rule })),
    ...more,
  };
}

/** The ConfigMap that requests are about. */
export const OBJECT: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'cm', namespace: 'ns', labels: { app: 'web' } },
  data: { n: 1000000n, port: 8080n, list: [1n, 2n], x: 'y' },
};

/** The webhook's question about the creation of `OBJECT`, with changes. */
export function requestOf(change: Partial<AdmissionRequest> = {}, more: Partial<EngineRequest> = {}): EngineRequest {
  const object = change.object === undefined ? OBJECT : change.object;
  const gvk = gvkOf(object ?? change.oldObject ?? {});
  return {
    mode: 'admission',
    request: {
      uid: 'u',
      kind: gvk,
      parentKind: gvk,
      resource: { group: gvk.group, version: gvk.version, resource: 'configmaps' },
      subResource: '',
      name: 'cm',
      namespace: 'ns',
      operation: 'CREATE',
      object,
      oldObject: null,
      userInfo: { username: 'system:serviceaccount:ns:sa', groups: ['g'] },
      roles: ['ns:r'],
      clusterRoles: [],
      dryRun: false,
      ...change,
    },
    ...more,
  };
}

/** `status: message` of every rule that answers. */
export function answers(
  policy: Policy,
  request: EngineRequest = requestOf(),
  env: Environment = ENV,
): readonly string[] {
  return evaluatePolicy(compilePolicy(policy), request, env).rules.map(
    ({ status, message }) => `${status}: ${message}`,
  );
}

/** A rule that denies when an operator holds. */
export const deny = (key: Json, value: Json, operator = 'Equals'): JsonObject => ({
  validate: { message: 'no', deny: { conditions: { any: [{ key, operator, value }] } } },
});
/** The answer of a rule that passes. */
export const passed = (rule: string) => `pass: validation rule '${rule}' passed.`;
