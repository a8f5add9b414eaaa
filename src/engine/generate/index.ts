import type { Environment } from '../../model/environment.ts';
import { NotSupportedError } from '../../model/failure.ts';
import { asString, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { PolicyResponse, RuleResponse } from '../../model/response.ts';
import { concerns } from '../evaluate.ts';
import { type CompiledPolicy, unsupportedPolicy } from '../policy.ts';
import type { EngineRequest } from '../request.ts';
import type { PolicyRun } from '../run.ts';
import { startRun } from '../start-run.ts';
import { type BackgroundRule, compileBackgroundRules, hasGenerate } from './background.ts';
import type { ObjectClient } from './client.ts';
import { compileGenerator, type GenerateFailure, type Generator } from './generator.ts';

export { hasGenerate } from './background.ts';
export type { ClientAnswer, ObjectClient, ObjectReference } from './client.ts';
export { downstreamOf, isSynchronized, matchesDelete } from './downstream.ts';
export type { GenerateFailure } from './generator.ts';
export { splitKind } from './sources.ts';

/** A rule that could not generate, and why. */
export interface FailedRule extends GenerateFailure {
  readonly rule: string;
}

/** What a policy's generate rules made. */
export interface Generation extends PolicyResponse {
  /** What failed; then Kyverno's command line attaches no object to any rule. Empty when all went well. */
  readonly failures: readonly FailedRule[];
}

/** Gives the client that generates, once it is known which rules answered, and for which object. */
export type OpenClient = (rules: readonly RuleResponse[], trigger: JsonObject | null) => ObjectClient;

/** A policy's rules that work in the background, compiled. */
interface Compiled {
  readonly background: readonly BackgroundRule[];
  /** The declared rules that generate, in order. */
  readonly generators: readonly { readonly name: string; readonly generate: Generator }[];
}

const COMPILED = new WeakMap<Policy, Compiled>();

function compiledOf(policy: Policy): Compiled {
  const known = COMPILED.get(policy);
  if (known !== undefined) return known;
  const made: Compiled = {
    background: compileBackgroundRules(policy),
    generators: policy.rules.filter(hasGenerate).map((rule) => ({
      name: asString(rule['name']) ?? '',
      generate: compileGenerator(rule, policy),
    })),
  };
  COMPILED.set(policy, made);
  return made;
}

/**
 * Which of a policy's generate and mutate-existing rules apply to a request: `pass` to be applied, `fail` what was
 * generated before is to be deleted, `skip`. Throws as `evaluatePolicy`.
 * Upstream: `ApplyBackgroundChecks` in `pkg/engine/engine.go`.
 */
export function checkBackgroundRules(
  compiled: CompiledPolicy,
  request: EngineRequest,
  env: Environment,
): PolicyResponse {
  return check(start(compiled, request, env));
}

/**
 * Applies a policy's generate rules: the answer has, rule by rule, the objects that were newly made, as the client
 * holds them. With mode `cli` every rule that answered is applied, whatever it answered, and all share what they put
 * into the context; else those that pass, each on its own. Throws as `evaluatePolicy`, and whatever the client throws.
 * Upstream: `handleGeneratePolicy` in `cmd/cli/kubectl-kyverno/processor/generate.go`, `ProcessUR` in
 * `pkg/background/generate/controller.go`.
 */
export function generateObjects(
  compiled: CompiledPolicy,
  request: EngineRequest,
  env: Environment,
  open: OpenClient,
): Generation {
  const run = start(compiled, request, env);
  const response = check(run);
  if (response.rules.length === 0) return { ...response, failures: [] };
  const client = open(response.rules, run.object);
  if (request.mode === 'cli') return generateAll(run, response, client);
  const objects = new Map<string, readonly JsonObject[]>();
  const failures: FailedRule[] = [];
  for (const { name, status } of response.rules) {
    if (status !== 'pass') continue;
    const { made, failure } = apply(start(compiled, request, env), name, client);
    objects.set(name, made);
    if (failure !== undefined) failures.push(failure);
  }
  return { ...response, rules: withObjects(response.rules, objects), failures };
}

/** The first failure takes the objects of all rules away, unless nothing was found. */
function generateAll(run: PolicyRun, response: PolicyResponse, client: ObjectClient): Generation {
  const objects = new Map<string, readonly JsonObject[]>();
  for (const { name } of response.rules) {
    const { made, failure } = apply(run, name, client);
    if (failure !== undefined && !failure.notFound) return { ...response, failures: [failure] };
    objects.set(name, failure === undefined ? made : []);
  }
  return { ...response, rules: withObjects(response.rules, objects), failures: [] };
}

function withObjects(
  rules: readonly RuleResponse[],
  objects: ReadonlyMap<string, readonly JsonObject[]>,
): readonly RuleResponse[] {
  return rules.map((rule) => {
    const generated = objects.get(rule.name) ?? [];
    return generated.length === 0 ? rule : { ...rule, generated };
  });
}

function start({ policy }: CompiledPolicy, request: EngineRequest, env: Environment): PolicyRun {
  const missing = unsupportedPolicy(policy);
  if (missing !== undefined) throw new NotSupportedError(missing, `policy ${policy.name}`);
  return startRun(policy, request, env);
}

function check(run: PolicyRun): PolicyResponse {
  const { policy } = run;
  const rules: RuleResponse[] = [];
  if (concerns(run)) {
    const onlyOne = policy.spec['applyRules'] === 'One';
    for (const rule of compiledOf(policy).background) {
      const response = rule.check(run);
      if (response !== undefined) rules.push(response);
      if (onlyOne && response !== undefined && response.status !== 'skip') break;
    }
  }
  const { kind, name, namespace } = policy;
  return { policy: { kind, name, namespace }, rules };
}

interface Applied {
  readonly made: readonly JsonObject[];
  readonly failure?: FailedRule;
}

/** Applies the declared rules of a name. Upstream: `ApplyGeneratePolicy`. */
function apply(run: PolicyRun, rule: string, client: ObjectClient): Applied {
  const objects: JsonObject[] = [];
  const onlyOne = run.policy.spec['applyRules'] === 'One';
  for (const { generate } of compiledOf(run.policy).generators.filter(({ name }) => name === rule)) {
    const { made, failure } = generate(run, client);
    for (const reference of made) {
      const found = client.get(reference);
      if (!found.ok) return { made: objects, failure: { rule, error: found.error, notFound: false } };
      objects.push(found.value);
    }
    if (failure !== undefined) return { made: objects, failure: { ...failure, rule } };
    if (onlyOne) break;
  }
  return { made: objects };
}
