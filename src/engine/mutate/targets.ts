import type { FoundTarget } from '../../model/environment.ts';
import { EvaluationError } from '../../model/failure.ts';
import { asArray, asObject, asString, type JsonObject } from '../../model/json.ts';
import type { RuleResponse } from '../../model/response.ts';
import { compileEntries } from '../context/index.ts';
import { registerEntries } from '../load-context.ts';
import { parseKindSelector } from '../match/index.ts';
import type { Answer, RuleRun } from '../run.ts';
import { answering, isFailed } from '../validate/answers.ts';
import { compileConditions } from '../validate/conditions.ts';
import { notMet } from '../validate/foreach.ts';
import { compileTemplate } from '../variables/index.ts';
import { failingAs } from './failing.ts';
import { answerOf, type Mutation } from './outcome.ts';

/** A rule's answer with what it did to the object of the request, or to a target. */
export type MutationAnswer = Answer & Pick<RuleResponse, 'change' | 'patchedTarget' | 'targetPart'>;

/** A rule's work on its targets. */
export type TargetMutation = (run: RuleRun) => readonly MutationAnswer[];

interface Target {
  readonly find: (run: RuleRun) => readonly FoundTarget[];
  readonly mutate: (run: RuleRun, found: FoundTarget) => MutationAnswer;
}

/**
 * Compiles the work of a rule with `targets`: all targets are looked up first; what cannot be looked up gives one
 * error for all, before the others.
 * Upstream: `pkg/engine/handlers/mutation/mutate_existing.go`, `load_targets.go`.
 */
export function compileTargets(rule: JsonObject, mutation: Mutation): TargetMutation {
  const name = asString(rule['name']) ?? '';
  const declared = asArray(asObject(rule['mutate'])?.['targets']) ?? [];
  const targets = declared.map((target, i) => compileTarget(asObject(target) ?? {}, i, name, mutation));
  return (run) => {
    const errors: string[] = [];
    const found = targets.flatMap((target) => {
      try {
        return target.find(run).map((one) => ({ target, one }));
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
        errors.push(error.message);
        return [];
      }
    });
    const answers = found.map(({ target, one }) => target.mutate(run, one));
    return errors.length === 0 ? answers : [{ status: 'error', message: `: ${errors.join('; ')}` }, ...answers];
  };
}

const SELECTOR_FIELDS = ['apiVersion', 'kind', 'namespace', 'name', 'uid', 'selector'] as const;

function compileTarget(target: JsonObject, index: number, rule: string, mutation: Mutation): Target {
  const fields = SELECTOR_FIELDS.flatMap((key) => (target[key] === undefined ? [] : [[key, target[key]] as const]));
  const template = compileTemplate(Object.fromEntries(fields));
  const entries = compileEntries(target['context']);
  const at = ['mutate', 'targets', index, 'preconditions'];
  const conditions = compileConditions(target['preconditions'], { rule, at });
  return {
    find: (run) => {
      const filled = failingAs(`failed to substitute variables in target[${index}]`, () =>
        template.render(run.context),
      );
      return lookUp(asObject(filled) ?? {}, run);
    },
    mutate: (run, { object, part }) => {
      const { context } = run;
      context.set(['target'], object);
      const loaded = answering('failed to load context', () => registerEntries(entries, rule, run));
      if (isFailed(loaded)) return loaded.failed;
      const allowed = answering('failed to evaluate preconditions', () => conditions(context, run.decide));
      if (isFailed(allowed)) return allowed.failed;
      if (!allowed.holds) return { status: 'skip', message: notMet(allowed.message) };
      const outcome = mutation(run, object);
      const patched = outcome.status === 'pass' ? outcome.object : null;
      const where = part === undefined ? {} : { targetPart: part };
      return { ...answerOf(outcome), ...(patched === null ? {} : { patchedTarget: patched, ...where }) };
    },
  };
}

/** A policy of a namespace finds its targets in that namespace, whatever it says. */
function lookUp(fields: JsonObject, { env, policy }: RuleRun): readonly FoundTarget[] {
  const text = (key: string) => asString(fields[key]) ?? '';
  const found = env.findTargets?.({
    ...parseKindSelector(`${text('apiVersion')}/${text('kind')}`),
    namespace: policy.kind === 'Policy' ? policy.namespace : text('namespace'),
    name: text('name'),
    selector: asObject(fields['selector']),
  });
  if (found === undefined) return [];
  if (!found.ok) throw new EvaluationError(found.error);
  return found.value;
}
