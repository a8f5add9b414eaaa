import type { JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import type { PolicyResponse, RuleResponse } from '../../model/response.ts';
import { type Activation, CelError, type CelHost, CelLazyMap, type CelValue, callContexts } from '../cel/index.ts';
import { stringMapOf } from '../match/index.ts';
import type { Observer } from '../observe.ts';
import type { EngineRequest } from '../request.ts';
import type { CompiledException, CompiledValidatingPolicy, Variant } from './compile.ts';
import { exemptionAnswer } from './exceptions.ts';
import type { Placed } from './expressions.ts';
import { type RequestInput, requestInput } from './input.ts';
import { sourceOf } from './source.ts';

/** What an evaluation may read beside the request. */
export interface CelSurroundings {
  /** The Namespace object of a name, `undefined` when there is none: then `namespaceObject` is null. */
  readonly namespaceObject: (name: string) => JsonObject | undefined;
  /** Answers the calls of Kyverno's libraries. */
  readonly host: CelHost;
}

/**
 * The answers of a policy in Kubernetes mode to one request, one for each variant; `rules` is empty where the variant
 * does not match. In `cli` mode variants that do not match are left out where the command line leaves them out, and a
 * policy of a namespace is asked about every namespace, as there. The policy must have no `refusal`.
 * Upstream: `Handle` in `pkg/cel/policies/vpol/engine/engine.go`.
 */
export function evaluateValidatingPolicy(
  compiled: CompiledValidatingPolicy,
  request: EngineRequest,
  surroundings: CelSurroundings,
): readonly PolicyResponse[] {
  const { policy, variants } = compiled;
  const { namespace } = request.request;
  const isCli = request.mode === 'cli';
  if (!isCli && policy.namespace !== '' && policy.namespace !== namespace) return [];
  const input = requestInput(request);
  const found = namespace === '' ? undefined : surroundings.namespaceObject(namespace);
  const given: Given = {
    input,
    namespace,
    namespaceObject: found,
    surroundings,
    observe: request.observe,
    explained: request.explain === true ? policy : undefined,
  };
  return variants.flatMap((variant) => {
    const answer = answerRequest(variant, policy.namespace, given);
    if (answer === undefined && isCli && variant.isSilent) return [];
    return [responseOf(compiled, answer)];
  });
}

/**
 * The answers of a policy in JSON mode to a document, one for each variant. There are no constraints to match.
 * Upstream: `RequestFromJSON` in `pkg/cel/engine/request.go`.
 */
export function evaluateJsonPayload(
  compiled: CompiledValidatingPolicy,
  payload: JsonObject,
  { host }: Pick<CelSurroundings, 'host'>,
  observe?: Observer,
): readonly PolicyResponse[] {
  const { policy, variants } = compiled;
  const contexts = callContexts(policy.namespace);
  const values: Readonly<Record<string, CelValue>> = { ...contexts, object: payload, ...NOTHING };
  return variants.map((variant) =>
    responseOf(
      compiled,
      judge(variant, { find: (name) => ownValue(values, name), host, observe, explained: undefined }),
    ),
  );
}

const NOTHING = { oldObject: null, request: null, namespaceObject: null };

function responseOf({ policy }: CompiledValidatingPolicy, answer: RuleResponse | undefined): PolicyResponse {
  const { kind, name, namespace } = policy;
  return { policy: { kind, name, namespace }, rules: answer === undefined ? [] : [answer] };
}

interface Given {
  readonly input: RequestInput;
  readonly namespace: string;
  readonly namespaceObject: JsonObject | undefined;
  readonly surroundings: CelSurroundings;
  readonly observe: Observer | undefined;
  /** The policy, when its errors are to be explained. */
  readonly explained: Policy | undefined;
}

function answerRequest(
  variant: Variant,
  ownNamespace: string,
  { input, namespace, namespaceObject, surroundings, observe, explained }: Given,
): RuleResponse | undefined {
  // A namespace that nobody knows still has the label that each has.
  const labels = () =>
    namespaceObject === undefined
      ? { 'kubernetes.io/metadata.name': namespace }
      : stringMapOf(namespaceObject, 'labels');
  const around = { namespaceLabels: () => ({ ok: true, value: labels() }) as const, kyverno: true };
  const { matched, error } = variant.matches?.(input.attributes, around) ?? {};
  observe?.({ kind: 'match', rule: '', matched: matched !== undefined, reason: error, filters: [] });
  if (error !== undefined) return errorAnswer('match', `failed to execute matching: ${error}`);
  if (matched === undefined) return undefined;
  const contexts = callContexts(ownNamespace);
  const find: Activation = (name) => {
    switch (name) {
      case 'object':
        return input.object;
      case 'oldObject':
        return input.oldObject;
      case 'request':
        return input.request();
      case 'namespaceObject':
        return namespaceObject === undefined ? null : namespaceVariable(namespaceObject);
      default:
        return ownValue(contexts, name);
    }
  };
  return judge(variant, { find, host: surroundings.host, observe, explained });
}

function ownValue(values: Readonly<Record<string, CelValue>>, name: string): CelValue | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** A Namespace as its Go type is written: `spec` and `status` are always there. */
function namespaceVariable(object: JsonObject): JsonObject {
  return { ...object, metadata: object['metadata'] ?? {}, spec: object['spec'] ?? {}, status: object['status'] ?? {} };
}

interface Evaluation {
  readonly find: Activation;
  readonly host: CelHost;
  readonly observe: Observer | undefined;
  readonly explained: Policy | undefined;
}

const INDEX = 'cel.validationIndex';

/** Exceptions, match conditions and validations. Upstream: `evaluateWithData` in the compiler's `policy.go`. */
function judge(variant: Variant, evaluation: Evaluation): RuleResponse {
  const { find } = evaluation;
  const exempted = matchExceptions(variant, evaluation);
  if (exempted.error !== undefined) return contextError(exempted.error);
  const { full, partial, matched } = exempted;
  if (full) return exemptionAnswer(matched);
  const exceptions = {
    allowedImages: partial.flatMap(({ images }) => images),
    allowedValues: partial.flatMap(({ allowedValues }) => allowedValues),
  };
  const withExceptions: Evaluation = {
    ...evaluation,
    find: (name) => (name === 'exceptions' ? exceptions : find(name)),
  };
  const met = conditionsHold(variant, variant.expressions.matchConditions, withExceptions);
  if (typeof met === 'object') return { ...contextError(met.error), ...explained(variant, met.failed, withExceptions) };
  if (!met) return { name: '', type: 'Validation', status: 'skip', message: 'skip' };
  return validate(variant, { ...withExceptions, find: withVariables(variant, withExceptions) });
}

type Exempted =
  | {
      readonly full: boolean;
      readonly partial: readonly CompiledException[];
      readonly matched: readonly CompiledException[];
      readonly error?: undefined;
    }
  | { readonly error: string };

function matchExceptions(variant: Variant, evaluation: Evaluation): Exempted {
  const matched: CompiledException[] = [];
  const partial: CompiledException[] = [];
  let full = false;
  for (const exception of variant.exceptions) {
    const holds = conditionsHold(variant, exception.conditions, { ...evaluation, observe: undefined });
    if (typeof holds === 'object') {
      if (full) continue;
      return { error: holds.error };
    }
    evaluation.observe?.({ kind: 'exception', rule: '', exception: exception.key, matched: holds });
    if (!holds) continue;
    matched.push(exception);
    full ||= exception.isFull;
    if (!full) partial.push(exception);
  }
  return { full, partial, matched };
}

/** Conditions that could not be evaluated, the first of them. */
interface FailedConditions {
  readonly error: string;
  readonly failed: Placed;
}

/** One false condition is enough to stay out, whatever fails. */
function conditionsHold(
  { ignoresErrors }: Variant,
  conditions: readonly Placed[],
  { find, host, observe }: Evaluation,
): boolean | FailedConditions {
  const errors: string[] = [];
  let failed: Placed | undefined;
  for (const condition of conditions) {
    const { program, path } = condition;
    const { value } = program.evaluate(find, host);
    const error = value instanceof CelError ? value.message : undefined;
    observe?.({
      kind: 'expression',
      rule: '',
      at: path,
      expression: program.text,
      result: error === undefined ? value === true : 'error',
      message: error ?? '',
    });
    if (error !== undefined) {
      errors.push(error);
      failed ??= condition;
    } else if (value !== true) return false;
  }
  if (failed === undefined) return true;
  return ignoresErrors ? false : { error: errors.join('; '), failed };
}

/** `variables` beside what is bound already; each is computed when it is first read, and then kept. */
function withVariables({ expressions: { variables } }: Variant, { find, host }: Evaluation): Activation {
  const values = new Map<string, CelValue>();
  const map = new CelLazyMap('kyverno.variables', (name) => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const program = variables.get(name);
    if (program === undefined) return undefined;
    const { value } = program.evaluate(activation, host);
    values.set(name, value);
    return value;
  });
  const activation: Activation = (name) => (name === 'variables' ? map : find(name));
  return activation;
}

