import type { Denial, RuleAnswer } from '../model/admission.ts';
import { asString, getPath, type JsonObject } from '../model/json.ts';
import type { Lane, LaneAnswer, LaneName, Premise } from '../model/lane.ts';
import type { RuleStatus } from '../model/response.ts';

/**
 * A lane for tests that answers what the object itself says: the annotation `POLICY/RULE: fail` makes that rule fail,
 * `answer: none` makes the lane unable to answer, `answer: refused` is a refusal by the API server. `LANE:KEY` is the same
 * for one lane alone. Denied is what fails or errors in a policy whose `validationFailureAction` is not `Audit`. `asked`
 * counts the requests.
 */
export function fakeLane(name: LaneName = 'engine'): Lane & { readonly asked: { count: number } } {
  const asked = { count: 0 };
  return {
    name,
    asked,
    ask: async (premise, request) => {
      asked.count++;
      const object = request.object ?? existing(premise, request.name ?? '') ?? {};
      return answerOf(name, premise, object);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function existing(premise: Premise, name: string): JsonObject | undefined {
  return premise.objects.find((object) => getPath(object, 'metadata', 'name') === name);
}

function answerOf(lane: LaneName, premise: Premise, object: JsonObject): LaneAnswer {
  const annotation = (key: string) => asString(getPath(object, 'metadata', 'annotations', key));
  const said = (key: string) => annotation(`${lane}:${key}`) ?? annotation(key);
  const nothing = { lane, message: '', denied: [], warnings: [], rules: [] };
  if (said('answer') === 'none') return { ...nothing, allowed: null, code: 0, error: 'the lane is down' };
  if (said('answer') === 'refused') return { ...nothing, allowed: false, code: 422, message: 'Pod "web" is invalid' };
  const rules: RuleAnswer[] = [];
  const denied: Denial[] = [];
  const warnings: string[] = [];
  for (const policy of premise.policies) {
    for (const rule of policy.rules.map((one) => asString(one['name']) ?? '')) {
      for (const name of [rule, `autogen-${rule}`]) {
        const status = said(`${policy.name}/${name}`) as RuleStatus | undefined;
        if (status === undefined) continue;
        const message = `rule ${name} says ${status}`;
        rules.push({ policy: policy.name, name, type: 'Validation', status, message });
        if (status !== 'fail' && status !== 'error') continue;
        if (policy.spec['validationFailureAction'] === 'Audit') {
          warnings.push(`policy ${policy.name}.${name}: ${message}`);
        } else denied.push({ policy: policy.name, rule: name, message });
      }
    }
  }
  const refusal = denied.map(({ policy, rule, message }) => `${policy}:\n  ${rule}: ${message}\n`).join('');
  return {
    lane,
    allowed: denied.length === 0,
    code: denied.length === 0 ? 201 : 400,
    message: refusal === '' ? '' : `admission webhook "validate.kyverno.svc-fail" denied the request: \n\n${refusal}`,
    denied,
    warnings,
    rules,
    judged: object,
  };
}
