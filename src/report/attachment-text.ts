import { stringify } from 'yaml';
import type { ClientRequest } from '../model/admission.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { LaneAnswer } from '../model/lane.ts';
import type { Policy } from '../model/policy.ts';
import { errorSourcesText } from './error-source.ts';
import { textTable } from './text-table.ts';

const POLICY_TEXTS = new WeakMap<Policy, string>();

/** Any JSON value as YAML, block style, lines not folded. */
export function yamlText(value: Json): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** A policy as YAML. */
export function policyText(policy: Policy): string {
  let text = POLICY_TEXTS.get(policy);
  if (text === undefined) {
    text = yamlText(policy.document);
    POLICY_TEXTS.set(policy, text);
  }
  return text;
}

/** A request as YAML: what is done by whom, then the object, patch or options. */
export function requestText(request: ClientRequest): string {
  const { object, oldObject, patch, options, ...rest } = request;
  const ordered = { ...rest, options, patch, oldObject, object };
  return yamlText(
    Object.fromEntries(Object.entries(ordered).filter(([, value]) => value !== undefined)) as unknown as JsonObject,
  );
}

/**
 * Every rule of the policies in force and what it said, as a table; rules that did not match are listed too. Below it,
 * where expressions failed.
 */
export function ruleTable(answer: LaneAnswer, policies: readonly Policy[]): string {
  if (answer.allowed === null) return `no answer: ${answer.error ?? ''}\n`;
  const rows = answer.rules.map((rule) => [rule.policy, rule.name, rule.status, rule.message.trim()]);
  for (const policy of policies) {
    for (const { name } of policy.rules) {
      const rule = String(name);
      const answered = answer.rules.some(
        (other) => other.policy === policy.name && (other.name === rule || other.name.endsWith(`-${rule}`)),
      );
      if (!answered) rows.push([policy.name, rule, answer.lane === 'engine' ? 'no match' : 'not seen', '']);
    }
  }
  const verdict = answer.allowed ? `allowed (${answer.code})` : `denied (${answer.code})`;
  const message = answer.message === '' ? '' : `\n\n${answer.message.trimEnd()}`;
  const warnings = answer.warnings.map((warning) => `\nWarning: ${warning}`).join('');
  const table = textTable(['policy', 'rule', 'status', 'message'], rows);
  const sources = errorSourcesText(answer.rules);
  return `${verdict}${message}${warnings}\n\n${table}\n${sources === '' ? '' : `\n${sources}`}`;
}
