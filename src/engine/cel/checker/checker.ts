import {
  type CallExpr,
  type CelExpr,
  type FoldExpr,
  type ListExpr,
  type MapExpr,
  qualifiedName,
  type SelectExpr,
  type StructExpr,
} from '../ast.ts';
import type { CelEnvironment } from '../environment.ts';
import type { CelIssue } from '../source.ts';
import type { Overload } from '../type-text.ts';
import {
  type CelType,
  isDyn,
  isSameType,
  listType,
  mapType,
  optionalType,
  PLAIN_TYPES,
  paramType,
  typeOfType,
  unwrapOptional,
} from '../types.ts';
import { typeOfName } from './names.ts';
import { assign, assignAll, instantiate, mostGeneral, type Substitutions, substitute } from './unify.ts';
import { valueTypeOf } from './value-type.ts';

/** What the checker found out, by expression. */
export interface CheckedTypes {
  readonly typeOf: (expr: CelExpr) => CelType;
  /** Overloads that a call may mean, in the order of declaration. */
  readonly overloads: ReadonlyMap<CelExpr, readonly Overload[]>;
  /** Selections that are a variable or type with dots, and calls of a function with dots. */
  readonly names: ReadonlyMap<CelExpr, string>;
  readonly issues: readonly CelIssue[];
}

type Scope = { readonly names: ReadonlyMap<string, CelType>; readonly outer: Scope | undefined };

/** Checks the types of an expression. Upstream: `checker/checker.go` of cel-go. */
export function checkTypes(root: CelExpr, env: CelEnvironment): CheckedTypes {
  const checker = new Checker(env);
  checker.check(root);
  return {
    typeOf: (expr) => checker.finalType(expr),
    overloads: checker.overloads,
    names: checker.names,
    issues: checker.issues,
  };
}

class Checker {
  readonly overloads = new Map<CelExpr, readonly Overload[]>();
  readonly names = new Map<CelExpr, string>();
  readonly issues: CelIssue[] = [];
  readonly #env: CelEnvironment;
  readonly #types = new Map<CelExpr, CelType>();
  #known: Substitutions = new Map();
  #scope: Scope | undefined;
  #invented = 0;

  constructor(env: CelEnvironment) {
    this.#env = env;
  }

  finalType(expr: CelExpr): CelType {
    return substitute(this.#known, this.#typeOf(expr), true);
  }

  check(expr: CelExpr): void {
    this.#types.set(expr, this.#infer(expr));
  }

  #typeOf(expr: CelExpr): CelType {
    return this.#types.get(expr) ?? PLAIN_TYPES.error;
  }

