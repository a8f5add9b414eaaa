import { didYouMean, InputError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { LaneAnswer } from '../model/lane.ts';
import { nameOf } from '../model/resource.ts';
import { expectAnswer } from './expectation.ts';
import { answerNames, declaredRules, ruleInForce, ruleText } from './names.ts';
import { latestRequest, type Scenario, seesEveryRule } from './scenario.ts';
import { objectText } from './scope.ts';
import { placeOfWord } from './step-place.ts';
import { ruleHasOutcome } from './verdict.ts';

/** Expects that an exception, by `name` or `namespace/name`, excepts the request from a rule. */
export function expectExcepted(scenario: Scenario, ruleName: string, exception: string): void {
  const asked = latestRequest(scenario);
  const rule = ruleInForce(scenario, ruleName);
  const key = objectText(existingException(scenario, exception));
  const expected = `${ruleText(rule)}: excepted by ${key}`;
  asked.expected.push(expected);
  asked.expectsSilence = true;
  expectAnswer(scenario, expected, (answer) => {
    // A cluster shows no more than that the rule does not deny.
    if (!seesEveryRule(answer.lane)) return ruleHasOutcome(rule, 'skip')(answer);
    const own = answer.rules.filter((one) => one.policy === rule.policy && one.name === rule.rule);
    if (own.some(({ exceptions = [] }) => exceptions.includes(key))) return undefined;
    return own.length === 0
      ? `${ruleText(rule)}: no match`
      : own.map(({ status }) => `${ruleText(rule)}: ${status}`).join('\n');
  });
}

/** Expects that no exception excepts the request from any rule. A cluster tells it where every rule denies. */
export function expectNotExcepted(scenario: Scenario): void {
  const asked = latestRequest(scenario);
  asked.expected.push('not excepted');
  asked.expectsSilence = true;
  expectAnswer(scenario, 'not excepted', (answer) => {
    if (!seesEveryRule(answer.lane)) {
      if (deniesByAll(scenario, answer)) return undefined;
      const { lane } = answer;
      asked.untold.push({ lane, text: `the ${lane} lane does not tell which exceptions apply` });
      return undefined;
    }
    const excepted = answer.rules.filter(({ exceptions = [] }) => exceptions.length > 0);
    if (excepted.length === 0) return undefined;
    return excepted
      .map(({ policy, name, exceptions = [] }) => `${policy}/${name}: excepted by ${exceptions.join(', ')}`)
      .join('\n');
  });
}

function deniesByAll({ policies }: Scenario, { denied }: LaneAnswer): boolean {
  return policies.every((policy) => {
    const own = denied.filter((one) => one.policy === policy.name).map(({ rule }) => rule);
    return declaredRules(policy).every((rule) => answerNames(rule).some((name) => own.includes(name)));
  });
}

function existingException(scenario: Scenario, text: string): JsonObject {
  const all = scenario.objects.filter(({ kind }) => kind === 'PolicyException');
  const found = all.find((object) => objectText(object) === text || nameOf(object) === text);
  if (found !== undefined) return found;
  const meant = didYouMean(text, all.map(text.includes('/') ? objectText : nameOf));
  throw new InputError({
    code: 'unknown-object',
    message: `no PolicyException \`${text}\` exists in this scenario`,
    place: placeOfWord(scenario.step, text),
    hint: meant === undefined ? 'add it with a step such as `Given this object exists:`' : `did you mean \`${meant}\`?`,
  });
}
