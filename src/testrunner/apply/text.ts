import { isAdmissionPolicyKind, ruleNamesOf } from '../../engine/index.ts';
import type { JsonObject } from '../../model/json.ts';
import { asString } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { nameOf, namespaceOf } from '../../model/resource.ts';
import { isValidatingPolicy } from '../../policy/index.ts';
import { errorSourceText } from '../../report/error-source.ts';
import { formatTable } from '../output/table.ts';
import { reportMessage } from '../responses.ts';
import type { AppliedResponse, ApplyOutcome } from './apply.ts';
import { type ApplyCounts, countWord } from './counts.ts';

const DIVIDER = '-'.repeat(70);

/** `Applying 9 policy rule(s) to 3 resource(s)...`; autogen copies count. */
export function applyingLine(policies: readonly Policy[], resources: number, exceptions: number): string {
  const rules = policies.reduce((sum, policy) => sum + ruleCount(policy), 0);
  const extra = exceptions > 0 ? ` with ${exceptions} exception(s)` : '';
  return `\nApplying ${rules} policy rule(s) to ${resources} resource(s)${extra}...\n`;
}

function ruleCount(policy: Policy): number {
  if (isAdmissionPolicyKind(policy)) return policy.kind.endsWith('Binding') ? 0 : 1;
  return isValidatingPolicy(policy) ? 1 : ruleNamesOf(policy).length;
}

/** The policies that Kyverno refuses, between lines; empty when there are none. */
export function refusedText(refused: ApplyOutcome['refused']): string {
  const invalid = refused.filter(({ reason }) => reason.startsWith("variable 'element.name'"));
  const skipped = refused.filter((one) => !invalid.includes(one));
  const block = (title: string, list: ApplyOutcome['refused']): string =>
    list.length === 0
      ? ''
      : `${DIVIDER}\n${title}:\n${list.map(({ policy, reason }, index) => `${index + 1}. ${policy}: ${reason}\n`).join('')}${DIVIDER}\n`;
  return block('Policies Skipped', skipped) + block('Invalid Policies', invalid);
}

/** The failures in words. Upstream: `RunE` in `cmd/cli/kubectl-kyverno/commands/apply/command.go`. */
export function failuresText(responses: readonly AppliedResponse[], auditWarn: boolean): string {
  return responses
    .map((response) => {
      const { resource, policy, rules } = response;
      const to = `${policy.name} -> resource ${pathOf(resource)}`;
      const changes = rules.map((rule) => changeText(rule, to)).join('');
      const failed = rules.filter(({ status }) => status === 'fail');
      if (failed.length === 0) return changes;
      const how = auditWarn && response.action === 'Audit' ? 'failed as audit warning:' : 'failed:';
      const lines = failed.map(
        ({ name, message }, index) => `${index + 1} - ${name} ${message || 'validation failed'}\n`,
      );
      return `${changes}policy ${to} ${how}\n${lines.join('')}`;
    })
    .join('');
}

/** A mutate rule that changed nothing, a mutate or generate rule with an error. */
function changeText({ type, status, message }: AppliedResponse['rules'][number], to: string): string {
  if (type === 'Mutation' && status === 'skip') return `\nskipped mutate policy ${to}\n`;
  if (type === 'Mutation' && status === 'error') {
    return `\nerror while applying mutate policy ${to} \nerror:  ${message}\n`;
  }
  if (type === 'Generation' && status === 'error') {
    return `\nerror while applying generate policy ${to} \nerror: ${message}\n`;
  }
  return '';
}

/** Where in the policies expressions failed, for which resources: what upstream does not tell. */
export function errorsText(responses: readonly AppliedResponse[]): string {
  return responses
    .flatMap(({ resource, policy, rules }) =>
      rules.map(({ source }) =>
        source === undefined
          ? ''
          : `policy ${policy.name} -> resource ${pathOf(resource)}:\n${errorSourceText(source)}`,
      ),
    )
    .join('');
}

function pathOf(resource: JsonObject): string {
  const path = `${namespaceOf(resource)}/${asString(resource['kind']) ?? ''}/${nameOf(resource)}`;
  return path === '//' ? 'JSON payload' : path;
}

/** The last line. */
export function countsLine({ pass, fail, warn, error, skip }: ApplyCounts): string {
  return `\npass: ${pass}, fail: ${fail}, warn: ${warn}, error: ${error}, skip: ${skip} \n`;
}

/** One line per rule, as a table. Upstream: `commands/apply/table.go`. */
export function applyTable(responses: readonly AppliedResponse[], auditWarn: boolean, detailed: boolean): string {
  const lines = responses.flatMap((response) => {
    const { resource, policy } = response;
    const namespace = namespaceOf(resource) === '' ? [] : [namespaceOf(resource)];
    const path = [...namespace, asString(resource['kind']) ?? '', nameOf(resource)];
    return response.rules.map((rule) => ({
      policy: [policy.namespace, policy.name].filter((part) => part !== '').join('/'),
      rule: response.ruleless ? '' : rule.name,
      resource: path.join('/'),
      result: countWord(response, rule, auditWarn).replace(/^./, (letter) => letter.toUpperCase()),
      reason: '',
      message: detailed ? rule.message : reportMessage(rule),
    }));
  });
  const numbered = lines.map((line, index) => ({ id: index + 1, ...line }));
  return `${formatTable(numbered, detailed).trim()}\n`;
}
