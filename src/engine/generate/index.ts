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
export type { GenerateFailure } from './generator.ts';
export { splitKind } from './sources.ts';

/** What a policy's generate rules made. */
export interface Generation extends PolicyResponse {
  /** What stopped it; then Kyverno's command line attaches no object to any rule. */
  readonly failure?: GenerateFailure & { readonly rule: string };
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
 * holds them. With mode `cli` every rule that answered is applied, one at a time, whatever it answered; else those that
 * pass, together. Throws as `evaluatePolicy`, and whatever the client throws.
 * Upstream: `handleGeneratePolicy` in `cmd/cli/kubectl-kyverno/processor/generate.go`, `applyGenerate` in
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
  if (response.rules.length === 0) return response;
  const client = open(response.rules, run.object);
  const groups =
    request.mode === 'cli'
      ? response.rules.map(({ name }) => [name])
      : [response.rules.filter(({ status }) => status === 'pass').map(({ name }) => name)];
  const objects = new Map<string, readonly JsonObject[]>();
  for (const names of groups) {
    const applied = apply(run, names, client);
    const { failure } = applied;
    if (failure !== undefined && request.mode !== 'cli') {
      return { ...response, rules: withObjects(response.rules, applied.objects), failure };
    }
    if (failure !== undefined && !failure.notFound) return { ...response, failure };
    for (const [name, made] of applied.objects) objects.set(name, made);
  }
  return { ...response, rules: withObjects(response.rules, objects) };
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
    const onlyOne = policy.spec['applyRules'] === 'One' && run.request.mode === 'cli';
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
  readonly objects: ReadonlyMap<string, readonly JsonObject[]>;
  readonly failure?: GenerateFailure & { readonly rule: string };
}

/** Upstream: `ApplyGeneratePolicy`. With `applyRules: One` the first rule that was applied is the last. */
function apply(run: PolicyRun, names: readonly string[], client: ObjectClient): Applied {
  const objects = new Map<string, readonly JsonObject[]>();
  const onlyOne = run.policy.spec['applyRules'] === 'One';
  for (const { name, generate } of compiledOf(run.policy).generators) {
    if (!names.includes(name)) continue;
    if (onlyOne && objects.size > 0) break;
    const { made, failure } = generate(run, client);
    const present: JsonObject[] = [];
    for (const reference of made) {
      const found = client.get(reference);
      if (found.ok) present.push(found.value);
      else return { objects, failure: { rule: name, error: found.error, notFound: false } };
    }
    objects.set(name, present);
    if (failure !== undefined) return { objects, failure: { ...failure, rule: name } };
  }
  return { objects };
}
