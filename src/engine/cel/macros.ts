import { ACCUMULATOR, type CallExpr, type CelExpr, type FoldExpr } from './ast.ts';
import type { CelIssue } from './source.ts';
import { CelUint, type CelValue } from './values.ts';

/** A macro at work: what it becomes, what is wrong with it, or `undefined` when it is an ordinary call after all. */
type Macro = (call: CallExpr, build: Builder) => CelExpr | CelIssue | undefined;

/** Builds parts of an expansion; all of them stand where the macro stands. */
interface Builder {
  readonly literal: (value: CelValue) => CelExpr;
  readonly ident: (name: string) => CelExpr;
  readonly accumulator: () => CelExpr;
  readonly list: (...elements: readonly CelExpr[]) => CelExpr;
  readonly call: (fn: string, ...args: readonly CelExpr[]) => CelExpr;
  readonly member: (fn: string, target: CelExpr, ...args: readonly CelExpr[]) => CelExpr;
  readonly fold: (parts: Omit<FoldExpr, 'kind' | 'at'>) => CelExpr;
}

/** A loop without turns: `variable` stands for `value` inside `result`. */
const UNUSED = '#unused';
const OLD_ACCUMULATOR = '__result__';

/** Macros of the Kubernetes environments, by `name:arguments:isMember`. */
export const KUBERNETES_MACROS: ReadonlySet<string> = new Set(
  `has:1:false all:2:true exists:2:true exists_one:2:true map:2:true map:3:true filter:2:true optMap:2:true
  optFlatMap:2:true all:3:true exists:3:true existsOne:3:true exists_one:3:true transformList:3:true
  transformList:4:true transformMap:3:true transformMap:4:true transformMapEntry:3:true transformMapEntry:4:true
  sortBy:2:true`.split(/\s+/),
);

/** What Kyverno's compilers add for all its policies, those that are ValidatingAdmissionPolicies included. */
export const KYVERNO_COMPATIBILITY_MACROS: readonly string[] = ['orValue:1:true'];

/** What Kyverno's own policy kinds have on top. */
export const KYVERNO_MACROS: readonly string[] = ['bind:3:true', 'least:*:true', 'greatest:*:true'];

const MACROS: Readonly<Record<string, Macro>> = {
  has: ({ at, args: [field] }) => {
    if (field?.kind === 'select') return { ...field, at, test: true };
    return { at: field?.at ?? at, message: 'invalid argument to has() macro' };
  },
  all: quantifier((build, predicate) => ({
    init: build.literal(true),
    condition: build.call('@not_strictly_false', build.accumulator()),
    step: build.call('_&&_', build.accumulator(), predicate),
    result: build.accumulator(),
  })),
  exists: quantifier((build, predicate) => ({
    init: build.literal(false),
    condition: build.call('@not_strictly_false', build.call('!_', build.accumulator())),
    step: build.call('_||_', build.accumulator(), predicate),
    result: build.accumulator(),
  })),
  exists_one: quantifier(countOne),
  existsOne: quantifier(countOne),
  map: transform('list', 1, (build, value) => build.call('_+_', build.accumulator(), build.list(value))),
  filter: ({ target, args: [variable, predicate] }, build) => {
    const problem = variableProblem(variable, 'argument is not an identifier');
    if (problem !== undefined) return problem;
    if (variable?.kind !== 'ident' || target === undefined || predicate === undefined) return undefined;
    const step = build.call('_+_', build.accumulator(), build.list(variable));
    return build.fold({
      ...growing(build, 'list', target, variable.name),
      step: build.call('_?_:_', predicate, step, build.accumulator()),
    });
  },
  transformList: transform('list', 2, (build, value) => build.call('_+_', build.accumulator(), build.list(value))),
  transformMap: transform('map', 2, (build, value, key) =>
    build.call('cel.@mapInsert', build.accumulator(), build.ident(key), value),
  ),
  transformMapEntry: transform('map', 2, (build, value) => build.call('cel.@mapInsert', build.accumulator(), value)),
  sortBy: (call, build) => {
    const { target } = call;
    const input = () => build.ident('@__sortBy_input__');
    const mapped = MACROS['map']?.({ ...call, target: input() }, build);
    if (mapped === undefined || target === undefined || !('kind' in mapped)) return mapped;
    if (target.kind === 'literal' || target.kind === 'map' || target.kind === 'struct') {
      const message = 'sortBy can only be applied to a list, identifier, comprehension, call or select expression';
      return { at: target.at, message };
    }
    return bound(build, '@__sortBy_input__', target, build.member('@sortByAssociatedKeys', input(), mapped));
  },
  optMap: onOptional('optMap', (build, result) => build.call('optional.of', result)),
  optFlatMap: onOptional('optFlatMap', (_, result) => result),
  orValue: ({ target, args: [other] }, build) =>
    target === undefined || other === undefined ? undefined : build.call('__orValueCompat__', target, other),
  bind: ({ target, args: [variable, value, result] }, build) => {
    if (!isName(target, 'cel') || value === undefined || result === undefined) return undefined;
    if (variable?.kind === 'ident') return bound(build, variable.name, value, result);
    return { at: variable?.at ?? 0, message: 'cel.bind() variable names must be simple identifiers' };
  },
  least: extreme('least', 'math.@min'),
  greatest: extreme('greatest', 'math.@max'),
};