/** Where an expression failed, when that is asked for. */
function explained(
  { expressions: { variables } }: Variant,
  failed: Placed,
  { find, host, explained: policy }: Evaluation,
): Pick<RuleResponse, 'source'> {
  const source = policy === undefined ? undefined : sourceOf(policy, failed, variables, find, host);
  return source === undefined ? {} : { source };
}

function validate(variant: Variant, evaluation: Evaluation): RuleResponse {
  const { find, host, observe } = evaluation;
  for (const [index, validation] of variant.expressions.validations.entries()) {
    const { program, path, message, messageProgram } = validation;
    const { value } = program.evaluate(find, host);
    const tell = (result: boolean | 'error', text: string) =>
      observe?.({ kind: 'expression', rule: '', at: path, expression: program.text, result, message: text });
    if (value instanceof CelError) {
      tell('error', value.message);
      const answer = errorAnswer('', `error: ${value.message}`, { [INDEX]: String(index) });
      return { ...answer, ...explained(variant, validation, evaluation) };
    }
    if (value === true) {
      tell(true, '');
      continue;
    }
    const text = messageOf(message, messageProgram, find, host) || `CEL expression validation failed at index ${index}`;
    tell(false, text);
    const audited = auditAnnotations(variant, find, host);
    if (audited.error !== undefined) return errorAnswer('', `error: ${audited.error}`, { [INDEX]: String(index) });
    const properties = { [INDEX]: String(index), ...audited.values };
    return { name: '', type: 'Validation', status: 'fail', message: text, properties };
  }
  const audited = auditAnnotations(variant, find, host);
  if (audited.error !== undefined) return contextError(audited.error);
  const properties = Object.keys(audited.values).length === 0 ? {} : { properties: audited.values };
  return { name: '', type: 'Validation', status: 'pass', message: 'success', ...properties };
}

