import { NotSupportedError } from '../model/failure.ts';
import { asObject, asString, isArray, isObject, type Json, type JsonObject, setKey } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { nameOf } from '../model/resource.ts';
import type { ClusterView } from './check/context.ts';
import { checkPolicy } from './check/index.ts';
import { policyOf } from './load.ts';
import { asDecoded, undecodable } from './schema/decode.ts';
import { withDefaults } from './schema/defaults.ts';
import { metadataViolations, unknownMetadata, unreadableMetadata } from './schema/metadata.ts';
import { KINDS } from './schema/policy-shapes.ts';
import type { Shape } from './schema/shape.ts';
import { pathText, unknownFields } from './schema/unknown-fields.ts';
import { violations } from './schema/violations.ts';

/** How a policy is sent to a cluster. */
export interface PolicyAdmission {
  readonly cluster: ClusterView;
  /** Default: `Strict`, as kubectl asks for. */
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  /** What an update replaces. */
  readonly old?: Policy;
}

/** What the cluster answers: the policy as it would be stored, or the refusal. */
export type PolicyAnswer =
  | { readonly allowed: true; readonly policy: Policy; readonly warnings: readonly string[] }
  | {
      readonly allowed: false;
      readonly code: number;
      /** Absent where the API server gives none. */
      readonly reason?: 'BadRequest' | 'Invalid';
      readonly message: string;
      readonly warnings: readonly string[];
    };

const ADMITTED: ReadonlySet<string> = new Set([
  'ClusterPolicy',
  'Policy',
  'ValidatingPolicy',
  'NamespacedValidatingPolicy',
]);
const WEBHOOK = 'admission webhook "validate-policy.kyverno.svc" denied the request: ';

/**
 * Sends a ClusterPolicy, Policy, ValidatingPolicy or NamespacedValidatingPolicy to a cluster with Kyverno: strict decoding,
 * pruning, schema defaults and checks of the API server, then Kyverno's policy webhook. Throws `NotSupportedError` for other kinds and what `checkPolicy` cannot do.
 */
export function admitPolicy(document: JsonObject, how: PolicyAdmission): PolicyAnswer {
  const kind = asString(document['kind']) ?? '';
  const apiVersion = asString(document['apiVersion']) ?? '';
  const shape = KINDS.get(`${apiVersion}/${kind}`);
  if (shape === undefined || !ADMITTED.has(kind)) throw new NotSupportedError(`admission of ${kind} of ${apiVersion}`);
  const warnings: string[] = [];
  const refuse = (code: number, message: string, reason?: 'BadRequest' | 'Invalid'): PolicyAnswer => ({
    allowed: false,
    code,
    message,
    warnings,
    ...(reason === undefined ? {} : { reason }),
  });
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const undecoded = `${kind} in version "${version}" cannot be handled as a ${kind}: `;
  const garbled = unreadableMetadata(document);
  if (garbled !== undefined) return refuse(400, undecoded + garbled.text, 'BadRequest');
  const unknown = [...unknownMetadata(document), ...unknownFields(document, shape)].map(
    ({ path }) => `unknown field "${pathText(path)}"`,
  );
  if (unknown.length > 0 && (how.fieldValidation ?? 'Strict') === 'Strict') {
    return refuse(400, `${undecoded}strict decoding error: ${unknown.join(', ')}`, 'BadRequest');
  }
  if (how.fieldValidation === 'Warn') warnings.push(...unknown);
  const full = stored(document, kind, shape);
  const wrong = [...metadataViolations(full), ...violations(full, shape)].map(({ text }) => text);
  if (wrong.length > 0) {
    const all = wrong.length === 1 ? wrong[0] : `[${wrong.join(', ')}]`;
    const group = apiVersion.slice(0, apiVersion.indexOf('/'));
    return refuse(422, `${kind}.${group} "${nameOf(full)}" is invalid: ${all}`, 'Invalid');
  }
  const decoded = asDecoded(full, shape);
  if (undecodable(decoded, shape) !== undefined) return refuse(400, `${WEBHOOK}failed to unmarshal Conditions`);
  const policy = policyOf(decoded);
  const { old, cluster } = how;
  const checked = checkPolicy(policy, { mode: 'cluster', cluster, ...(old === undefined ? {} : { old }) });
  warnings.push(...checked.warnings);
  return checked.refused === undefined
    ? { allowed: true, policy, warnings }
    : refuse(400, `${WEBHOOK}${checked.refused}`);
}

/** The object without unknown fields and with defaults; a cluster-wide one loses its namespace. */
function stored(document: JsonObject, kind: string, shape: Shape): JsonObject {
  const full = asObject(withDefaults(prune(document, shape) as JsonObject, shape)) ?? {};
  const metadata = asObject(full['metadata']);
  if ((kind !== 'ClusterPolicy' && kind !== 'ValidatingPolicy') || metadata === undefined) return full;
  const { namespace: _namespace, ...rest } = metadata;
  return { ...full, metadata: rest };
}

function prune(value: Json, shape: Shape): Json {
  if (shape.type === 'list' && isArray(value)) return value.map((item) => prune(item, shape.of));
  if (shape.type !== 'object' || !isObject(value)) return value;
  const kept: Record<string, Json> = {};
  for (const [key, child] of Object.entries(value)) {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    if (field !== undefined) setKey(kept, key, prune(child, field.shape));
    else if (shape.open) setKey(kept, key, child);
  }
  return kept;
}