/**
 * What a call becomes when it is one of `macros`; `undefined` when it stays a call.
 * Upstream: `parser/macro.go`, `cel/library.go`, `ext/comprehensions.go`, `ext/bindings.go`, `ext/lists.go` and
 * `ext/math.go` of cel-go; `pkg/cel/compiler/env.go` for `orValue`.
 */
export function expandMacro(call: CallExpr, macros: ReadonlySet<string>): CelExpr | CelIssue | undefined {
  const member = call.target !== undefined;
  const known = macros.has(`${call.fn}:${call.args.length}:${member}`) || macros.has(`${call.fn}:*:${member}`);
  return known && Object.hasOwn(MACROS, call.fn) ? MACROS[call.fn]?.(call, builderAt(call.at)) : undefined;
}

function builderAt(at: number): Builder {
  const call = (fn: string, ...args: readonly CelExpr[]): CelExpr => ({
    kind: 'call',
    at,
    fn,
    target: undefined,
    args,
  });
  const ident = (name: string): CelExpr => ({ kind: 'ident', at, name });
  return {
    literal: (value) => ({ kind: 'literal', at, value }),
    ident,
    accumulator: () => ident(ACCUMULATOR),
    list: (...elements) => ({ kind: 'list', at, elements, optional: new Set() }),
    call,
    member: (fn, target, ...args) => ({ kind: 'call', at, fn, target, args }),
    fold: (parts) => ({ kind: 'fold', at, ...parts }),
  };
}

type FoldParts = Pick<FoldExpr, 'init' | 'condition' | 'step' | 'result'>;

/** A macro that gives a yes or no, over one or two variables. */
function quantifier(parts: (build: Builder, predicate: CelExpr) => FoldParts): Macro {
  return ({ target, args }, build) => {
    const predicate = args.at(-1);
    const names = variableNames(args.slice(0, -1), 'argument must be a simple name');
    if ('message' in names) return names;
    if (target === undefined || predicate === undefined) return undefined;
    return build.fold({ range: target, ...names, accuVar: ACCUMULATOR, ...parts(build, predicate) });
  };
}

function countOne(build: Builder, predicate: CelExpr): FoldParts {
  const more = build.call('_+_', build.accumulator(), build.literal(1n));
  return {
    init: build.literal(0n),
    condition: build.literal(true),
    step: build.call('_?_:_', predicate, more, build.accumulator()),
    result: build.call('_==_', build.accumulator(), build.literal(1n)),
  };
}

/** A macro that makes a list or map, with or without a condition before the value. */
function transform(
  into: 'list' | 'map',
  variables: 1 | 2,
  add: (build: Builder, value: CelExpr, key: string) => CelExpr,
): Macro {
  return ({ target, args }, build) => {
    const message = variables === 1 ? 'argument is not an identifier' : 'argument must be a simple name';
    const names = variableNames(args.slice(0, variables), message);
    if ('message' in names) return names;
    const value = args.at(-1);
    if (target === undefined || value === undefined) return undefined;
    const step = add(build, value, names.iterVar);
    const predicate = args.length === variables + 2 ? args[variables] : undefined;
    return build.fold({
      ...growing(build, into, target, names.iterVar, names.iterVar2),
      step: predicate === undefined ? step : build.call('_?_:_', predicate, step, build.accumulator()),
    });
  };
}

function growing(build: Builder, into: 'list' | 'map', range: CelExpr, iterVar: string, iterVar2?: string) {
  const { at } = build.accumulator();
  const empty: CelExpr = into === 'list' ? build.list() : { kind: 'map', at, entries: [] };
  return {
    range,
    iterVar,
    iterVar2,
    accuVar: ACCUMULATOR,
    init: empty,
    condition: build.literal(true),
    result: build.accumulator(),
  };
}

