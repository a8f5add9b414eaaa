import {
  type MatchRequest,
  namespaceVariable,
  type RequestParts,
  type ResourceKind,
  type ValidationInput,
} from '../../engine/cel-validation/index.ts';
import type { Denial, RuleAnswer } from '../../model/admission.ts';
import type { Lookup } from '../../model/environment.ts';
import { NotSupportedError } from '../../model/failure.ts';
import { asString, getPath, type JsonObject } from '../../model/json.ts';
import { type GroupVersionKind, labelsOf } from '../../model/resource.ts';
import type { RuleStatus } from '../../model/response.ts';
import type { Registry } from '../resources/registry.ts';
import { apiVersionOf, bodyOf, groupResource, type Resource } from '../resources/resource.ts';
import type { ApiStatus } from '../status/status.ts';
import { forbid, type Plugin, type PluginCall } from './plugin.ts';
import { type Hooks, POLICY_GROUP, type PolicyBinding, type PolicyHook, policyHooks } from './policy-hooks.ts';
import { collectParams } from './policy-params.ts';

/** Resources that policies never judge, by group. */
const EXEMPT: Readonly<Record<string, RegExp>> = {
  [POLICY_GROUP]: /^(validating|mutating)admissionpolic(ies|ybindings)$/,
  'authentication.k8s.io': /^(selfsubjectreviews|tokenreviews)$/,
  'authorization.k8s.io': /reviews$/,
};

/** Status codes of the reasons that a validation may give. */
const CODES: Readonly<Record<string, number>> = { Unauthorized: 401, Forbidden: 403, RequestEntityTooLarge: 413 };

/** A decision of a policy, on behalf of a binding unless the policy itself cannot be used. */
interface Decision {
  readonly policy: string;
  readonly binding?: string;
  readonly status: RuleStatus;
  readonly message: string;
  /** Reason of a denial. */
  readonly reason: string;
  readonly denies: boolean;
  readonly warns: boolean;
}

/**
 * Judges by the ValidatingAdmissionPolicies of the cluster state and their bindings. Of several denials the first is told.
 * Audit annotations are evaluated, as an error in one denies, and forgotten.
 * Upstream: `k8s.io/apiserver/pkg/admission/plugin/policy/validating/dispatcher.go`.
 */
export const validatingAdmissionPolicy: Plugin = {
  name: 'ValidatingAdmissionPolicy',
  validate: (call) => {
    const known = policyHooks(call.store);
    const { group, resource } = call.resource.gvr;
    if (known.hooks.length === 0 || EXEMPT[group]?.test(resource) === true) return {};
    const decisions = known.hooks.map((hook) => judge(call, hook, known));
    const all = decisions.flat();
    const [denial, ...others] = firstDenials(all);
    return {
      warnings: all.filter(({ warns }) => warns).map(warningOf),
      policies: {
        rules: decisions.flatMap((list) => answerOf(list) ?? []),
        denied: denial === undefined ? [] : [denialOf(denial)],
        alternatives: others.map((one) => {
          const { code, message } = statusOf(call, one);
          return { code, message, denied: [denialOf(one)] };
        }),
      },
      ...(denial === undefined ? {} : { refused: statusOf(call, denial) }),
    };
  },
};