  #issue(at: number, message: string): CelType {
    this.issues.push({ at, message });
    return PLAIN_TYPES.error;
  }

  #infer(expr: CelExpr): CelType {
    switch (expr.kind) {
      case 'literal':
        return valueTypeOf(expr.value);
      case 'ident':
        return this.#ident(expr.name) ?? this.#undeclared(expr.at, expr.name);
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        return this.#list(expr);
      case 'map':
        return this.#map(expr);
      case 'struct':
        return this.#struct(expr);
      case 'fold':
        return this.#fold(expr);
    }
  }

  #undeclared(at: number, name: string): CelType {
    return this.#issue(at, `undeclared reference to '${name}' (in container '')`);
  }

  #local(name: string): CelType | undefined {
    for (let scope = this.#scope; scope !== undefined; scope = scope.outer) {
      const type = scope.names.get(name);
      if (type !== undefined) return type;
    }
    return undefined;
  }

  #ident(name: string): CelType | undefined {
    return this.#local(name) ?? this.#global(name);
  }

  #global(dotted: string): CelType | undefined {
    const name = dotted.startsWith('.') ? dotted.slice(1) : dotted;
    const variable = this.#env.variables.get(name);
    if (variable !== undefined) return variable;
    const named = typeOfName(name, this.#env);
    return named === undefined ? undefined : typeOfType(named);
  }

  #select(expr: SelectExpr): CelType {
    const name = expr.test ? undefined : qualifiedName(expr);
    const [first = ''] = name?.split('.') ?? [];
    const global = name === undefined || this.#local(first) !== undefined ? undefined : this.#global(name);
    if (name !== undefined && global !== undefined) {
      this.names.set(expr, name);
      return global;
    }
    const type = this.#field(expr.at, expr.operand, expr.field, false);
    return expr.test ? PLAIN_TYPES.bool : substitute(this.#known, type, false);
  }

  #field(at: number, operand: CelExpr, field: string, optional: boolean): CelType {
    this.check(operand);
    const { type, wasOptional } = unwrapOptional(substitute(this.#known, this.#typeOf(operand), false));
    const result = this.#plainField(at, type, field);
    return wasOptional || optional ? optionalType(result) : result;
  }

  #plainField(at: number, type: CelType, field: string): CelType {
    switch (type.kind) {
      case 'map':
        return type.params[1] ?? PLAIN_TYPES.dyn;
      case 'struct':
        return this.#declaredField(at, type.name, field) ?? PLAIN_TYPES.error;
      case 'param':
        this.#assign(PLAIN_TYPES.dyn, type);
        return PLAIN_TYPES.dyn;
      default:
        if (!isDyn(type) && type.kind !== 'error') {
          this.#issue(at, `type '${type.text}' does not support field selection`);
        }
        return PLAIN_TYPES.dyn;
    }
  }

  #declaredField(at: number, struct: string, field: string): CelType | undefined {
    if (!this.#env.hasStruct(struct)) {
      this.#issue(at, `unexpected failed resolution of '${struct}'`);
      return undefined;
    }
    const type = this.#env.fieldType(struct, field);
    if (type === undefined) this.#issue(at, `undefined field '${field}'`);
    return type;
  }

  #call(expr: CallExpr): CelType {
    const { fn, target, args } = expr;
    if (fn === '_?._') return this.#optionalField(expr);
    for (const arg of args) this.check(arg);
    if (target === undefined) {
      const overloads = this.#env.overloadsOf(fn.startsWith('.') ? fn.slice(1) : fn);
      return overloads === undefined ? this.#undeclared(expr.at, fn) : this.#resolve(expr, overloads, undefined);
    }
    const prefix = qualifiedName(target);
    const dotted = prefix === undefined ? undefined : this.#env.overloadsOf(`${prefix.replace(/^\./, '')}.${fn}`);
    if (dotted !== undefined) {
      this.names.set(expr, `${prefix}.${fn}`);
      return this.#resolve(expr, dotted, undefined);
    }
    this.check(target);
    const overloads = this.#env.overloadsOf(fn);
    return overloads === undefined ? this.#undeclared(expr.at, fn) : this.#resolve(expr, overloads, target);
  }

  #optionalField(expr: CallExpr): CelType {
    const [operand, field] = expr.args;
    if (operand === undefined || field?.kind !== 'literal' || typeof field.value !== 'string') {
      return this.#issue(expr.at, 'unsupported optional field selection');
    }
    return substitute(this.#known, this.#field(expr.at, operand, field.value, true), false);
  }

  #resolve(expr: CallExpr, declared: readonly Overload[], target: CelExpr | undefined): CelType {
    const exprs = target === undefined ? expr.args : [target, ...expr.args];
    const types = exprs.map((arg) => this.#typeOf(arg));
    if (expr.fn === '_&&_' || expr.fn === '_||_') return this.#logical(expr, declared, exprs, types);
    const fitting: Overload[] = [];
    let result: CelType | undefined;
    for (const overload of declared) {
      if (overload.member !== (target !== undefined)) continue;
      const fresh = new Map(overload.params.map((name) => [name, this.#newParam()]));
      const wanted = overload.args.map((arg) => instantiate(arg, fresh));
      const known = assignAll(this.#known, types, wanted);
      if (known === undefined) continue;
      this.#known = known;
      fitting.push(overload);
      const type = substitute(known, instantiate(overload.result, fresh), false);
      if (result === undefined) result = type;
      else if (!isDyn(result) && !isSameType(type, result)) result = PLAIN_TYPES.dyn;
    }
    if (result !== undefined) {
      this.overloads.set(expr, fitting);
      return result;
    }
    const texts = types.map((type) => substitute(this.#known, type, true).text);
    const signature =
      target === undefined ? `(${texts.join(', ')})` : `${texts[0] ?? ''}.(${texts.slice(1).join(', ')})`;
    const name = this.names.get(expr) ?? expr.fn;
    return this.#issue(expr.at, `found no matching overload for '${name}' applied to '${signature}'`);
  }

  #logical(
    expr: CallExpr,
    declared: readonly Overload[],
    exprs: readonly CelExpr[],
    types: readonly CelType[],
  ): CelType {
    let allFit = true;
    for (const [index, type] of types.entries()) {
      if (this.#assign(type, PLAIN_TYPES.bool)) continue;
      this.#mismatch(exprs[index]?.at ?? expr.at, PLAIN_TYPES.bool, type);
      allFit = false;
    }
    if (!allFit) return PLAIN_TYPES.error;
    this.overloads.set(expr, declared);
    return PLAIN_TYPES.bool;
  }

  #list(expr: ListExpr): CelType {
    let joined: CelType | undefined;
    for (const [index, element] of expr.elements.entries()) {
      this.check(element);
      const type = expr.optional.has(index) ? this.#insideOptional(element) : this.#typeOf(element);
      joined = this.#join(joined, type);
    }
    return listType(joined ?? this.#newParam());
  }

  #map(expr: MapExpr): CelType {
    let keys: CelType | undefined;
    let values: CelType | undefined;
    for (const { key, value, optional } of expr.entries) {
      this.check(key);
      keys = this.#join(keys, this.#typeOf(key));
      this.check(value);
      values = this.#join(values, optional ? this.#insideOptional(value) : this.#typeOf(value));
    }
    return mapType(keys ?? this.#newParam(), values ?? this.#newParam());
  }

  #insideOptional(expr: CelExpr): CelType {
    const { type, wasOptional } = unwrapOptional(this.#typeOf(expr));
    if (!wasOptional && !isDyn(type)) this.#mismatch(expr.at, optionalType(type), type);
    return type;
  }

  #join(previous: CelType | undefined, current: CelType): CelType {
    if (previous === undefined) return current;
    return this.#assign(previous, current) ? mostGeneral(previous, current) : PLAIN_TYPES.dyn;
  }

  #struct(expr: StructExpr): CelType {
    const name = expr.name.replace(/^\./, '');
    const type = typeOfName(name, this.#env);
    if (type === undefined) return this.#undeclared(expr.at, expr.name);
    if (type.kind !== 'struct') this.#issue(expr.at, `'${type.name}' is not a message type`);
    for (const { at, key, value, optional } of expr.fields) {
      this.check(value);
      const wanted = this.#declaredField(at, type.name, key) ?? PLAIN_TYPES.error;
      const given = optional ? this.#insideOptional(value) : this.#typeOf(value);
      if (!this.#assign(wanted, given)) {
        this.#issue(at, `expected type of field '${key}' is '${wanted.text}' but provided type is '${given.text}'`);
      }
    }
    return type.kind === 'struct' ? type : PLAIN_TYPES.error;
  }

  #fold(expr: FoldExpr): CelType {
    this.check(expr.range);
    this.check(expr.init);
    const range = substitute(this.#known, this.#typeOf(expr.range), false);
    const accumulated = this.#typeOf(expr.init);
    const outer = this.#scope;
    this.#scope = { names: new Map([[expr.accuVar, accumulated]]), outer };
    const accumulatorScope = this.#scope;
    const [first, second] = this.#iterated(expr, range);
    const names = new Map([[expr.iterVar, first]]);
    if (expr.iterVar2 !== undefined) names.set(expr.iterVar2, second);
    this.#scope = { names, outer: accumulatorScope };
    this.check(expr.condition);
    this.#expect(expr.condition, PLAIN_TYPES.bool);
    this.check(expr.step);
    this.#expect(expr.step, accumulated);
    this.#scope = accumulatorScope;
    this.check(expr.result);
    this.#scope = outer;
    return substitute(this.#known, this.#typeOf(expr.result), false);
  }

  /** Types of the variables of a loop: elements, or index and element; keys, or key and value. */
  #iterated(expr: FoldExpr, range: CelType): readonly [CelType, CelType] {
    const [first = PLAIN_TYPES.dyn, second = PLAIN_TYPES.dyn] = range.params;
    switch (range.kind) {
      case 'list':
        return expr.iterVar2 === undefined ? [first, first] : [PLAIN_TYPES.int, first];
      case 'map':
        return [first, second];
      case 'dyn':
      case 'error':
      case 'param':
        this.#assign(PLAIN_TYPES.dyn, range);
        return [PLAIN_TYPES.dyn, PLAIN_TYPES.dyn];
      default: {
        const message = `expression of type '${range.text}' cannot be range of a comprehension (must be list, map, or dynamic)`;
        const type = this.#issue(expr.range.at, message);
        return [type, type];
      }
    }
  }

  #expect(expr: CelExpr, wanted: CelType): void {
    if (!this.#assign(wanted, this.#typeOf(expr))) this.#mismatch(expr.at, wanted, this.#typeOf(expr));
  }

  #mismatch(at: number, wanted: CelType, found: CelType): void {
    this.#issue(at, `expected type '${wanted.text}' but found '${found.text}'`);
  }

  #assign(from: CelType, to: CelType): boolean {
    const known = assign(this.#known, from, to);
    if (known !== undefined) this.#known = known;
    return known !== undefined;
  }

  #newParam(): CelType {
    return paramType(`_var${this.#invented++}`);
  }
}
