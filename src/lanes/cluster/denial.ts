import { parse } from 'yaml';
import type { Denial } from '../../model/admission.ts';

/** A refusal text of Kyverno's validating webhook, taken apart. */
export interface DenialText {
  /** e.g. `validate.kyverno.svc-fail`. */
  readonly webhook: string;
  readonly denied: readonly Denial[];
}

/**
 * Takes apart the Status message of a request that Kyverno denied; `undefined` for any other text. The denials stand in
 * a YAML map of policy, rule and message. Upstream: `pkg/webhooks/utils/block.go`.
 */
export function parseDenial(message: string): DenialText | undefined {
  const head = /^admission webhook "(validate\.kyverno\.svc[^"]*)" denied the request: /.exec(message);
  if (head === null) return undefined;
  const webhook = head[1] ?? '';
  const marker = ' was blocked due to the following policies \n\n';
  const at = message.indexOf(marker);
  if (at < 0) return { webhook, denied: [] };
  let map: unknown;
  try {
    map = parse(message.slice(at + marker.length), { schema: 'failsafe' });
  } catch {
    return { webhook, denied: [] };
  }
  return { webhook, denied: denialsOf(map) };
}

function denialsOf(map: unknown): readonly Denial[] {
  if (typeof map !== 'object' || map === null) return [];
  return Object.entries(map).flatMap(([policy, rules]) =>
    typeof rules === 'object' && rules !== null
      ? Object.entries(rules).map(([rule, text]) => ({ policy, rule, message: String(text) }))
      : [],
  );
}
