import type { CelExpr } from '../../engine/cel/ast.ts';
import { KUBERNETES_MACROS, KYVERNO_MACROS } from '../../engine/cel/macros.ts';
import { parseExpression } from '../../engine/cel/parser.ts';
import type { Json } from '../../model/json.ts';
import { type Abstract, elements, fieldOf, link, listOf, literal, look, NOTHING, place, union } from './abstract.ts';
import type { Collector } from './collect.ts';
import type { Names } from './from-query.ts';

const MACROS = new Set([...KUBERNETES_MACROS, ...KYVERNO_MACROS]);

/** What the variables of every CEL environment stand for. */
const GIVEN: Readonly<Record<string, Abstract>> = {
  object: place('request', 'object'),
  oldObject: place('request', 'oldObject'),
  request: place('request'),
  namespaceObject: place('namespaceObject'),
};

/** Gives yes or no: what is compared is noted, the answer stands for no place. */
const TESTS: ReadonlySet<string> = new Set(
  `_==_ _!=_ _<_ _<=_ _>_ _>=_ contains startsWith endsWith matches isQuantity isLessThan isGreaterThan compareTo
  isIP isCIDR isURL containsIP containsCIDR`.split(/\s+/),
);
const CONNECTIVES: ReadonlySet<string> = new Set(['_&&_', '_||_', '!_', '@not_strictly_false']);

/** What a CEL expression of a policy may stand for; every place that it looks at is noted. */
export function traceCel(text: string, names: Names, collector: Collector): Abstract {
  const { expr } = parseExpression(text, MACROS);
  return expr === undefined ? NOTHING : trace(expr, names, collector);
}

function trace(expr: CelExpr, names: Names, collector: Collector): Abstract {
  const inner = (part: CelExpr): Abstract => trace(part, names, collector);
  switch (expr.kind) {
    case 'literal':
      return isJson(expr.value) ? literal(expr.value) : NOTHING;
    case 'ident':
      return names(expr.name) ?? (Object.hasOwn(GIVEN, expr.name) ? GIVEN[expr.name] : undefined) ?? NOTHING;
    case 'select':
      return look(fieldOf(inner(expr.operand), expr.field), collector);
    case 'list':
      return listOf(union(expr.elements.map(inner)));
    case 'map': {
      const parts = expr.entries.map(({ key, value }) => [inner(key), inner(value)] as const);
      const fields = parts.flatMap(([key, value]) => key.literals.map((name) => [String(name), value] as const));
      return { ...union(parts.map(([, value]) => value)), fields: new Map(fields) };
    }
    case 'struct':
      return union(expr.fields.map(({ value }) => inner(value)));
    case 'fold': {
      const range = inner(expr.range);
      const item = look(elements(range), collector);
      const loop: Names = (name) => {
        if (name === expr.iterVar2) return item;
        if (name === expr.iterVar) return expr.iterVar2 === undefined ? item : NOTHING;
        return names(name);
      };
      const init = inner(expr.init);
      const withAccumulator =
        (value: Abstract, others: Names): Names =>
        (name) =>
          name === expr.accuVar ? value : others(name);
      trace(expr.condition, withAccumulator(init, loop), collector);
      const step = trace(expr.step, withAccumulator(init, loop), collector);
      return trace(expr.result, withAccumulator(union([init, step]), names), collector);
    }
    case 'call':
      return call(expr.fn, [...(expr.target === undefined ? [] : [expr.target]), ...expr.args], inner, collector);
  }
}

function call(
  fn: string,
  parts: readonly CelExpr[],
  inner: (part: CelExpr) => Abstract,
  collector: Collector,
): Abstract {
  const values = parts.map(inner);
  const [first = NOTHING, second = NOTHING, third = NOTHING] = values;
  if (CONNECTIVES.has(fn)) return NOTHING;
  if (TESTS.has(fn)) {
    link(values, collector);
    return NOTHING;
  }
  switch (fn) {
    case '_?_:_':
      return union([second, third]);
    case '_?._':
      return look(union(second.literals.map((key) => fieldOf(first, String(key)))), collector);
    case '_[_]':
    case '_[?_]': {
      const keys = second.literals.filter((key) => typeof key === 'string');
      return look(keys.length === 0 ? elements(first) : union(keys.map((key) => fieldOf(first, key))), collector);
    }
    case '@in':
      // A literal may be an element of a list or a key of a map.
      link([first, elements(second)], collector);
      for (const key of first.literals) if (typeof key === 'string') look(fieldOf(second, key), collector);
      return NOTHING;
    case 'orValue':
    case '__orValueCompat__':
      link(values, collector);
      return union(values);
    case '_+_':
    case 'or':
      return union(values);
    default:
      link(values, collector);
      return { paths: union(values).paths, literals: [], ...(first.list ? { list: true } : {}) };
  }
}

function isJson(value: unknown): value is Exclude<Json, object> {
  return value === null || ['boolean', 'bigint', 'number', 'string'].includes(typeof value);
}
