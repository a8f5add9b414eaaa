import type { CallExpr, CelExpr, FoldExpr, IdentExpr, ListExpr, MapExpr } from '../ast.ts';
import type { CheckedTypes } from '../checker/checker.ts';
import { typeOfName } from '../checker/names.ts';
import { ACCESS_COST, LIST_COST, MAP_COST } from '../cost.ts';
import type { CelEnvironment } from '../environment.ts';
import { goTypeName, goValueText } from '../go-value-text.ts';
import { InternalError } from '../internal-error.ts';
import { asMade } from '../made.ts';
import {
  CelError,
  CelOptional,
  CelTypeValue,
  type CelValue,
  entryKey,
  isList,
  isMapKey,
  mapKey,
  mapOf,
} from '../values.ts';
import { type Attribute, addQualifier, type PlainAttribute, resolve } from './attribute.ts';
import { CONSTANT_PATTERNS, patternProblem, planCall } from './call.ts';
import { accumulatorOf, runFold } from './fold.ts';
import { charge, type Frame, PlanProblem, type Step } from './frame.ts';
import { equality, logical, notStrictlyFalse, orElse } from './operators.ts';

/** A part of an expression: how it runs, what is read of it, or its value when that is known already. */
interface Planned {
  readonly run: Step;
  readonly attribute?: Attribute;
  readonly constant?: CelValue;
}

type Scope = { readonly name: string; readonly step: Step; readonly outer: Scope | undefined };

/**
 * Turns a checked expression into steps. Throws `PlanProblem` for a conversion of a constant that fails.
 * Upstream: `interpreter/planner.go` and `interpreter/decorators.go` of cel-go.
 */
export function planExpression(expr: CelExpr, types: CheckedTypes, env: CelEnvironment, watch?: Watch): Step {
  return new Planner(types, env, watch).plan(expr).run;
}

/**
 * Is told what each part of an expression gave, innermost first, and gives what to go on with. `variables` are those of
 * macros around it. A planned expression that is watched gives the same values and errors, but costs something else.
 */
export type Watch = (
  expr: CelExpr,
  value: CelValue,
  variables: () => readonly (readonly [string, CelValue])[],
) => CelValue;

/** Conversions whose value is computed beforehand when the argument is a constant. */
const CONVERSIONS: ReadonlySet<string> = new Set([
  'type',
  'bool',
  'bytes',
  'double',
  'duration',
  'dyn',
  'int',
  'string',
  'timestamp',
  'uint',
]);

class Planner {
  readonly #types: CheckedTypes;
  readonly #env: CelEnvironment;
  #scope: Scope | undefined;
  readonly #watch: Watch | undefined;
  #places = 0;

  constructor(types: CheckedTypes, env: CelEnvironment, watch: Watch | undefined) {
    this.#types = types;
    this.#env = env;
    this.#watch = watch;
  }

  plan(expr: CelExpr): Planned {
    const planned = this.#part(expr);
    const watch = this.#watch;
    if (watch === undefined) return planned;
    const scope = this.#scope;
    const run: Step = (frame) => watch(expr, planned.run(frame), () => macroVariables(scope, frame));
    return planned.constant === undefined ? { run } : { run, constant: planned.constant };
  }

