import { EvaluationError } from '../../model/failure.ts';
import { asArray, asObject, asString, isArray, type Json, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { type CompiledEntry, compileEntries } from '../context/index.ts';
import { registerEntries } from '../load-context.ts';
import { compilePattern } from '../pattern/index.ts';
import type { PolicyRun } from '../run.ts';
import { type Conditions, compileConditions } from '../validate/conditions.ts';
import { expressionOf } from '../variables/index.ts';
import type { ObjectClient, ObjectReference } from './client.ts';
import { ownerLabels, placed, withLabels, withMetadata } from './metadata.ts';
import { compileGeneratePattern, type GeneratePattern } from './pattern.ts';
import { type GenerateOptions, type Intent, intentsOf } from './sources.ts';

/** Why a rule could not generate. */
export interface GenerateFailure {
  readonly error: string;
  /** The API server knew no such object, kind or namespace; Kyverno then gives up without a word. */
  readonly notFound: boolean;
}

/** What one application of a rule did: the objects it newly made, and what stopped it. */
export interface Generated {
  readonly made: readonly ObjectReference[];
  readonly failure?: GenerateFailure;
}

/** Makes the objects of one rule. It leaves in the context what it put there, as upstream. */
export type Generator = (run: PolicyRun, client: ObjectClient) => Generated;

/**
 * Compiles the generating part of a rule.
 * Upstream: `ApplyGeneratePolicy` in `pkg/background/generate/controller.go`, `pkg/background/generate/generator.go`.
 */
export function compileGenerator(rule: JsonObject, policy: Policy): Generator {
  const name = asString(rule['name']) ?? '';
  const generate = asObject(rule['generate']) ?? {};
  const entries = compileEntries(rule['context']);
  const maker = createMaker(name, policy, generate['synchronize'] === true);
  const loops = asArray(generate['foreach'])?.map((entry) => asObject(entry) ?? {});
  const make =
    loops === undefined
      ? compileOne({ source: generate, entries, conditions: rule['preconditions'] }, name, maker)
      : compileLoops(loops, name, maker);
  return (run, client) => {
    try {
      registerEntries(entries, name, run);
    } catch (error) {
      return failedBy(error, 'failed to load rule level context: ');
    }
    return make(run, client);
  };
}

/** Where a pattern stands, and what must hold for it. */
interface PatternPlace {
  readonly source: JsonObject;
  readonly entries: readonly CompiledEntry[];
  readonly conditions: Json | undefined;
}

type Maker = (pattern: GeneratePattern, run: PolicyRun, client: ObjectClient) => Generated;

/** Context, preconditions, then the pattern with its variables filled in. */
function compileOne({ source, entries, conditions }: PatternPlace, name: string, make: Maker): Generator {
  const allows: Conditions = compileConditions(conditions, { rule: name, at: ['preconditions'] });
  const pattern = compileGeneratePattern(source);
  return (run, client) => {
    const { context } = run;
    let at = 'failed to load context: ';
    try {
      registerEntries(entries, name, run);
      at = 'failed to evaluate preconditions: ';
      if (!allows(context).holds) return { made: [] };
      at = '';
      return make(pattern(context), run, client);
    } catch (error) {
      return failedBy(error, at);
    }
  };
}

function failedBy(error: unknown, what: string): Generated {
  if (!(error instanceof EvaluationError)) throw error;
  return { made: [], failure: { error: `${what}${error.message}`, notFound: false } };
}

/** Errors of lists and elements are collected, the others go on. */
function compileLoops(loops: readonly JsonObject[], name: string, make: Maker): Generator {
  const compiled = loops.map((entry) => ({
    list: expressionOf(asString(entry['list']) ?? ''),
    element: compileOne(
      { source: entry, entries: compileEntries(entry['context']), conditions: entry['preconditions'] },
      name,
      make,
    ),
  }));
  return (run, client) => {
    const made: ObjectReference[] = [];
    const errors: string[] = [];
    compiled.forEach(({ list, element }, i) => {
      let elements: readonly Json[];
      try {
        const found = run.context.query(list);
        elements = isArray(found) ? found : [found];
      } catch (error) {
        errors.push(`failed to evaluate ${i} foreach list: ${failedBy(error, '').failure?.error ?? ''}`);
        return;
      }
      const result = makeElements(elements, element, run, client);
      made.push(...result.made);
      if (result.failure !== undefined) {
        errors.push(`failed to process ${i} foreach in rule ${name}: ${result.failure.error}`);
      }
    });
    return withErrors(made, errors);
  };
}

function makeElements(elements: readonly Json[], element: Generator, run: PolicyRun, client: ObjectClient): Generated {
  const { context } = run;
  const made: ObjectReference[] = [];
  const errors: string[] = [];
  context.checkpoint();
  try {
    for (const [index, value] of elements.entries()) {
      if (value === null) continue;
      context.reset();
      context.setElement(typeof value === 'bigint' ? Number(value) : value, index, 0);
      const result = element(run, client);
      made.push(...result.made);
      if (result.failure !== undefined) errors.push(`failed to process ${index} element: ${result.failure.error}`);
    }
  } finally {
    context.restore();
  }
  return withErrors(made, errors);
}

function withErrors(made: readonly ObjectReference[], errors: readonly string[]): Generated {
  return errors.length === 0 ? { made } : { made, failure: { error: errors.join('; '), notFound: false } };
}

/** Carries intents out, one after the other; the first that fails ends it. The command line never applies on the server. */
function createMaker(rule: string, policy: Policy, synchronize: boolean): Maker {
  return (pattern, { object, request }, client) => {
    const serverSideApply = policy.spec['useServerSideApply'] === true && request.mode !== 'cli';
    const options: GenerateOptions = { synchronize, serverSideApply };
    const labels = ownerLabels(object ?? {}, policy, rule);
    const made: ObjectReference[] = [];
    for (const intent of intentsOf(pattern, options, client)) {
      const outcome = carryOut(intent, labels, options, client);
      if (outcome === 'made' && intent.action !== 'skip') made.push(intent.target);
      if (typeof outcome === 'object') return { made, failure: outcome };
    }
    return { made };
  };
}

function carryOut(
  intent: Intent,
  labels: Readonly<Record<string, string>>,
  options: GenerateOptions,
  client: ObjectClient,
): 'made' | 'nothing' | GenerateFailure {
  if (intent.action === 'skip')
    return intent.error === undefined ? 'nothing' : { error: intent.error, notFound: false };
  const { target } = intent;
  const object = withLabels(placed(intent.object, target), labels);
  const write = options.serverSideApply ? client.apply : client.create;
  if (intent.action === 'create') {
    const written = write(target, withMetadata(object, 'resourceVersion', undefined));
    return written.ok || written.reason === 'AlreadyExists' ? 'made' : failureOf(written);
  }
  const present = client.get(target);
  if (!present.ok) {
    const written = write(target, object);
    return written.ok ? 'made' : failureOf(written);
  }
  if (!options.synchronize) return 'nothing';
  const apiVersion = target.apiVersion === '' ? String(present.value['apiVersion'] ?? '') : target.apiVersion;
  const isPlaced = target.namespace !== '' || !client.isNamespaced(apiVersion, target.kind);
  const effective = { ...target, apiVersion, namespace: isPlaced ? target.namespace : 'default' };
  const wanted = withMetadata({ ...object, apiVersion }, 'namespace', effective.namespace);
  if (matchEachOther(wanted, present.value)) return 'nothing';
  const written = (options.serverSideApply ? client.apply : client.update)(effective, wanted);
  return written.ok ? 'nothing' : failureOf(written);
}

function failureOf({ error, reason }: { readonly error: string; readonly reason: string }): GenerateFailure {
  return { error, notFound: reason === 'NotFound' };
}

/** True when each object, read as a pattern, fits the other: then nothing is written. */
function matchEachOther(a: JsonObject, b: JsonObject): boolean {
  return compilePattern(b)(a).result === 'pass' && compilePattern(a)(b).result === 'pass';
}
