import { compareYamlKeys } from './yaml-key-order.ts';
import { yamlScalar } from './yaml-scalar.ts';

/** The resource a refusal is about. */
export interface RefusedResource {
  readonly kind: string;
  /** `""` for cluster-scoped resources. */
  readonly namespace: string;
  /** `""` when the server makes the name. */
  readonly name: string;
}

/** One policy's rules that did not pass, by rule name. */
export interface RefusingPolicy {
  readonly policy: string;
  readonly rules: ReadonlyMap<string, string>;
}

/**
 * Kyverno's own part of a denial: two line breaks, the resource, and the refusing rules as YAML, both levels in the
 * encoder's key order. A policy named twice keeps its last entry. Upstream: `GetBlockedMessages` in `pkg/webhooks/utils/block.go`.
 */
export function denyText(resource: RefusedResource, policies: readonly RefusingPolicy[]): string {
  const { kind, namespace, name } = resource;
  const head = `\n\nresource ${kind}/${namespace}/${name} was blocked due to the following policies \n\n`;
  return head + inTextOrder(policies).map(policyText).join('');
}

/** The policies and rules in the order in which the denial text names them, each policy name once. */
export function inTextOrder(policies: readonly RefusingPolicy[]): readonly RefusingPolicy[] {
  const byName = new Map(policies.map((policy) => [policy.policy, policy]));
  return [...byName.values()]
    .sort((a, b) => compareYamlKeys(a.policy, b.policy))
    .map(({ policy, rules }) => ({
      policy,
      rules: new Map([...rules].sort(([a], [b]) => compareYamlKeys(a, b))),
    }));
}

/** What the API server makes of a webhook's refusal. Upstream: `ToStatusErr` of apiserver's webhook errors. */
export function webhookDenial(webhook: string, message: string): string {
  const head = `admission webhook "${webhook}" denied the request`;
  return message === '' ? `${head} without explanation` : `${head}: ${message}`;
}

function policyText({ policy, rules }: RefusingPolicy): string {
  const lines = [...rules].map(([rule, message]) => entry(rule, yamlScalar(message, 4)));
  const key = yamlScalar(policy);
  if (isSimpleKey(policy)) return `${key}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
  return `? ${key}\n: ${lines.map((line) => `${line}\n`).join('  ')}`;
}

function entry(key: string, value: string): string {
  return isSimpleKey(key) ? `${yamlScalar(key)}: ${value}` : `? ${yamlScalar(key)}\n  : ${value}`;
}

/** Keys of more than 128 bytes or with a line break are written as `? key`. */
function isSimpleKey(key: string): boolean {
  return Buffer.byteLength(key) <= 128 && !/[\n\r\u0085\u2028\u2029]/.test(key);
}
