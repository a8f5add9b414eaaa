import type { Authorizer } from '../apiserver/index.ts';
import {
  areKnownToKubernetes,
  type CompiledValidatingPolicy,
  compileMatchResources,
  isAboutPodsAlone,
  type NamedExpression,
  namedExpressions,
  offeredConditions,
  type ResourceMatcher,
} from '../engine/index.ts';
import { asArray, asObject, isArray, isObject, type Json, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { KyvernoConfig } from './kyverno-config.ts';
import { mergeSelectors, selectorKey } from './selector-key.ts';
import { compileWebhookConditions, type WebhookConditions } from './webhook-conditions.ts';

/** A webhook that Kyverno registers for ValidatingPolicies. */
export interface CelWebhook {
  /** e.g. `vpol.validate.kyverno.svc-fail`. */
  readonly name: string;
  /** The API server's look at rules and selectors, those of Kyverno's own configuration aside. */
  readonly matches: ResourceMatcher;
  readonly conditions: WebhookConditions;
  /** Whom it asks; those of other namespaces than the request's do not answer. */
  readonly policies: readonly CompiledValidatingPolicy[];
}

/** What webhooks are registered with. */
export interface WebhookCluster {
  readonly forceIgnore: boolean;
  readonly authorize: Authorizer;
  readonly config: Pick<KyvernoConfig, 'selectors'>;
}

/** A kind of policies, for which Kyverno registers webhooks of their own. */
interface Kind {
  readonly prefix: 'vpol' | 'nvpol';
  readonly policies: readonly CompiledValidatingPolicy[];
}

/**
 * The webhooks of ValidatingPolicies and NamespacedValidatingPolicies. A policy with conditions that Kubernetes
 * understands, with `matchPolicy: Exact` or a timeout has one of its own; all others that have the same selectors share
 * two, by `failurePolicy`, and both of these ask all of them.
 * Upstream: `buildWebhookRules` in `pkg/controllers/webhook/validating.go`.
 */
export function buildCelWebhooks(
  policies: readonly CompiledValidatingPolicy[],
  cluster: WebhookCluster,
): readonly CelWebhook[] {
  const asked = policies.filter(({ policy }) => isEnabled(policy.spec));
  const isNamespaced = ({ policy }: CompiledValidatingPolicy) => policy.kind === 'NamespacedValidatingPolicy';
  const kinds: readonly Kind[] = [
    { prefix: 'vpol', policies: asked.filter((one) => !isNamespaced(one)) },
    { prefix: 'nvpol', policies: asked.filter(isNamespaced) },
  ];
  return kinds.flatMap((kind) => buildKind(kind, cluster));
}

function isEnabled(spec: JsonObject): boolean {
  return asObject(asObject(spec['evaluation'])?.['admission'])?.['enabled'] !== false;
}

function buildKind(
  { prefix, policies }: Kind,
  { forceIgnore, authorize, config }: WebhookCluster,
): readonly CelWebhook[] {
  const side = (policy: Policy) => (forceIgnore || policy.spec['failurePolicy'] === 'Ignore' ? 'ignore' : 'fail');
  const base = `${prefix}.validate.kyverno.svc`;
  const [own, shared] = [policies.filter(isFineGrained), policies.filter((one) => !isFineGrained(one))];
  const single = own.map((compiled): CelWebhook => {
    const { policy } = compiled;
    const key = policy.namespace === '' ? policy.name : `${policy.namespace}-${policy.name}`;
    const constraints = constraintsOf(policy.spec);
    const ignoresErrors = side(policy) === 'ignore';
    return {
      name: `${base}-${side(policy)}-finegrained-${key}`,
      matches: compileMatchResources({
        ...selectors(policy),
        resourceRules: [...rulesOf(constraints), ...autogenRules(compiled)],
        matchPolicy: constraints['matchPolicy'] === 'Exact' ? 'Exact' : 'Equivalent',
      }),
      conditions: compileWebhookConditions(ownConditions(compiled), { authorize, ignoresErrors }),
      policies: [compiled],
    };
  });
  const groups = Map.groupBy(shared, ({ policy }) => groupKey(policy, config));
  const grouped = [...groups.keys()].sort().flatMap((key) => {
    const group = groups.get(key) ?? [];
    const suffix = groups.size > 1 ? `-${key.slice(0, 8)}` : '';
    return (['fail', 'ignore'] as const).flatMap((failure): readonly CelWebhook[] => {
      const rules = group
        .filter(({ policy }) => side(policy) === failure)
        .flatMap((compiled) => [
          // Upstream forgets the copies of policies that live in a namespace.
          ...(prefix === 'vpol' ? autogenRules(compiled) : []),
          ...rulesOf(constraintsOf(compiled.policy.spec)),
        ]);
      const [first] = group;
      if (rules.length === 0 || first === undefined) return [];
      return [
        {
          name: `${base}-${failure}${suffix}`,
          matches: compileMatchResources({
            ...selectors(first.policy),
            resourceRules: rules,
            matchPolicy: 'Equivalent',
          }),
          conditions: () => ({ met: true }),
          policies: group,
        },
      ];
    });
  });
  return [...single, ...grouped];
}

/** Upstream: `groupBySelectors`, which says of a namespace what `selectors` says, in another way. */
function groupKey(policy: Policy, { selectors: general }: Pick<KyvernoConfig, 'selectors'>): string {
  const { namespaceSelector, objectSelector } = constraintsOf(policy.spec);
  const home = { key: 'kubernetes.io/metadata.name', operator: 'In', values: [policy.namespace] };
  const namespace = policy.namespace === '' ? asObject(namespaceSelector) : { matchExpressions: [home] };
  return selectorKey(
    mergeSelectors(namespace, general.namespace),
    mergeSelectors(asObject(objectSelector), general.object),
  );
}

function constraintsOf(spec: JsonObject): JsonObject {
  return asObject(spec['matchConstraints']) ?? {};
}

function rulesOf(constraints: JsonObject): readonly Json[] {
  return (asArray(constraints['resourceRules']) ?? []).filter(isObject).map(({ resourceNames: _, ...rule }) => rule);
}

function autogenRules({ variants }: CompiledValidatingPolicy): readonly Json[] {
  return variants.filter(({ name }) => name !== '').flatMap(({ spec }) => rulesOf(constraintsOf(spec)));
}

/** A policy in a namespace is asked about that namespace only, whatever its selector says. */
function selectors({ namespace, spec }: Policy): JsonObject {
  const { namespaceSelector, objectSelector } = constraintsOf(spec);
  const own: JsonObject = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
  return {
    ...(namespace === '' ? (namespaceSelector === undefined ? {} : { namespaceSelector }) : { namespaceSelector: own }),
    ...(objectSelector === undefined ? {} : { objectSelector }),
  };
}

function isFineGrained({ policy: { spec } }: CompiledValidatingPolicy): boolean {
  const { matchConditions } = spec;
  const timeout = asObject(spec['webhookConfiguration'])?.['timeoutSeconds'];
  return (
    (isArray(matchConditions) && areKnownToKubernetes(namedExpressions(matchConditions))) ||
    constraintsOf(spec)['matchPolicy'] === 'Exact' ||
    (timeout !== undefined && timeout !== null)
  );
}

const TARGETS: Readonly<Record<string, readonly [apiVersion: string, kind: string]>> = {
  cronjobs: ['batch/v1', 'CronJob'],
  daemonsets: ['apps/v1', 'DaemonSet'],
  deployments: ['apps/v1', 'Deployment'],
  jobs: ['batch/v1', 'Job'],
  pods: ['v1', 'Pod'],
  replicasets: ['apps/v1', 'ReplicaSet'],
  statefulsets: ['apps/v1', 'StatefulSet'],
};

/**
 * The policy's conditions as the API server asks them: those of a policy that is about Pods alone, and of its copies, only
 * count for objects of their kinds. Upstream: `CreateMatchConditions` in `pkg/cel/autogen`.
 */
function ownConditions({ policy, variants }: CompiledValidatingPolicy): Json {
  const written = offered(policy.spec);
  const hasCopies = isAboutPodsAlone(constraintsOf(policy.spec));
  const copies = variants.filter(({ name }) => name !== '');
  return [
    ...(hasCopies ? guarded('', ['pods'], written) : written),
    ...copies.flatMap(({ name, spec }) => {
      const resources = rulesOf(constraintsOf(spec)).flatMap((rule) => asArray(asObject(rule)?.['resources']) ?? []);
      return guarded(name, resources.map(String), offered(spec));
    }),
  ].map(({ name, expression }) => ({ name, expression }));
}

/** Conditions that the API server can answer; none when one of them only Kyverno understands. */
function offered({ matchConditions }: JsonObject): readonly NamedExpression[] {
  const conditions = namedExpressions(matchConditions);
  return areKnownToKubernetes(conditions) ? offeredConditions(conditions) : [];
}

function guarded(
  config: string,
  resources: readonly string[],
  conditions: readonly NamedExpression[],
): readonly NamedExpression[] {
  const kinds = resources.flatMap((resource) => {
    const target = TARGETS[resource];
    return target === undefined ? [] : [`(object.apiVersion == '${target[0]}' && object.kind =='${target[1]}')`];
  });
  const prefix = config === '' ? 'autogen' : `autogen-${config}`;
  const guard = [...new Set(kinds)].sort().join(' || ');
  return conditions.map(({ name, expression }) => ({
    name: `${prefix}-${name}`,
    expression: `!(${guard}) || (${expression})`,
  }));
}