function messageOf(message: string, program: Placed['program'] | undefined, find: Activation, host: CelHost): string {
  if (program === undefined) return message;
  const { value } = program.evaluate(find, host);
  if (value instanceof CelError) return `failed to evaluate message expression: ${value.message}`;
  return typeof value === 'string' ? value : 'failed to convert message expression to string';
}

type Audited =
  | { readonly values: Readonly<Record<string, string>>; readonly error?: undefined }
  | { readonly error: string };

function auditAnnotations({ expressions }: Variant, find: Activation, host: CelHost): Audited {
  const values: Record<string, string> = {};
  for (const [key, program] of expressions.auditAnnotations) {
    const { value } = program.evaluate(find, host);
    if (value instanceof CelError) return { error: `failed to evaluate auditAnnotation '${key}': ${value.message}` };
    if (typeof value !== 'string') {
      const reason = `type conversion error from '${value === null ? 'null_type' : typeof value}' to 'string'`;
      return { error: `failed to convert auditAnnotation '${key}' expression: ${reason}` };
    }
    if (value !== '') values[key] = value;
  }
  return { values };
}

function contextError(message: string): RuleResponse {
  return errorAnswer('evaluation', `failed to load context: ${message}`);
}

function errorAnswer(name: string, message: string, properties?: Readonly<Record<string, string>>): RuleResponse {
  return { name, type: 'Validation', status: 'error', message, ...(properties === undefined ? {} : { properties }) };
}
