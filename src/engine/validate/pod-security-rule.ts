import { EvaluationError } from '../../model/failure.ts';
import { asObject, asString, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { CompiledException } from '../exceptions/index.ts';
import { extractImages } from '../images/index.ts';
import { compilePodSecurity, podSecurityProperties } from '../pod-security/index.ts';
import { matchingExceptions } from '../rule-exceptions.ts';
import { type Answer, matchedObject, type RuleHandler, type RuleRun } from '../run.ts';
import { compileOldObjectCheck, EXCUSED, excusesOldViolations } from './old-object.ts';

/**
 * Compiles a rule with `podSecurity`. Exceptions with podSecurity entries of their own are tried only on what failed.
 * Upstream: `pkg/engine/handlers/validation/validate_pss.go`.
 */
export function compilePodSecurityRule(rule: JsonObject, policy: Policy): RuleHandler {
  const name = asString(rule['name']) ?? '';
  const podSecurity = asObject(asObject(rule['validate'])?.['podSecurity']) ?? {};
  const check = compilePodSecurity(name, podSecurity);
  const handle: RuleHandler = (run) => {
    const object = matchedObject(run);
    if (run.operation === 'DELETE' || object === null) return undefined;
    const exceptions = matchingExceptions(run, name);
    const whole = exceptions.find((exception) => exception.podSecurity.length === 0);
    if (whole !== undefined) return skipped('rule is skipped due to policy exception', [whole]);
    const entries = exceptions.flatMap((exception) => exception.podSecurity);
    const { status, message, findings } = check(object, entries);
    if (status === 'excepted') return skipped('rule is skipped due to policy exceptions', exceptions);
    if (status !== 'fail') return { status, message };
    const result = { status, message, findings };
    const properties = podSecurityProperties(podSecurity, result, (container) => imageOf(container, object, run));
    return { status, message, ...(properties === undefined ? {} : { properties }) };
  };
  if (!excusesOldViolations(rule, policy)) return handle;
  const checkOld = compileOldObjectCheck(rule, policy.namespace, handle);
  return (run) => {
    const answer = handle(run);
    if (answer?.status !== 'fail' || run.operation !== 'UPDATE') return answer;
    return checkOld(run)?.status === 'fail' ? EXCUSED : answer;
  };
}

function skipped(text: string, exceptions: readonly CompiledException[]): Answer {
  const keys = exceptions.map(({ key }) => key);
  return { status: 'skip', message: `${text} ${keys.join(', ')}`, exceptions: keys };
}

/** The full image of a container, `undefined` when any image of the object cannot be read. */
function imageOf(container: string, object: JsonObject, run: RuleRun): string | undefined {
  try {
    const images = extractImages(object, run.env);
    return ['containers', 'initContainers', 'ephemeralContainers']
      .map((list) => images.get(list)?.get(container)?.reference)
      .find((reference) => reference !== undefined);
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}