  #part(expr: CelExpr): Planned {
    switch (expr.kind) {
      case 'literal':
        return constant(expr.value);
      case 'ident':
        return this.#variable(expr);
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'fold':
        return this.#fold(expr);
      case 'struct':
        throw new PlanProblem(new CelError(`unknown type: ${expr.name}`), expr.at);
    }
  }

  #variable(expr: IdentExpr): Planned {
    const { name } = expr;
    for (let scope = this.#scope; scope !== undefined; scope = scope.outer) {
      if (scope.name !== name) continue;
      // A variable that holds types is taken for the name of one.
      if (this.#types.typeOf(expr).kind !== 'type') return attribute(scope.step);
      throw new PlanProblem(new CelError(`reference to undefined type: ${name}`), expr.at);
    }
    return this.#global(name.replace(/^\./, ''));
  }

  #global(name: string): Planned {
    if (!this.#env.variables.has(name)) {
      const type = typeOfName(name, this.#env);
      if (type !== undefined) return constant(new CelTypeValue(type.name));
    }
    const root: Step = (frame) => {
      const value = frame.variables(name);
      return value === undefined ? new CelError(`no such attribute(s): ${name}`) : value;
    };
    return attribute(root);
  }

  #select(expr: Extract<CelExpr, { kind: 'select' }>): Planned {
    const name = this.#types.names.get(expr);
    if (name !== undefined) return this.#global(name);
    const operand = this.#attributeOf(this.plan(expr.operand));
    addQualifier(operand, { key: expr.field, optional: false, test: expr.test });
    return expr.test ? { run: present(operand), attribute: operand } : readOf(operand);
  }

  /** What is read further: an attribute, or the value of anything else as one. */
  #attributeOf(planned: Planned): Attribute {
    return planned.attribute ?? { root: planned.run, qualifiers: [] };
  }

  #call(expr: CallExpr): Planned {
    const { args } = expr;
    const fn = this.#types.names.get(expr) ?? expr.fn;
    const target = this.#types.names.has(expr) || expr.target === undefined ? [] : [expr.target];
    const planned = [...target, ...args].map((arg) => this.plan(arg));
    const [first, second, third] = planned;
    if (first === undefined || second === undefined) return this.#function(expr, fn, planned);
    switch (fn) {
      case '_&&_':
        return { run: logical(first.run, second.run, false) };
      case '_||_':
        return { run: logical(first.run, second.run, true) };
      case '_?_:_':
        return third === undefined ? this.#function(expr, fn, planned) : this.#conditional(first, second, third);
      case '_==_':
        return { run: equality(first.run, second.run, fn, true) };
      case '_!=_':
        return { run: equality(first.run, second.run, fn, false) };
      case '_[_]':
        return this.#index(expr, first, second, false);
      case '_[?_]':
      case '_?._':
        return this.#index(expr, first, second, true);
      case 'or':
        return { run: orElse(first.run, second.run, (value) => value) };
      case 'orValue':
        return { run: orElse(first.run, second.run, (value) => value.value ?? null) };
      case '@in':
        return this.#membership(expr, first, second);
      default:
        return this.#function(expr, fn, planned);
    }
  }

  #conditional(condition: Planned, yes: Planned, no: Planned): Planned {
    const both: Attribute = { condition: condition.run, yes: this.#attributeOf(yes), no: this.#attributeOf(no) };
    return { run: (frame) => resolve(both, frame), attribute: both };
  }

  #index(expr: CallExpr, operand: Planned, index: Planned, optional: boolean): Planned {
    const read = this.#attributeOf(operand);
    const { attribute: inner, run, constant: known } = index;
    if (known !== undefined && !isMapKey(known)) {
      throw new PlanProblem(new CelError(`invalid qualifier type: ${goTypeName(known)}`), expr.at);
    }
    const key = known ?? (inner === undefined ? run : (frame: Frame) => resolve(inner, frame));
    addQualifier(read, { key, isGiven: this.#isGiven(expr.args[1]), optional, test: false });
    return readOf(read);
  }

  /** Whether something is read of a variable that was handed in. */
  #isGiven(expr: CelExpr | undefined): boolean {
    if (expr?.kind === 'select') return this.#isGiven(expr.operand);
    if (expr?.kind === 'call') return /^_(\[|\?\.)/.test(expr.fn) && this.#isGiven(expr.args[0]);
    if (expr?.kind !== 'ident') return false;
    for (let scope = this.#scope; scope !== undefined; scope = scope.outer) if (scope.name === expr.name) return false;
    return true;
  }

  #function(expr: CallExpr, fn: string, planned: readonly Planned[]): Planned {
    const overloads = this.#types.overloads.get(expr) ?? [];
    const declared = this.#env.overloadsOf(fn) ?? overloads;
    if (fn === '@not_strictly_false') return { run: notStrictlyFalse(planned[0]?.run ?? (() => true)) };
    const isPattern = typeof planned[1]?.constant === 'string';
    const run = planCall(
      fn,
      overloads,
      declared,
      planned.map((one) => one.run),
      isPattern ? CONSTANT_PATTERNS[fn] : undefined,
    );
    const pattern = isPattern && CONSTANT_PATTERNS[fn] !== undefined ? patternProblem(planned[1]?.constant) : undefined;
    if (pattern !== undefined) throw new PlanProblem(pattern, expr.at);
    const [only] = planned;
    if (planned.length !== 1 || only?.constant === undefined || !CONVERSIONS.has(fn)) return { run };
    const value = run({ variables: () => undefined, host: {}, locals: [], cost: 0, limit: Number.POSITIVE_INFINITY });
    if (value instanceof CelError) throw new PlanProblem(value, expr.at);
    return constant(value);
  }

  /** `in` a list of constants is a look-up that costs nothing. */
  #membership(expr: CallExpr, element: Planned, container: Planned): Planned {
    const overloads = this.#types.overloads.get(expr) ?? [];
    const list = container.constant;
    if (overloads.length !== 1 || overloads[0]?.id !== 'in_list' || list === undefined || !isList(list)) {
      return this.#function(expr, '@in', [element, container]);
    }
    if (list.length === 0) return constant(false);
    const keys = list.map(mapKey);
    if (keys.includes(undefined)) return this.#function(expr, '@in', [element, container]);
    const set = new Set(keys);
    return {
      run: (frame) => {
        const value = element.run(frame);
        return value instanceof CelError ? value : set.has(mapKey(value) ?? '');
      },
    };
  }

  #list(expr: ListExpr): Planned {
    const planned = expr.elements.map((element) => this.plan(element));
    const isConstant = expr.optional.size === 0 && planned.every((one) => one.constant !== undefined);
    if (isConstant) return constant(asMade(planned.map((one) => one.constant as CelValue)));
    const steps = planned.map((one) => one.run);
    return {
      run: (frame) => {
        // A list costs something even when an element is an error.
        charge(frame, LIST_COST);
        const values: CelValue[] = [];
        for (const [index, step] of steps.entries()) {
          const value = step(frame);
          if (value instanceof CelError) return value;
          if (!expr.optional.has(index)) values.push(value);
          else if (!(value instanceof CelOptional)) {
            return new CelError(
              `cannot initialize optional list element from non-optional value ${goValueText(value)}`,
            );
          } else if (value.value !== undefined) values.push(value.value);
        }
        return asMade(values);
      },
    };
  }

  #map(expr: MapExpr): Planned {
    const planned = expr.entries.map(({ key, value, optional }) => ({
      key: this.plan(key),
      value: this.plan(value),
      optional,
    }));
    const build = (frame: Frame): CelValue => {
      charge(frame, MAP_COST);
      const entries = new Map<string, readonly [CelValue, CelValue]>();
      for (const { key, value, optional } of planned) {
        const name = key.run(frame);
        if (name instanceof CelError) return name;
        const given = value.run(frame);
        if (given instanceof CelError) return given;
        if (name instanceof Uint8Array) {
          // Upstream breaks off before it counts the map.
          frame.cost -= MAP_COST;
          throw new InternalError('runtime error: hash of unhashable type types.Bytes');
        }
        const id = entryKey(name, entries);
        if (!optional) entries.set(id, [name, given]);
        else if (!(given instanceof CelOptional)) {
          const text = `'${goValueText(name)}' from non-optional value ${goValueText(given)}`;
          return new CelError(`cannot initialize optional entry ${text}`);
        } else if (given.value === undefined) entries.delete(id);
        else entries.set(id, [name, given.value]);
      }
      return asMade(mapOf(entries.values()));
    };
    const isConstant = planned.every(({ key, value }) => key.constant !== undefined && value.constant !== undefined);
    if (!isConstant) return { run: build };
    const value = build({ variables: () => undefined, host: {}, locals: [], cost: 0, limit: Number.POSITIVE_INFINITY });
    if (value instanceof CelError) throw new PlanProblem(value, expr.at);
    return constant(value);
  }

  #fold(expr: FoldExpr): Planned {
    const range = this.plan(expr.range).run;
    const init = this.plan(expr.init).run;
    const outer = this.#scope;
    const accumulator = this.#places++;
    const first = this.#places++;
    const second = expr.iterVar2 === undefined ? undefined : this.#places++;
    const accumulated: Scope = { name: expr.accuVar, step: accumulatorOf(accumulator, init), outer };
    this.#scope = { name: expr.iterVar, step: local(first), outer: accumulated };
    if (expr.iterVar2 !== undefined && second !== undefined) {
      this.#scope = { name: expr.iterVar2, step: local(second), outer: this.#scope };
    }
    const condition = this.plan(expr.condition).run;
    const step = this.plan(expr.step).run;
    this.#scope = accumulated;
    const result = this.plan(expr.result).run;
    this.#scope = outer;
    const plan = { range, init, condition, step, result, accumulator, first, second };
    return { run: (frame) => runFold(plan, frame) };
  }
}

function constant(value: CelValue): Planned {
  return { run: () => value, constant: value };
}

function attribute(root: Step): Planned {
  return readOf({ root, qualifiers: [] });
}

function readOf(of: Attribute): Planned {
  if (!('root' in of)) return { run: (frame) => resolve(of, frame), attribute: of };
  return { run: reading(of), attribute: of };
}

function reading(of: PlainAttribute): Step {
  return (frame) => {
    const value = resolve(of, frame);
    charge(frame, ACCESS_COST);
    return value;
  };
}

/** `has()`, which costs nothing itself. */
function present(of: Attribute): Step {
  return (frame) => {
    const value = resolve(of, frame);
    return value instanceof CelOptional ? value.value !== undefined : value;
  };
}

/** Variables of macros, the innermost first; accumulators are no variables. */
function macroVariables(scope: Scope | undefined, frame: Frame): readonly (readonly [string, CelValue])[] {
  if (scope === undefined) return [];
  const outer = macroVariables(scope.outer, frame);
  return /^\w/.test(scope.name) ? [[scope.name, scope.step(frame)], ...outer] : outer;
}

function local(place: number): Step {
  return (frame) => frame.locals[place] ?? null;
}