function bound(build: Builder, name: string, value: CelExpr, result: CelExpr): CelExpr {
  return build.fold({
    range: build.list(),
    iterVar: UNUSED,
    iterVar2: undefined,
    accuVar: name,
    init: value,
    condition: build.literal(false),
    step: build.ident(name),
    result,
  });
}

/** Macros that compute on the value of an optional, which they name twice. */
function onOptional(name: string, wrap: (build: Builder, result: CelExpr) => CelExpr): Macro {
  return ({ target, args: [variable, result] }, build) => {
    if (target === undefined || result === undefined) return undefined;
    if (variable?.kind !== 'ident') {
      return { at: variable?.at ?? 0, message: `${name}() variable name must be a simple identifier` };
    }
    const value = build.member('value', copyOf(target));
    return build.call(
      '_?_:_',
      build.member('hasValue', target),
      wrap(build, bound(build, variable.name, value, result)),
      build.call('optional.none'),
    );
  };
}

/** The checker keeps what it learns by node, so a part that is used twice must be two parts. */
function copyOf(expr: CelExpr): CelExpr {
  switch (expr.kind) {
    case 'select':
      return { ...expr, operand: copyOf(expr.operand) };
    case 'call':
      return {
        ...expr,
        target: expr.target === undefined ? undefined : copyOf(expr.target),
        args: expr.args.map(copyOf),
      };
    case 'list':
      return { ...expr, elements: expr.elements.map(copyOf) };
    case 'map':
      return {
        ...expr,
        entries: expr.entries.map((one) => ({ ...one, key: copyOf(one.key), value: copyOf(one.value) })),
      };
    case 'struct':
      return { ...expr, fields: expr.fields.map((one) => ({ ...one, value: copyOf(one.value) })) };
    case 'fold':
      return {
        ...expr,
        range: copyOf(expr.range),
        init: copyOf(expr.init),
        condition: copyOf(expr.condition),
        step: copyOf(expr.step),
        result: copyOf(expr.result),
      };
    default:
      return { ...expr };
  }
}

function extreme(name: string, fn: string): Macro {
  return ({ target, args }, build) => {
    if (!isName(target, 'math')) return undefined;
    const [first] = args;
    if (first === undefined) {
      return { at: target?.at ?? 0, message: `math.${name}() requires at least one argument` };
    }
    if (args.length === 1) {
      const isNumbers = first.kind === 'list' && first.elements.length > 0 && first.elements.every(mayBeNumber);
      if (isNumbers || mayBeNumber(first)) return build.call(fn, first);
      return { at: first.at, message: `math.${name}() invalid single argument value` };
    }
    const wrong = args.find((arg) => !mayBeNumber(arg));
    if (wrong !== undefined) {
      return { at: wrong.at, message: `math.${name}() simple literal arguments must be numeric` };
    }
    return args.length === 2 ? build.call(fn, ...args) : build.call(fn, build.list(...args));
  };
}

function mayBeNumber(expr: CelExpr): boolean {
  if (expr.kind !== 'literal') return expr.kind !== 'list' && expr.kind !== 'map' && expr.kind !== 'struct';
  return typeof expr.value === 'number' || typeof expr.value === 'bigint' || expr.value instanceof CelUint;
}

function isName(expr: CelExpr | undefined, name: string): boolean {
  return expr?.kind === 'ident' && expr.name === name;
}

function variableNames(
  variables: readonly CelExpr[],
  message: string,
): CelIssue | { readonly iterVar: string; readonly iterVar2: string | undefined } {
  const [first, second] = variables;
  const bad = variables.find((one) => one.kind !== 'ident');
  if (bad !== undefined) return { at: bad.at, message };
  const names = variables.map((one) => (one.kind === 'ident' ? one.name : ''));
  if (second !== undefined && names[0] === names[1]) {
    return { at: second.at, message: `duplicate variable name: ${names[0]}` };
  }
  const problem = variables.map((one) => variableProblem(one, message)).find((one) => one !== undefined);
  return problem ?? { iterVar: first?.kind === 'ident' ? first.name : '', iterVar2: names[1] };
}

function variableProblem(variable: CelExpr | undefined, message: string): CelIssue | undefined {
  if (variable?.kind !== 'ident') return { at: variable?.at ?? 0, message };
  const hides = variable.name === ACCUMULATOR || variable.name === OLD_ACCUMULATOR;
  return hides ? { at: variable.at, message: 'iteration variable overwrites accumulator variable' } : undefined;
}
