import { asObject, asString, getPath, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { gvkOf, nameOf, namespaceOf } from '../../model/resource.ts';
import { stringMapOf } from '../match/index.ts';

const PREFIX = 'generate.kyverno.io/';

/** A copy of the object with a field of its metadata set, or removed when the value is `undefined` or empty text. */
export function withMetadata(object: JsonObject, field: string, value: Json | undefined): JsonObject {
  const metadata = object['metadata'];
  // As upstream, metadata that is no map stays as it is.
  if (metadata !== undefined && metadata !== null && asObject(metadata) === undefined) return object;
  const { [field]: _, ...rest } = asObject(metadata) ?? {};
  const kept = value === undefined || value === '' ? rest : { ...rest, [field]: value };
  return { ...object, metadata: kept };
}

/** A copy of the object with these labels beside its own. Labels that are no texts make all of its own vanish. */
export function withLabels(object: JsonObject, labels: Readonly<Record<string, string>>): JsonObject {
  return withMetadata(object, 'labels', { ...stringMapOf(object, 'labels'), ...labels });
}

/**
 * The labels by which Kyverno knows what it generated, for which trigger, rule and policy.
 * Upstream: `ManageLabels` in `pkg/background/common/labels.go`.
 */
export function ownerLabels(trigger: JsonObject, policy: Policy, rule: string): Readonly<Record<string, string>> {
  const { group, version, kind } = gvkOf(trigger);
  return {
    'app.kubernetes.io/managed-by': 'kyverno',
    [`${PREFIX}policy-name`]: policy.name,
    [`${PREFIX}policy-namespace`]: policy.namespace,
    [`${PREFIX}rule-name`]: rule,
    [`${PREFIX}trigger-version`]: version,
    [`${PREFIX}trigger-group`]: group,
    [`${PREFIX}trigger-kind`]: kind,
    [`${PREFIX}trigger-namespace`]: namespaceOf(trigger),
    [`${PREFIX}trigger-uid`]: uidOf(trigger),
  };
}

/** The label that Kyverno puts on an object it clones from. Upstream: `TagSource`. */
export const CLONE_SOURCE: Readonly<Record<string, string>> = { [`${PREFIX}clone-source`]: '' };

/** The labels of a clone that say what it was cloned from. Upstream: `addSourceLabels` in `pkg/background/generate/source.go`. */
export function sourceLabels(source: JsonObject): Readonly<Record<string, string>> {
  const { group, version, kind } = gvkOf(source);
  return {
    [`${PREFIX}source-group`]: group,
    [`${PREFIX}source-version`]: version,
    [`${PREFIX}source-kind`]: kind,
    [`${PREFIX}source-namespace`]: namespaceOf(source),
    [`${PREFIX}source-uid`]: uidOf(source),
  };
}

/** A copy of the object named and placed anew; a missing kind is filled in, the version always. */
export function placed(
  object: JsonObject,
  at: { readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string },
): JsonObject {
  const named = withMetadata(withMetadata(object, 'name', at.name), 'namespace', at.namespace);
  const kind = asString(object['kind']) ?? '';
  return { ...named, apiVersion: at.apiVersion, ...(kind === '' ? { kind: at.kind } : {}) };
}

/** Are these the same place and name? */
export function isItself(a: JsonObject, namespace: string, name: string): boolean {
  return namespaceOf(a) === namespace && nameOf(a) === name;
}

function uidOf(object: JsonObject): string {
  return asString(getPath(object, 'metadata', 'uid')) ?? '';
}
