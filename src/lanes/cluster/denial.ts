import { parse } from 'yaml';
import type { Denial } from '../../model/admission.ts';

/** A refusal text of one of Kyverno's webhooks, taken apart. */
export interface DenialText {
  /** e.g. `validate.kyverno.svc-fail`; empty for a policy of the API server itself. */
  readonly webhook: string;
  readonly denied: readonly Denial[];
}

/** The names of each policy's rules, by the name of the policy. */
export type RuleNames = ReadonlyMap<string, readonly string[]>;

/**
 * Takes apart the Status message of a request that Kyverno denied; `undefined` for any other text. Denials of rules that
 * validate stand in a YAML map of policy, rule and message; those of rules that mutate stand in a row, which only the
 * names of the rules take apart. Policies without rules, CEL ones and Kubernetes' own, count as their only rule. Upstream: `pkg/webhooks/utils/block.go`, `pkg/webhooks/resource/mutation/mutation.go`.
 */
export function parseDenial(message: string, names: RuleNames = new Map()): DenialText | undefined {
  const head =
    /^admission webhook "((?:validate|mutate|n?vpol\.validate)\.kyverno\.svc[^"]*)" denied the request: /.exec(message);
  if (head === null) return refusalOfAdmissionPolicy(message);
  const webhook = head[1] ?? '';
  if (/^n?vpol/.test(webhook)) return { webhook, denied: failuresInRow(message.slice(head[0].length)) };
  const marker = ' was blocked due to the following policies \n\n';
  const at = message.indexOf(marker);
  const failed = /^mutation policy (\S+) error: failed to apply policy \1 rules \[(.*)\]$/s.exec(
    message.slice(head[0].length),
  );
  if (failed !== null) {
    const [, policy = '', texts = ''] = failed;
    return { webhook, denied: rulesInRow(texts, names.get(policy) ?? []).map((one) => ({ policy, ...one })) };
  }
  if (at < 0) return { webhook, denied: [] };
  let map: unknown;
  try {
    map = parse(message.slice(at + marker.length), { schema: 'failsafe' });
  } catch {
    return { webhook, denied: [] };
  }
  return { webhook, denied: denialsOf(map) };
}

/**
 * A denial by a ValidatingAdmissionPolicy; its name stands for its rule. The API server tells one of several.
 * Upstream: `pkg/admission/plugin/policy/validating/dispatcher.go` of the API server.
 */
function refusalOfAdmissionPolicy(message: string): DenialText | undefined {
  const found = / is forbidden: ValidatingAdmissionPolicy '([^']+)' with binding '[^']+' denied request: (.*)$/s.exec(
    message,
  );
  if (found === null) return undefined;
  const [, policy = '', text = ''] = found;
  return { webhook: '', denied: [{ policy, rule: policy, message: text }] };
}

/** `Policy NAME failed: text; Policy NAME error: text`. Upstream: `pkg/webhooks/resource/vpol/handler.go`. */
function failuresInRow(texts: string): readonly Denial[] {
  return texts.split(/; (?=Policy \S+ (?:failed|error): )/).flatMap((text) => {
    const [, policy, message] = /^Policy (\S+) (?:failed|error): (.*)$/s.exec(text) ?? [];
    return policy === undefined || message === undefined ? [] : [{ policy, rule: policy, message }];
  });
}

/** `NAME: text NAME: text`, in the order of the names; without names it is one. */
function rulesInRow(texts: string, names: readonly string[]): readonly Omit<Denial, 'policy'>[] {
  const starts: { readonly rule: string; readonly at: number }[] = [];
  let from = 0;
  for (const rule of names) {
    const at = ` ${texts}`.indexOf(` ${rule}: `, from);
    if (at < 0) continue;
    starts.push({ rule, at });
    from = at + 1;
  }
  if (starts[0]?.at !== 0) {
    const colon = texts.indexOf(': ');
    return colon < 0 ? [] : [{ rule: texts.slice(0, colon), message: texts.slice(colon + 2) }];
  }
  return starts.map(({ rule, at }, i) => ({
    rule,
    message: texts.slice(at + rule.length + 2, (starts[i + 1]?.at ?? texts.length + 1) - 1),
  }));
}

function denialsOf(map: unknown): readonly Denial[] {
  if (typeof map !== 'object' || map === null) return [];
  return Object.entries(map).flatMap(([policy, rules]) =>
    typeof rules === 'object' && rules !== null
      ? Object.entries(rules).map(([rule, text]) => ({ policy, rule, message: String(text) }))
      : [],
  );
}
