import { KUBERNETES_DECLARATIONS } from './declarations/kubernetes.ts';
import { KYVERNO_DECLARATIONS } from './declarations/kyverno.ts';
import { KYVERNO_CALL_DECLARATIONS, NAMESPACED_CALL_DECLARATIONS } from './declarations/kyverno-calls.ts';
import { STANDARD_DECLARATIONS } from './declarations/standard.ts';
import { TEXT_AND_LIST_DECLARATIONS } from './declarations/text-and-lists.ts';
import type { CelEnvironment } from './environment.ts';
import { KUBERNETES_MACROS, KYVERNO_COMPATIBILITY_MACROS, KYVERNO_MACROS } from './macros.ts';
import { type Overload, parseDeclarations, parseType } from './type-text.ts';
import type { CelType } from './types.ts';

type Fields = Readonly<Record<string, string>>;

/** Fields of the declared structs, as type texts. Upstream: `k8s.io/apiserver/pkg/admission/plugin/cel/compile.go`. */
const STRUCTS: Readonly<Record<string, Fields>> = {
  'kubernetes.GroupVersionKind': { group: 'string', version: 'string', kind: 'string' },
  'kubernetes.GroupVersionResource': { group: 'string', version: 'string', resource: 'string' },
  'kubernetes.UserInfo': {
    username: 'string',
    uid: 'string',
    groups: 'list(string)',
    extra: 'map(string, list(string))',
  },
  'kubernetes.AdmissionRequest': {
    kind: 'kubernetes.GroupVersionKind',
    resource: 'kubernetes.GroupVersionResource',
    subResource: 'string',
    requestKind: 'kubernetes.GroupVersionKind',
    requestResource: 'kubernetes.GroupVersionResource',
    requestSubResource: 'string',
    name: 'string',
    namespace: 'string',
    operation: 'string',
    userInfo: 'kubernetes.UserInfo',
    dryRun: 'bool',
    options: 'dyn',
  },
  'kubernetes.NamespaceSpec': { finalizers: 'list(string)' },
  'kubernetes.NamespaceCondition': {
    status: 'string',
    type: 'string',
    lastTransitionTime: 'timestamp',
    message: 'string',
    reason: 'string',
  },
  'kubernetes.NamespaceStatus': { conditions: 'list(kubernetes.NamespaceCondition)', phase: 'string' },
  'kubernetes.NamespaceMetadata': {
    name: 'string',
    generateName: 'string',
    namespace: 'string',
    labels: 'map(string, string)',
    annotations: 'map(string, string)',
    UID: 'string',
    creationTimestamp: 'timestamp',
    deletionGracePeriodSeconds: 'int',
    deletionTimestamp: 'timestamp',
    generation: 'int',
    resourceVersion: 'string',
    finalizers: 'list(string)',
  },
  'kubernetes.Namespace': {
    metadata: 'kubernetes.NamespaceMetadata',
    spec: 'kubernetes.NamespaceSpec',
    status: 'kubernetes.NamespaceStatus',
  },
  'user.ServiceAccount': { Name: 'string', Namespace: 'string' },
  'libs.Exception': { allowedImages: 'list(string)', allowedValues: 'list(string)' },
};

/** Kyverno gives `request` the objects too. Upstream: `pkg/cel/compiler/request.go`. */
const KYVERNO_REQUEST: Fields = { object: 'dyn', oldObject: 'dyn' };

/** Which variables an expression of Kubernetes' own may use. */
export interface KubernetesOptions {
  readonly hasParams: boolean;
  readonly hasAuthorizer: boolean;
  /** Declare `variables`; its fields come from `variables`. */
  readonly variables?: ReadonlyMap<string, CelType>;
  /** Kyverno evaluates with a macro that lets `orValue` pass over values that are not optional. */
  readonly kyverno: boolean;
}

const VARIABLES = 'kubernetes.variables';
const KYVERNO_VARIABLES = 'kyverno.variables';

/**
 * The environment of `validate.cel`, ValidatingAdmissionPolicy and `matchConditions` of webhooks.
 * Upstream: `createEnvForOpts` in `k8s.io/apiserver/pkg/admission/plugin/cel/compile.go`, `pkg/admissionpolicy/compiler.go`.
 */
