import {
  type CompiledPolicy,
  type EngineRequest,
  type Generation,
  generateObjects,
  hasGenerate,
} from '../engine/index.ts';
import type { Environment } from '../model/environment.ts';
import { InputError, type Place } from '../model/failure.ts';
import { asArray, asString, getPath } from '../model/json.ts';
import type { Policy } from '../model/policy.ts';
import type { CloneSources } from './clone-sources.ts';
import { createFakeClient } from './fake-client.ts';

/** What generate rules of a test need beside the request. */
export interface GenerateInputs {
  readonly environment: Environment;
  /** What generate rules may clone from. */
  readonly cloneSources: CloneSources;
  /** The test file, for errors. */
  readonly place: Place;
}

/**
 * What a policy with generate rules says to a request, each rule with the objects it made; `undefined` when no rule
 * matches. Throws `InputError` where the real command crashes.
 * Upstream: `handleGeneratePolicy` in `cmd/cli/kubectl-kyverno/processor/generate.go`.
 */
export function generateFor(
  compiled: CompiledPolicy,
  request: EngineRequest,
  { environment, cloneSources, place }: GenerateInputs,
): Generation | undefined {
  const { policy } = compiled;
  if (!policy.rules.some(hasGenerate)) return undefined;
  const response = generateObjects(compiled, request, environment, (rules, trigger) => {
    if (trigger === null) throw noTrigger(policy, place);
    const sources = rules.flatMap(({ name }) => cloneSources(policy, name));
    return createFakeClient([trigger, ...sources], cloneListKinds(policy), place);
  });
  return response.rules.length === 0 ? undefined : response;
}

function cloneListKinds({ rules }: Policy): readonly string[] {
  const kinds = rules.flatMap((rule) => asArray(getPath(rule, 'generate', 'cloneList', 'kinds')) ?? []);
  return kinds.flatMap((kind) => asString(kind) ?? []);
}

function noTrigger(policy: Policy, place: Place): InputError {
  const why = "a DELETE has no object to generate for (Kyverno's command crashes there)";
  return new InputError({
    code: 'kyverno-crash',
    message: `the policy \`${policy.name}\` generates, and ${why}`,
    place,
    hint: 'leave the DELETE out',
  });
}
