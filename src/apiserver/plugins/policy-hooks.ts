import {
  admissionPolicySource,
  compileMatchResources,
  compileValidator,
  type ResourceMatcher,
  type Validator,
} from '../../engine/cel-validation/index.ts';
import { asArray, asObject, asString, getPath, type JsonObject } from '../../model/json.ts';
import { type GroupVersionKind, nameOf, parseApiVersion } from '../../model/resource.ts';
import { type Authorizer, createAuthorizer } from '../authorization/rbac.ts';
import type { Store } from './plugin.ts';

/** Group of the policies and of all that configures admission. */
export const POLICY_GROUP = 'admissionregistration.k8s.io';

/** A binding of a policy, compiled. */
export interface PolicyBinding {
  readonly name: string;
  readonly matches: ResourceMatcher;
  readonly paramRef: JsonObject | undefined;
  /** `Deny`, `Warn`, `Audit`. */
  readonly actions: ReadonlySet<string>;
}

/** A ValidatingAdmissionPolicy with its bindings, compiled. */
export interface PolicyHook {
  readonly name: string;
  readonly matches: ResourceMatcher;
  readonly paramKind: GroupVersionKind | undefined;
  readonly ignoresErrors: boolean;
  readonly validator: Validator;
  readonly bindings: readonly PolicyBinding[];
}

/** What the plugin keeps of a cluster's state. */
export interface Hooks {
  readonly hooks: readonly PolicyHook[];
  readonly authorize: Authorizer;
}

const COMPILED = new WeakMap<Store, Hooks>();

/**
 * The bound policies of a cluster, compiled once. The API server takes them in no particular order, so that of several
 * that refuse any may be the one that is named; here the order is that of the cluster state.
 * Upstream: `calculatePolicyData` in `k8s.io/apiserver/pkg/admission/plugin/policy/generic/policy_source.go`.
 */
export function policyHooks(store: Store): Hooks {
  const known = COMPILED.get(store);
  if (known !== undefined) return known;
  const bindings = Map.groupBy(
    store.list(POLICY_GROUP, 'ValidatingAdmissionPolicyBinding'),
    (binding) => asString(getPath(binding, 'spec', 'policyName')) ?? '',
  );
  const hooks = store
    .list(POLICY_GROUP, 'ValidatingAdmissionPolicy')
    .flatMap((policy) => compileHook(policy, bindings.get(nameOf(policy)) ?? []));
  const made = { hooks, authorize: createAuthorizer(store) };
  COMPILED.set(store, made);
  return made;
}

function compileHook(policy: JsonObject, bindings: readonly JsonObject[]): readonly PolicyHook[] {
  if (bindings.length === 0) return [];
  const spec = asObject(policy['spec']) ?? {};
  const kind = asObject(spec['paramKind']);
  return [
    {
      name: nameOf(policy),
      matches: compileMatchResources(asObject(spec['matchConstraints']) ?? {}),
      paramKind:
        kind === undefined
          ? undefined
          : { ...parseApiVersion(asString(kind['apiVersion']) ?? ''), kind: asString(kind['kind']) ?? '' },
      ignoresErrors: spec['failurePolicy'] === 'Ignore',
      validator: compileValidator(admissionPolicySource(spec, { hasAuthorizer: true, kyverno: false })),
      bindings: bindings.map(compileBinding),
    },
  ];
}

function compileBinding(binding: JsonObject): PolicyBinding {
  const spec = asObject(binding['spec']) ?? {};
  return {
    name: nameOf(binding),
    matches: compileMatchResources(asObject(spec['matchResources']) ?? {}),
    paramRef: asObject(spec['paramRef']),
    actions: new Set((asArray(spec['validationActions']) ?? []).map(String)),
  };
}