export function kubernetesEnvironment(options: KubernetesOptions): CelEnvironment {
  const { hasParams, hasAuthorizer, variables, kyverno } = options;
  const names = [
    ['object', 'dyn'],
    ['oldObject', 'dyn'],
    ['namespaceObject', 'kubernetes.Namespace'],
    ['request', 'kubernetes.AdmissionRequest'],
    ...(hasParams ? [['params', 'dyn']] : []),
    ...(hasAuthorizer
      ? [
          ['authorizer', 'kubernetes.authorization.Authorizer'],
          ['authorizer.requestResource', 'kubernetes.authorization.ResourceCheck'],
        ]
      : []),
    ...(variables === undefined ? [] : [['variables', VARIABLES]]),
  ];
  return {
    variables: typed(names),
    ...structs({}, VARIABLES, variables),
    overloadsOf: (fn) => kubernetesFunctions().get(fn),
    functions: kubernetesFunctions,
    macros: kyverno ? COMPATIBLE_MACROS : KUBERNETES_MACROS,
  };
}

/**
 * The environment of Kyverno's own policy kinds; with a namespace that of a policy of that namespace.
 * Upstream: `createBaseVpolEnv` in `pkg/cel/policies/vpol/compiler/compiler.go`.
 */
export function kyvernoEnvironment(namespace: string, variables: ReadonlyMap<string, CelType>): CelEnvironment {
  const functions = kyvernoFunctions(namespace !== '');
  return {
    variables: typed([
      ['object', 'dyn'],
      ['oldObject', 'dyn'],
      ['namespaceObject', 'kubernetes.Namespace'],
      ['request', 'kubernetes.AdmissionRequest'],
      ['variables', KYVERNO_VARIABLES],
      ['exceptions', 'libs.Exception'],
      ['globalContext', 'globalcontext.Context'],
      ['resource', 'resource.Context'],
      ['image', 'imagedata.Context'],
      ['json', 'json.Json'],
      ['yaml', 'yaml.Yaml'],
      ['http', 'http.Context'],
    ]),
    ...structs(KYVERNO_REQUEST, KYVERNO_VARIABLES, variables),
    overloadsOf: (fn) => functions.get(fn),
    functions: () => functions,
    macros: ALL_MACROS,
  };
}

const COMPATIBLE_MACROS: ReadonlySet<string> = new Set([...KUBERNETES_MACROS, ...KYVERNO_COMPATIBILITY_MACROS]);
const ALL_MACROS: ReadonlySet<string> = new Set([...COMPATIBLE_MACROS, ...KYVERNO_MACROS]);

type Functions = ReadonlyMap<string, readonly Overload[]>;

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

const kubernetesFunctions: () => Functions = once(() =>
  parseDeclarations(STANDARD_DECLARATIONS + TEXT_AND_LIST_DECLARATIONS + KUBERNETES_DECLARATIONS),
);
const clusterFunctions = once(() => withKyverno(KYVERNO_CALL_DECLARATIONS));
const namespacedFunctions = once(() => withKyverno(KYVERNO_CALL_DECLARATIONS + NAMESPACED_CALL_DECLARATIONS));

function withKyverno(calls: string): Functions {
  return new Map([...kubernetesFunctions(), ...parseDeclarations(KYVERNO_DECLARATIONS + calls)]);
}

function kyvernoFunctions(namespaced: boolean): Functions {
  return namespaced ? namespacedFunctions() : clusterFunctions();
}

function typed(names: readonly (readonly string[])[]): ReadonlyMap<string, CelType> {
  return new Map(names.map(([name = '', type = 'dyn']) => [name, fieldTypeOf(type)]));
}

const MOST_TYPES = 200;
const types = new Map<string, CelType>();

function fieldTypeOf(text: string): CelType {
  const known = types.get(text);
  if (known !== undefined) return known;
  const type = parseType(text);
  if (types.size < MOST_TYPES) types.set(text, type);
  return type;
}

function structs(
  request: Fields,
  variablesName: string,
  variables: ReadonlyMap<string, CelType> | undefined,
): Pick<CelEnvironment, 'fieldType' | 'fieldNames' | 'hasStruct'> {
  const fieldType = (struct: string, field: string): CelType | undefined => {
    if (struct === variablesName) return variables?.get(field);
    const fields = Object.hasOwn(STRUCTS, struct) ? STRUCTS[struct] : undefined;
    const extra = struct === 'kubernetes.AdmissionRequest' ? request : {};
    const all = { ...fields, ...extra };
    const text = Object.hasOwn(all, field) ? all[field] : undefined;
    return text === undefined ? undefined : fieldTypeOf(text);
  };
  return {
    fieldType,
    fieldNames: () => [request, ...Object.values(STRUCTS), Object.fromEntries(variables ?? [])].flatMap(Object.keys),
    hasStruct: (struct) => (variables !== undefined && struct === variablesName) || Object.hasOwn(STRUCTS, struct),
  };
}
