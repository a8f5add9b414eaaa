import { compileSelector } from '../../language/label-selector.ts';
import type { ClusterObjects, Lookup } from '../../model/environment.ts';
import { EvaluationError, InputError } from '../../model/failure.ts';
import { asObject, asString, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { UserInfo } from '../../model/request.ts';
import {
  type GroupVersionKind,
  type GroupVersionResource,
  nameOf,
  namespaceOf,
  stringMapOf,
} from '../../model/resource.ts';
import type { PolicyResponse, RuleResponse } from '../../model/response.ts';
import {
  admissionPolicySource,
  compileMatchResources,
  compileValidator,
  type FailedPart,
  kubernetesHost,
  type MatchRequest,
  namespaceVariable,
  type ResourceMatcher,
  type ValidationInput,
  type Validator,
} from '../cel-validation/index.ts';
import { collectParams } from '../collect-params.ts';
import { errorSource } from '../error-source.ts';

/** A resource that Kyverno's command line asks a ValidatingAdmissionPolicy about: always as if it were created. */
export interface AdmissionPolicyRequest {
  readonly object: JsonObject;
  readonly kind: GroupVersionKind;
  readonly resource: GroupVersionResource;
  /** Empty name, uid or groups become those of Kyverno's scan. */
  readonly user: UserInfo;
  /** Labels of the namespaces that are known. */
  readonly namespaceLabels: (namespace: string) => Readonly<Record<string, string>> | undefined;
  /** Objects given as parameters; they count where there is no cluster. */
  readonly params: readonly JsonObject[];
  /** Errors also say where in the policy they arose. */
  readonly explain?: boolean;
  /** Where namespaces and parameters are looked up instead. */
  readonly cluster?: ClusterObjects;
}

/** A ValidatingAdmissionPolicy with its bindings, ready to be asked many times. */
export interface CompiledAdmissionPolicy {
  readonly policy: Policy;
  readonly judge: (request: AdmissionPolicyRequest) => PolicyResponse;
}

interface Binding {
  readonly name: string;
  readonly matches: ResourceMatcher;
  readonly paramRef: JsonObject | undefined;
}

const SCAN = 'system:kyverno:background-scan';

/**
 * Compiles a ValidatingAdmissionPolicy as Kyverno's command line evaluates it. With bindings and no cluster only their
 * `matchResources` decide whether it matches; of several that match the last one's answer counts.
 * Upstream: `pkg/admissionpolicy/validate.go`.
 */
export function compileAdmissionPolicy(policy: Policy, bindings: readonly Policy[]): CompiledAdmissionPolicy {
  const { spec, name } = policy;
  const matches = compileMatchResources(asObject(spec['matchConstraints']) ?? {});
  const paramKind = asObject(spec['paramKind']);
  const validator = compileValidator(admissionPolicySource(spec, { hasAuthorizer: false, kyverno: true }));
  const bound = bindings
    .filter((binding) => asString(binding.spec['policyName']) === name)
    .map(
      (binding): Binding => ({
        name: binding.name,
        matches: compileMatchResources(asObject(binding.spec['matchResources']) ?? {}),
        paramRef: asObject(binding.spec['paramRef']),
      }),
    );
  const answer = (request: AdmissionPolicyRequest, params: Json, binding?: string): RuleResponse => ({
    ...ruleResponse(policy, validator, inputOf(request, params, name), request.explain === true),
    ...(binding === undefined ? {} : { properties: { binding } }),
  });
  const identity = { kind: policy.kind, name, namespace: policy.namespace };
  return {
    policy,
    judge: (request) => {
      const rule = judge(request, matches, bound, paramKind, (...how) => answer(request, ...how));
      return { policy: identity, rules: rule === undefined ? [] : [rule] };
    },
  };
}

/** The answer that counts; `undefined` where nothing matched or the real command gives up. */
function judge(
  request: AdmissionPolicyRequest,
  matches: ResourceMatcher,
  bindings: readonly Binding[],
  paramKind: JsonObject | undefined,
  answer: (params: Json, binding?: string) => RuleResponse,
): RuleResponse | undefined {
  const subject = matchRequest(request);
  const around = {
    namespaceLabels: (namespace: string) => labelsIn(request, namespace),
    kyverno: request.cluster === undefined || bindings.length === 0,
  };
  const isFor = (matcher: ResourceMatcher) => matcher(subject, around).matched !== undefined;
  if (bindings.length === 0) return isFor(matches) ? answer(null) : undefined;
  if (request.cluster !== undefined && (!isFor(matches) || !hasNamespace(request, request.cluster))) return undefined;
  let last: RuleResponse | undefined;
  for (const { matches: isBound, paramRef, name } of bindings) {
    if (!isFor(isBound)) continue;
    if (paramRef === undefined) last = answer(null, name);
    else if (request.cluster === undefined) last = answer(paramAmong(request.params, paramRef), name);
    else {
      const params = paramsIn(request, request.cluster, paramKind ?? {}, paramRef);
      if (params === undefined) return last;
      last = answer(params, name);
    }
  }
  return last;
}

function matchRequest({ object, kind, resource }: AdmissionPolicyRequest): MatchRequest {
  const [name, namespace] = [nameOf(object), namespaceOf(object)];
  return { kind, resource, subResource: '', operation: 'CREATE', name, namespace, object, oldObject: null };
}

function labelsIn(
  { cluster, namespaceLabels }: AdmissionPolicyRequest,
  namespace: string,
): Lookup<Readonly<Record<string, string>>> {
  if (cluster === undefined) return { ok: true, value: namespaceLabels(namespace) ?? {} };
  const found = cluster.get('v1', 'Namespace', '', namespace);
  return found.ok ? { ok: true, value: stringMapOf(found.value, 'labels') } : found;
}

function hasNamespace(request: AdmissionPolicyRequest, cluster: ClusterObjects): boolean {
  const namespace = namespaceWanted(request);
  return namespace === '' || cluster.get('v1', 'Namespace', '', namespace).ok;
}

function namespaceWanted({ kind, object }: AdmissionPolicyRequest): string {
  const isNamespace = kind.group === '' && kind.version === 'v1' && kind.kind === 'Namespace';
  return isNamespace ? '' : namespaceOf(object);
}

/**
 * The first parameter that is meant, or with a selector all of them as the items of a list. Kinds are not compared.
 * Upstream: `matchesSelector` in `pkg/admissionpolicy/mutate.go`.
 */
function paramAmong(params: readonly JsonObject[], ref: JsonObject): Json {
  const selector = asObject(ref['selector']);
  if (selector !== undefined) {
    const test = compileSelector(selector, false);
    const items = params.filter((param) => test(stringMapOf(param, 'labels')) === true);
    return items.length === 0 ? null : { items };
  }
  const [name, namespace] = [asString(ref['name']) ?? '', asString(ref['namespace']) ?? ''];
  const isMeant = (param: JsonObject) =>
    name !== '' ? nameOf(param) === name : namespace !== '' && namespaceOf(param) === namespace;
  return params.find(isMeant) ?? null;
}

/** What the cluster has: one object, or several as items of a list; `undefined` where Kyverno gives the policy up. */
function paramsIn(
  request: AdmissionPolicyRequest,
  cluster: ClusterObjects,
  paramKind: JsonObject,
  ref: JsonObject,
): Json | undefined {
  let found: readonly JsonObject[];
  try {
    found = collectParams(cluster, paramKind, ref, namespaceWanted(request));
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
  const [first] = found;
  if (first !== undefined) return found.length === 1 ? first : { items: found };
  throw new InputError({
    code: 'kyverno-crash',
    message: "no parameter is found for a binding (Kyverno's command crashes there)",
    hint: 'give an object that the selector of its `paramRef` selects',
  });
}

function inputOf(request: AdmissionPolicyRequest, params: Json, policy: string): ValidationInput {
  const { object, kind, resource, user } = request;
  const namespace = namespaceWanted(request);
  return {
    object,
    oldObject: null,
    request: {
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      subResource: '',
      name: nameOf(object),
      namespace: namespaceOf(object),
      operation: 'CREATE',
      userInfo: {
        ...user,
        username: user.username || SCAN,
        uid: user.uid || SCAN,
        groups: (user.groups ?? []).length === 0 ? [SCAN] : (user.groups ?? []),
      },
      dryRun: false,
      options: undefined,
    },
    namespaceObject: namespaceObject(request, namespace),
    params,
    hasAuthorizer: false,
    host: kubernetesHost(`policy ${policy}`),
  };
}

/** Without a cluster no more of a namespace is known than name and labels; what has none gets an empty one. */
function namespaceObject({ cluster, namespaceLabels }: AdmissionPolicyRequest, name: string): JsonObject {
  if (name === '') return { metadata: {}, spec: {}, status: {} };
  const found = cluster?.get('v1', 'Namespace', '', name);
  if (found?.ok === true) return namespaceVariable(found.value);
  const labels = namespaceLabels(name);
  const given = labels === undefined || Object.keys(labels).length === 0 ? {} : { labels };
  return { metadata: { name, ...given }, spec: {}, status: {} };
}

function ruleResponse(policy: Policy, validator: Validator, input: ValidationInput, explain: boolean): RuleResponse {
  const result = validator(input);
  const rule = { name: policy.name, type: 'Validation' } as const;
  if (result === undefined) return { ...rule, status: 'skip', message: "match conditions aren't met" };
  for (const { action, evaluation, message, failed } of result.verdicts) {
    if (evaluation === 'error') {
      return {
        ...rule,
        status: 'error',
        message,
        ...(explain && failed !== undefined ? sourceOf(policy, failed) : {}),
      };
    }
    if (action === 'deny') return { ...rule, status: 'fail', message };
  }
  return { ...rule, status: 'pass', message: '' };
}

function sourceOf(policy: Policy, { part, index, explain }: FailedPart): Pick<RuleResponse, 'source'> {
  const explained = explain();
  if (explained === undefined) return {};
  const list = part === 'condition' ? 'matchConditions' : 'validations';
  const paths = { expression: ['spec', list, index, 'expression'], variables: ['spec', 'variables'] };
  return { source: errorSource(policy, explained, paths) };
}

/** True for the kinds that a ValidatingAdmissionPolicy is made of. */
export function isAdmissionPolicyKind({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) {
  return apiVersion === 'admissionregistration.k8s.io/v1' && /^ValidatingAdmissionPolicy(Binding)?$/.test(kind);
}
