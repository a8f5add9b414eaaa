import { goQuote } from '../../language/go-text.ts';
import { asArray, asObject, asString, type JsonObject } from '../../model/json.ts';
import type { Policy } from '../../model/policy.ts';
import { compileMatchResources, type ResourceMatcher } from '../cel-validation/index.ts';
import { type AutogenSpec, autogenSpecs } from './autogen.ts';
import { type CelException, exceptionsFor } from './exceptions.ts';
import { type CompiledExpressions, compileExpressions, type ExpressionProblem, type Placed } from './expressions.ts';

/** A ValidatingPolicy or NamespacedValidatingPolicy ready for evaluation. Keep it: compiling is the dear part. */
export interface CompiledValidatingPolicy {
  readonly policy: Policy;
  readonly mode: 'Kubernetes' | 'JSON';
  /** What is to happen on a failure: of `Deny`, `Audit`, `Warn`. */
  readonly actions: readonly string[];
  /** The policy itself, and then its copies for pod controllers. Empty when there is a `refusal`. */
  readonly variants: readonly Variant[];
  /** Why the policy cannot be evaluated at all. */
  readonly refusal: ExpressionRefusal | undefined;
}

/** Expressions that keep a policy from being used. */
export interface ExpressionRefusal {
  readonly problems: readonly ExpressionProblem[];
  /** The exception that has them, as `namespace/name`; absent when it is the policy. */
  readonly exception?: string;
  /** The copy for pod controllers that has them; `''` for the policy as written. */
  readonly variant: Variant['name'];
  /** Upstream's texts, one by one. */
  readonly texts: readonly string[];
  /** Upstream's whole text, without its prefix `failed to compile policy NAME`. */
  readonly text: string;
}

/** The policy as written, or a copy of it for pod controllers, each of which answers by itself. */
export interface Variant {
  readonly name: '' | AutogenSpec['name'];
  readonly spec: JsonObject;
  /** `undefined` where nothing can match: no `matchConstraints`, or JSON mode, which is not asked about requests. */
  readonly matches: ResourceMatcher | undefined;
  /** The command line passes over a variant in silence that has these constraints and does not match. */
  readonly isSilent: boolean;
  readonly ignoresErrors: boolean;
  readonly expressions: CompiledExpressions;
  readonly exceptions: readonly CompiledException[];
}

/** An exception with its conditions. */
export interface CompiledException extends CelException {
  readonly conditions: readonly Placed[];
}

/**
 * Compiles a policy of kind ValidatingPolicy or NamespacedValidatingPolicy (any version) with those of the exceptions
 * that name it. What is wrong with its expressions is in `refusal`: the command line then gives up the run, a cluster
 * refuses the policy.
 * Upstream: `pkg/cel/policies/vpol/engine/provider.go`, `reconciler.go` beside it.
 */
export function compileValidatingPolicy(
  policy: Policy,
  exceptions: readonly JsonObject[] = [],
): CompiledValidatingPolicy {
  const known = bases.get(policy) ?? compileBase(policy);
  bases.set(policy, known);
  const named = known.refusal === undefined ? exceptionsFor(policy, exceptions) : [];
  return named.length === 0 ? known : withExceptions(known, named);
}

// A policy is used with and without exceptions, and in one test after the other.
const bases = new WeakMap<Policy, CompiledValidatingPolicy>();

function compileBase(policy: Policy): CompiledValidatingPolicy {
  const { spec } = policy;
  const mode = asObject(spec['evaluation'])?.['mode'] === 'JSON' ? 'JSON' : 'Kubernetes';
  const actions = (asArray(spec['validationActions']) ?? []).map((one) => asString(one) ?? '');
  const common = { policy, mode, actions: actions.length > 0 ? actions : ['Deny'] } as const;
  const variants: Variant[] = [];
  for (const { name, spec: own } of [{ name: '' as const, spec }, ...autogenSpecs(spec)]) {
    const { value, problems } = compileExpressions(own, policy.namespace, mode === 'JSON');
    if (problems !== undefined) {
      return { ...common, variants: [], refusal: refusalOf(problems, mode, name) };
    }
    variants.push(variantOf(name, own, mode, value));
  }
  return { ...common, variants, refusal: undefined };
}

function variantOf(
  name: Variant['name'],
  spec: JsonObject,
  mode: CompiledValidatingPolicy['mode'],
  expressions: CompiledExpressions,
): Variant {
  const constraints = asObject(spec['matchConstraints']);
  return {
    name,
    spec,
    matches: constraints === undefined || mode === 'JSON' ? undefined : compileMatchResources(constraints),
    isSilent: constraints !== undefined && arePlain(constraints),
    ignoresErrors: spec['failurePolicy'] === 'Ignore',
    expressions,
    exceptions: [],
  };
}

/** Exactly one resource rule, without names, and nothing else. Upstream: `hasSelector` in the CLI's `processor`. */
function arePlain(constraints: JsonObject): boolean {
  const isEmpty = (field: string) => {
    const selector = asObject(constraints[field]) ?? {};
    const expressions = asArray(selector['matchExpressions']) ?? [];
    return Object.keys(asObject(selector['matchLabels']) ?? {}).length === 0 && expressions.length === 0;
  };
  const rules = asArray(constraints['resourceRules']) ?? [];
  return (
    isEmpty('namespaceSelector') &&
    isEmpty('objectSelector') &&
    (asArray(constraints['excludeResourceRules']) ?? []).length === 0 &&
    rules.length === 1 &&
    (asArray(asObject(rules[0])?.['resourceNames']) ?? []).length === 0
  );
}

function withExceptions(
  compiled: CompiledValidatingPolicy,
  exceptions: readonly CelException[],
): CompiledValidatingPolicy {
  const variants: Variant[] = [];
  for (const variant of compiled.variants) {
    const own: CompiledException[] = [];
    for (const exception of exceptions) {
      const { value, problems } = variant.expressions.compileConditions(exception.spec);
      if (problems !== undefined) {
        const refusal = refusalOf(problems, compiled.mode, variant.name);
        return { ...compiled, variants: [], refusal: { ...refusal, exception: exception.key } };
      }
      own.push({ ...exception, conditions: value });
    }
    variants.push({ ...variant, exceptions: own });
  }
  return { ...compiled, variants };
}

const PLACEHOLDER = '<nil>: Internal error: validating policy compiler 1.0 error: failed to compile policy';

function refusalOf(
  problems: readonly ExpressionProblem[],
  mode: CompiledValidatingPolicy['mode'],
  variant: Variant['name'],
): ExpressionRefusal {
  const found = problems.map(
    ({ path, expression, detail }) => `${pathText(path)}: Invalid value: ${goQuote(expression)}: ${detail}`,
  );
  const texts = mode === 'JSON' ? found : [PLACEHOLDER, ...found];
  return { problems, variant, texts, text: aggregateText(texts) };
}

/** Several errors as one text. Upstream: `ErrorList.ToAggregate` in `k8s.io/apimachinery`. */
export function aggregateText(texts: readonly string[]): string {
  const all = [...new Set(texts)];
  return all.length === 1 ? (all[0] ?? '') : `[${all.join(', ')}]`;
}

function pathText(path: readonly (string | number)[]): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`)).join('');
}
