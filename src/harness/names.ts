import { didYouMean, type Failure, InputError } from '../model/failure.ts';
import { asString } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import { hasNoRules } from './policy-kinds.ts';
import type { Scenario } from './scenario.ts';
import { placeOfWord } from './step-place.ts';

/** A rule by the names that answers use. */
export interface RuleName {
  readonly policy: string;
  readonly rule: string;
}

/** `policy/rule`, as steps and reports write it. */
export function ruleText({ policy, rule }: RuleName): string {
  return `${policy}/${rule}`;
}

const AUTOGEN = ['autogen-', 'autogen-cronjob-'];

/** Names of a policy's declared rules; one of a kind without rules is its own only rule. */
export function declaredRules(policy: Policy): readonly string[] {
  if (hasNoRules(policy)) return [policy.name];
  return policy.rules.map((rule) => asString(rule['name']) ?? '');
}

/**
 * Names that a rule answers under: its own and those of the rules derived for Pod controllers, cut to 63 characters.
 * Upstream: `pkg/autogen/v1/rule.go` getAutogenRuleName.
 */
export function answerNames(rule: string): readonly string[] {
  return [rule, ...AUTOGEN.map((prefix) => `${prefix}${rule}`.slice(0, 63))];
}

/** The declared rule that an answer's rule name belongs to, or `undefined`. */
export function declaredRuleOf(policy: Policy, name: string): string | undefined {
  const declared = declaredRules(policy);
  return declared.includes(name) ? name : declared.find((rule) => answerNames(rule).includes(name));
}

/** A policy that is in force in the scenario. Throws `InputError` for any other. */
export function policyInForce(scenario: Scenario, name: string): string {
  if (scenario.policies.some((policy) => policy.name === name)) return name;
  const inSuite = scenario.session.library.suite.some((policy) => policy.name === name);
  const meant = didYouMean(
    name,
    scenario.policies.map((policy) => policy.name),
  );
  const hint = inSuite
    ? `add the step: Given the policy "${name}"`
    : meant === undefined
      ? undefined
      : `did you mean \`${meant}\`?`;
  throw unknown(scenario, name, 'unknown-policy', `no policy \`${name}\` is in force in this scenario`, hint);
}

/** A rule of a policy that is in force, given as `policy/rule`, or as `rule` where only one policy has it. */
export function ruleInForce(scenario: Scenario, text: string, policyName?: string): RuleName {
  const name = findRule(scenario, text, policyName);
  scenario.namedRules.push(name);
  return name;
}

function findRule(scenario: Scenario, text: string, policyName?: string): RuleName {
  if (policyName !== undefined && policyName !== '') {
    policyInForce(scenario, policyName);
    return findRule(scenario, `${policyName}/${text}`);
  }
  const known = scenario.policies.flatMap((policy) =>
    declaredRules(policy)
      .flatMap(answerNames)
      .map((rule) => ({ policy: policy.name, rule })),
  );
  const full = known.find((name) => ruleText(name) === text);
  if (full !== undefined) return full;
  const [bare, second] = known.filter((name) => name.rule === text);
  if (bare !== undefined && (second === undefined || second.policy === bare.policy)) return bare;
  if (bare !== undefined && second !== undefined) {
    const hint = `write \`${ruleText(bare)}\` or \`${ruleText(second)}\``;
    throw unknown(scenario, text, 'ambiguous-rule', `several policies have a rule \`${text}\``, hint);
  }
  const owner = scenario.policies.find((policy) => text.startsWith(`${policy.name}/`));
  if (owner === undefined && text.includes('/')) policyInForce(scenario, text.slice(0, text.indexOf('/')));
  const meant = didYouMean(text, known.map(text.includes('/') ? ruleText : ({ rule }) => rule));
  const hint = meant === undefined ? undefined : `did you mean \`${meant}\`?`;
  const message =
    owner === undefined
      ? `no policy of this scenario has a rule \`${text}\``
      : `policy \`${owner.name}\` has no rule \`${text.slice(owner.name.length + 1)}\``;
  throw unknown(scenario, text, 'unknown-rule', message, hint);
}

function unknown(
  scenario: Scenario,
  word: string,
  code: string,
  message: string,
  hint: string | undefined,
): InputError {
  const place = placeOfWord(scenario.step, word);
  const failure: Failure = { code, message, place, ...(hint === undefined ? {} : { hint }) };
  return new InputError(failure);
}
