import type { CelValue } from './values.ts';

/** An expression. `at` is where errors about it point: an index into the text, for a call that of its operator. */
export type CelExpr = LiteralExpr | IdentExpr | SelectExpr | CallExpr | ListExpr | MapExpr | StructExpr | FoldExpr;

/** A literal of any simple type. */
export interface LiteralExpr {
  readonly kind: 'literal';
  readonly at: number;
  readonly value: CelValue;
}

/** A variable, also one with dots in its name once the checker has found it. */
export interface IdentExpr {
  readonly kind: 'ident';
  readonly at: number;
  readonly name: string;
}

/** `operand.field` */
export interface SelectExpr {
  readonly kind: 'select';
  readonly at: number;
  readonly operand: CelExpr;
  readonly field: string;
  /** `has(operand.field)`: only whether it is there. */
  readonly test: boolean;
}

/** A function or operator; operators have names such as `_+_`. */
export interface CallExpr {
  readonly kind: 'call';
  readonly at: number;
  readonly fn: string;
  readonly target: CelExpr | undefined;
  readonly args: readonly CelExpr[];
}

/** `[a, b, ?c]` */
export interface ListExpr {
  readonly kind: 'list';
  readonly at: number;
  readonly elements: readonly CelExpr[];
  /** Indexes of elements written `?x`. */
  readonly optional: ReadonlySet<number>;
}

/** A key or field with its value; `at` points to the colon. */
export interface Entry<K> {
  readonly at: number;
  readonly key: K;
  readonly value: CelExpr;
  readonly optional: boolean;
}

/** `{key: value, ?key: value}` */
export interface MapExpr {
  readonly kind: 'map';
  readonly at: number;
  readonly entries: readonly Entry<CelExpr>[];
}

/** `Name{field: value, ?field: value}` */
export interface StructExpr {
  readonly kind: 'struct';
  readonly at: number;
  readonly name: string;
  readonly fields: readonly Entry<string>[];
}

/** What the macros over lists and maps become. Upstream: comprehensions of cel-go. */
export interface FoldExpr {
  readonly kind: 'fold';
  readonly at: number;
  readonly range: CelExpr;
  readonly iterVar: string;
  readonly iterVar2: string | undefined;
  readonly accuVar: string;
  readonly init: CelExpr;
  readonly condition: CelExpr;
  readonly step: CelExpr;
  readonly result: CelExpr;
}

/** Name of the accumulator of a macro; no expression can spell it. */
export const ACCUMULATOR = '@result';

/** A dotted name such as `a.b.c`, when the expression is one. */
export function qualifiedName(expr: CelExpr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.test) return undefined;
  const prefix = qualifiedName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
}

/** The direct parts of an expression, in the order of evaluation. */
export function childrenOf(expr: CelExpr): readonly CelExpr[] {
  switch (expr.kind) {
    case 'select':
      return [expr.operand];
    case 'call':
      return expr.target === undefined ? expr.args : [expr.target, ...expr.args];
    case 'list':
      return expr.elements;
    case 'map':
      return expr.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return expr.fields.map(({ value }) => value);
    case 'fold':
      return [expr.range, expr.init, expr.condition, expr.step, expr.result];
    default:
      return [];
  }
}