/** Of each policy and binding the first denial: any of them may be told. */
function firstDenials(decisions: readonly Decision[]): readonly Decision[] {
  const seen = new Set<string>();
  return decisions.filter(({ denies, policy, binding = '' }) => {
    const key = `${policy}/${binding}`;
    if (!denies || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function denialOf({ policy, message }: Decision): Denial {
  return { policy, rule: policy, message };
}

function statusOf(call: PluginCall, { policy, binding, message, reason }: Decision): ApiStatus {
  const by = binding === undefined ? '' : ` with binding '${binding}'`;
  const refused = forbid(call, `ValidatingAdmissionPolicy '${policy}'${by} denied request: ${message}`);
  return { ...refused, code: CODES[reason] ?? 422, reason };
}

function warningOf({ policy, binding, message }: Decision): string {
  return `Validation failed for ValidatingAdmissionPolicy '${policy}' with binding '${binding}': ${message}`;
}

/** A policy's worst decision as the answer of a rule that is called like the policy; `undefined` when it did not match. */
function answerOf(decisions: readonly Decision[]): RuleAnswer | undefined {
  const worst =
    decisions.find(({ denies }) => denies) ??
    (['fail', 'error', 'pass', 'skip'] as const)
      .map((word) => decisions.find(({ status }) => status === word))
      .find((one) => one !== undefined);
  if (worst === undefined) return undefined;
  const { policy, binding, status, message } = worst;
  const properties = binding === undefined ? {} : { properties: { binding } };
  return { policy, name: policy, type: 'Validation', status, message, ...properties };
}

/** All decisions of a policy, in order. */
function judge(call: PluginCall, hook: PolicyHook, known: Hooks): readonly Decision[] {
  const { sent, store, registry } = call;
  const around = {
    namespaceLabels: (name: string) => labelsOfNamespace(call, name),
    equivalents: (request: MatchRequest) => equivalents(registry, request),
  };
  const broken = (cause: string, binding?: string): readonly Decision[] => {
    const message = `failed to configure ${binding === undefined ? 'policy' : 'binding'}: ${cause}`;
    const head = { policy: hook.name, message, ...(binding === undefined ? {} : { binding }) };
    return [{ ...head, status: 'error', reason: 'Invalid', denies: !hook.ignoresErrors, warns: false }];
  };
  const { matched, error } = hook.matches(sent, around);
  if (error !== undefined) return broken(error);
  if (matched === undefined) return [];
  const { paramKind } = hook;
  if (paramKind !== undefined && registry.byKind(paramKind) === undefined) {
    const kind = `${apiVersionOf(paramKind)}, Kind=${paramKind.kind}`;
    return broken(`failed to find resource referenced by paramKind: '${kind}'`);
  }
  return hook.bindings.flatMap((binding) => {
    const bound = binding.matches(sent, around);
    if (bound.error !== undefined) return broken(bound.error, binding.name);
    if (bound.matched === undefined) return [];
    const params = collectParams({ store, registry }, paramKind, binding.paramRef, sent.namespace);
    if (params.error !== undefined) return broken(params.error, binding.name);
    return params.params.flatMap((param) => decide(hook, binding, inputOf(call, hook, known, matched, param)));
  });
}

function decide(
  { name: policy, validator, ignoresErrors }: PolicyHook,
  { name: binding, actions }: PolicyBinding,
  input: ValidationInput,
): readonly Decision[] {
  const result = validator(input);
  const head = { policy, binding, reason: '', denies: false, warns: false } as const;
  if (result === undefined) return [{ ...head, status: 'skip', message: "match conditions aren't met" }];
  const decisions = result.verdicts.map(({ action, evaluation, message, reason }): Decision => {
    const status = evaluation === 'error' ? 'error' : evaluation === 'deny' ? 'fail' : 'pass';
    if (action === 'admit') return { ...head, status, message };
    const does = { denies: actions.has('Deny'), warns: actions.has('Warn') };
    return { ...head, ...does, status, message, reason: reason || 'Invalid' };
  });
  // An annotation that cannot be computed denies whatever the actions are.
  const failed = ignoresErrors ? [] : result.annotations.flatMap(({ error }) => error ?? []);
  return [
    ...decisions,
    ...failed.map((message): Decision => ({ ...head, status: 'error', message, reason: 'Invalid', denies: true })),
  ];
}

function labelsOfNamespace({ store }: PluginCall, name: string): Lookup<Readonly<Record<string, string>>> {
  const namespace = store.get('', 'Namespace', '', name);
  return namespace === undefined
    ? { ok: false, error: `namespaces "${name}" not found` }
    : { ok: true, value: labelsOf(namespace) };
}

function inputOf(
  call: PluginCall,
  { name }: PolicyHook,
  { authorize }: Hooks,
  matched: ResourceKind,
  params: JsonObject | null,
): ValidationInput {
  const { sent, store } = call;
  const { kind, resource, subResource, operation, userInfo, dryRun, options } = sent;
  const isNamespace = kind.group === '' && kind.version === 'v1' && kind.kind === 'Namespace';
  const namespace = isNamespace ? undefined : store.get('', 'Namespace', '', sent.namespace);
  const request: RequestParts = {
    kind: matched.kind,
    resource: matched.resource,
    requestKind: kind,
    requestResource: resource,
    subResource,
    name: sent.name,
    namespace: sent.namespace,
    operation,
    userInfo,
    dryRun,
    options,
  };
  return {
    object: inVersion(call, sent.object, matched.kind, name),
    oldObject: inVersion(call, sent.oldObject, matched.kind, name),
    request,
    namespaceObject: namespace === undefined ? null : namespaceVariable(namespace),
    params,
    hasAuthorizer: true,
    host: { authorize: (check) => authorize(userInfo, check) },
  };
}

/** The object as the policy has asked for it. */
function inVersion(
  { resource, sent: { kind }, store }: PluginCall,
  object: JsonObject | null,
  wanted: GroupVersionKind,
  policy: string,
): JsonObject | null {
  if (object === null || (wanted.group === kind.group && wanted.version === kind.version)) return object;
  const definition = store
    .list('apiextensions.k8s.io', 'CustomResourceDefinition')
    .find((one) => asString(getPath(one, 'metadata', 'name')) === groupResource(resource));
  const strategy = getPath(definition ?? {}, 'spec', 'conversion', 'strategy');
  if (resource.custom !== undefined && strategy !== 'Webhook') return { ...object, apiVersion: apiVersionOf(wanted) };
  const versions = `${apiVersionOf(kind)} to ${apiVersionOf(wanted)}`;
  throw new NotSupportedError(`conversion of ${kind.kind} from ${versions}`, `ValidatingAdmissionPolicy ${policy}`);
}

/** Other versions of the resource, and Events of the other group. Upstream: `EquivalentResourceRegistry` of apimachinery. */
function equivalents({ all }: Registry, { resource, subResource }: MatchRequest): readonly ResourceKind[] {
  const { group, version, resource: plural } = resource;
  const isEvents = (one: string) => one === '' || one === 'events.k8s.io';
  const isSame = ({ gvr }: Resource) =>
    gvr.resource === plural &&
    (gvr.group === group || (plural === 'events' && isEvents(gvr.group) && isEvents(group))) &&
    !(gvr.group === group && gvr.version === version);
  return all.filter(isSame).map((one) => ({ resource: one.gvr, kind: bodyOf(one, subResource).gvk }));
}
