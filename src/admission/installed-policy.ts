import { type CompiledPolicy, computeRules, needsNamespaceLabels } from '../engine/index.ts';
import { asArray, asObject, isObject, type JsonObject } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { AdmissionRequest, Operation } from '../model/request.ts';
import type { ResourceTable } from './resource-table.ts';
import {
  hasGenerate,
  hasMutateExisting,
  hasMutateStandard,
  hasValidate,
  hasVerifyImages,
  matchedKinds,
  watchedOperations,
} from './rule-kinds.ts';

/** A policy as the webhook server holds it. */
export interface InstalledPolicy {
  readonly policy: Policy;
  readonly compiled: CompiledPolicy;
  readonly failurePolicy: 'Fail' | 'Ignore';
  readonly emitWarning: boolean;
  readonly needsNamespaceLabels: boolean;
  /** It has CEL conditions of its own and so a webhook of its own. */
  readonly fineGrained: boolean;
  /** What the validating webhook must be called for, by entry of `kinds`. */
  readonly validating: ReadonlyMap<string, ReadonlySet<Operation>>;
  /** What the mutating webhook must be called for. */
  readonly mutating: ReadonlyMap<string, ReadonlySet<Operation>>;
  /** Does some rule, copies for pod controllers included, name the resource of the request? */
  readonly concerns: (request: AdmissionRequest) => boolean;
}

const EVERY_OPERATION: readonly Operation[] = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'];
const CHANGES: readonly Operation[] = ['CREATE', 'UPDATE'];

/**
 * Prepares a policy of kind ClusterPolicy or Policy. `undefined` when it does not take part in admission.
 * Upstream: `pkg/policycache/store.go`, `pkg/controllers/webhook/controller.go`.
 */
export function installPolicy(
  compiled: CompiledPolicy,
  resources: ResourceTable,
  forceIgnore: boolean,
): InstalledPolicy | undefined {
  const { policy } = compiled;
  if (policy.spec['admission'] === false) return undefined;
  const rules = computeRules(policy, '');
  const webhook = asObject(policy.spec['webhookConfiguration']);
  const failurePolicy = webhook?.['failurePolicy'] ?? policy.spec['failurePolicy'];
  return {
    policy,
    compiled,
    failurePolicy: forceIgnore || failurePolicy === 'Ignore' ? 'Ignore' : 'Fail',
    emitWarning: policy.spec['emitWarning'] === true,
    needsNamespaceLabels: needsNamespaceLabels(compiled),
    fineGrained: (asArray(webhook?.['matchConditions']) ?? []).length > 0,
    validating: merged(
      rules.map((rule) => {
        if (hasGenerate(rule) || hasValidate(rule) || hasMutateExisting(rule) || hasImageChecks(rule)) {
          return watchedOperations(rule, EVERY_OPERATION);
        }
        return new Map();
      }),
    ),
    mutating: merged(
      rules.map((rule) => {
        if (hasGenerate(rule)) return watchedOperations(rule, EVERY_OPERATION);
        return hasMutateStandard(rule) || hasVerifyImages(rule) ? watchedOperations(rule, CHANGES) : new Map();
      }),
    ),
    concerns: resourceTest(rules, resources),
  };
}

function hasImageChecks(rule: JsonObject): boolean {
  return (asArray(rule['verifyImages']) ?? [])
    .filter(isObject)
    .some((entry) => entry['verifyDigest'] !== false || entry['required'] !== false);
}

type Watched = ReadonlyMap<string, ReadonlySet<Operation>>;

function merged(parts: readonly Watched[]): Watched {
  const all = new Map<string, ReadonlySet<Operation>>();
  for (const part of parts) {
    for (const [kind, operations] of part) all.set(kind, new Set([...(all.get(kind) ?? []), ...operations]));
  }
  return all;
}

function resourceTest(rules: readonly JsonObject[], resources: ResourceTable): (request: AdmissionRequest) => boolean {
  const keys = new Set(
    rules
      .flatMap(matchedKinds)
      .flatMap((kind) => resources.select(kind))
      .map(({ group, version, resource, subresource }) => `${group}/${version}/${resource}/${subresource}`),
  );
  if (keys.has('/v1/pods/')) keys.add('/v1/pods/ephemeralcontainers');
  return ({ resource: { group, version, resource }, subResource }) =>
    keys.has(`${group}/${version}/${resource}/${subResource}`);
}
