import { parse } from 'yaml';
import type { Denial } from '../../model/admission.ts';

/** A refusal text of one of Kyverno's webhooks, taken apart. */
export interface DenialText {
  /** e.g. `validate.kyverno.svc-fail`. */
  readonly webhook: string;
  readonly denied: readonly Denial[];
}

/** The names of each policy's rules, by the name of the policy. */
export type RuleNames = ReadonlyMap<string, readonly string[]>;

/**
 * Takes apart the Status message of a request that Kyverno denied; `undefined` for any other text. Denials of rules that
 * validate stand in a YAML map of policy, rule and message; those of rules that mutate stand in a row, which only the
 * names of the rules take apart. Upstream: `pkg/webhooks/utils/block.go`, `pkg/webhooks/resource/mutation/mutation.go`.
 */
export function parseDenial(message: string, names: RuleNames = new Map()): DenialText | undefined {
  const head = /^admission webhook "((?:validate|mutate)\.kyverno\.svc[^"]*)" denied the request: /.exec(message);
  if (head === null) return undefined;
  const webhook = head[1] ?? '';
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
