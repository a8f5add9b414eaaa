import type { ClientRequest } from '../model/admission.ts';
import { InputError, type Place } from '../model/failure.ts';
import { policyText, requestText, ruleTable, yamlText } from '../report/attachment-text.ts';
import { sideBySideText, wholeTexts } from '../report/difference-text.ts';
import { runAgainScript } from '../report/run-again.ts';
import { compareLanes, lanesOf } from './compare-lanes.ts';
import { endStep, judgeAnswers, NoAnswerError, noAnswerText } from './expectation.ts';
import { premiseOf } from './given-state.ts';
import { ruleText } from './names.ts';
import { type AskedRequest, type Scenario, showNothing } from './scenario.ts';
import { isDeniedByOneOf } from './verdict.ts';

/**
 * Sends a request to every lane and keeps the answers. In mode `check` it is only noted.
 * Throws `NoAnswerError` when no lane answered, `InputError` when the request before should fail and no rule is named.
 */
export async function ask(scenario: Scenario, request: ClientRequest, place?: Place): Promise<AskedRequest> {
  closeRequest(scenario);
  const { user, fieldValidation } = scenario;
  const premise = premiseOf(scenario);
  const asked: AskedRequest = {
    place: place ?? scenario.step,
    request: {
      ...request,
      ...(user === undefined ? {} : { userInfo: user }),
      ...(fieldValidation === undefined || request.operation === 'DELETE' ? {} : { fieldValidation }),
    },
    policies: premise.policies,
    objects: premise.objects,
    answers: [],
    differences: [],
    expected: [],
    bareFail: undefined,
    namesFailingRule: false,
    failing: [],
    isJudged: false,
    expectsSilence: false,
    untold: [],
  };
  scenario.requests.push(asked);
  if (scenario.mode === 'check') return asked;
  for (const lane of scenario.lanes) asked.answers.push(await lane.ask(premise, asked.request));
  await compareLanes(scenario, premise, asked);
  attach(scenario, asked);
  if (asked.answers.every(({ allowed }) => allowed === null)) throw new NoAnswerError(noAnswerText(asked.answers));
  return asked;
}

/**
 * Ends the expectations about the latest request, before the next one and at the end of the scenario. Throws
 * `InputError` when it should fail and no step names a rule: that would be green for any reason. Throws
 * `ExpectationError` when steps name rules that fail and none of them denies.
 */
export function closeRequest(scenario: Scenario): void {
  const latest = scenario.requests.at(-1);
  if (latest?.bareFail === undefined) return;
  if (!latest.namesFailingRule) {
    throw new InputError({
      code: 'unnamed-failure',
      message: '`it should fail` does not say which rule fails',
      place: latest.bareFail,
      hint: 'write `it should fail rule "…"`, or add `rule "…" fails`',
    });
  }
  if (latest.failing.length === 0) return;
  const expected = latest.failing.map((rule) => `fail ${ruleText(rule)}`).join('\nor ');
  endStep(scenario, judgeAnswers(latest, expected, isDeniedByOneOf(latest.failing), latest.bareFail));
}

function attach(scenario: Scenario, asked: AskedRequest): void {
  if (scenario.attach === showNothing) return;
  if (!scenario.attachedPolicies) {
    scenario.attachedPolicies = true;
    for (const policy of asked.policies) {
      scenario.attach({ name: `policy ${policy.name}.yaml`, text: policyText(policy), mediaType: 'text/yaml' });
    }
  }
  scenario.attach({ name: 'request.yaml', text: requestText(asked.request), mediaType: 'text/yaml' });
  if (asked.answers.length > 1) {
    const expected = scenario.expectedTexts[scenario.requests.indexOf(asked)] ?? '';
    const text = sideBySideText({ ...asked, expected }, lanesOf(asked));
    scenario.attach({ name: 'side by side.txt', text, mediaType: 'text/plain' });
  }
  if (asked.differences.length > 0) {
    scenario.attach({ name: 'differences.txt', text: wholeTexts(asked.differences), mediaType: 'text/plain' });
    const script = runAgainScript(asked.request, asked.policies, asked.objects);
    scenario.attach({ name: 'run-again.sh', text: script, mediaType: 'text/plain' });
  }
  for (const answer of asked.answers) {
    const lane = asked.answers.length > 1 ? ` (${answer.lane} lane)` : '';
    const judged = answer.judged ?? answer.object;
    if (judged !== undefined) {
      scenario.attach({ name: `object as judged${lane}.yaml`, text: yamlText(judged), mediaType: 'text/yaml' });
    }
    scenario.attach({ name: `rules${lane}.txt`, text: ruleTable(answer, asked.policies), mediaType: 'text/plain' });
  }
}
