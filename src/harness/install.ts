import { closeRequest } from './ask.ts';
import { NoAnswerError } from './expectation.ts';
import { premiseOf } from './given-state.ts';
import { policyInForce } from './names.ts';
import type { AskedRequest, Scenario } from './scenario.ts';

/**
 * Installs a policy that is in force on a cluster with the scenario's objects, for rules that generate for what exists
 * already. Expectations are then about that. In mode `check` it is only noted.
 */
export async function installPolicy(scenario: Scenario, name: string): Promise<AskedRequest> {
  closeRequest(scenario);
  const policy = policyInForce(scenario, name);
  const document = scenario.policies.find((one) => one.name === policy)?.document ?? {};
  const premise = premiseOf(scenario);
  const asked: AskedRequest = {
    place: scenario.step,
    request: { operation: 'CREATE', object: document },
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
  for (const lane of scenario.lanes) {
    const answer = await lane.install?.(premise, policy);
    if (answer === undefined) {
      const { name } = lane;
      asked.untold.push({ lane: name, text: `the ${name} lane does not tell what is generated for existing objects` });
    } else asked.answers.push(answer);
  }
  if (asked.answers.length === 0) throw new NoAnswerError(asked.untold.map(({ text }) => text).join('\n'));
  return asked;
}
