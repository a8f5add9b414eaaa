import { EvaluationError } from '../../model/failure.ts';
import { type Json, setKey } from '../../model/json.ts';
import type { Comparator, Node, SliceParts } from './ast.ts';
import { CrashError } from './errors.ts';
import { markExpRef } from './expref.ts';
import { callFunction } from './functions/call.ts';
import {
  type Evaluate,
  goEqual,
  isAnyList,
  isFalse,
  isMap,
  orNull,
  type QueryEnvironment,
  type Result,
  toJson,
  type Value,
} from './value.ts';

/**
 * Turns a parsed query into a closure.
 * Upstream: github.com/kyverno/go-jmespath interpreter.go. Where an unknown key counts as null, upstream swallows
 * its NotFoundError there; `.*`, `[]` and `[?` swallow every error of what is left of them.
 */
export function compileNode(node: Node): Evaluate {
  switch (node.type) {
    case 'ASTEmpty':
      return () => {
        throw new EvaluationError('Unknown AST node: ASTEmpty');
      };
    case 'ASTIdentity':
    case 'ASTCurrentNode':
      return (value) => value;
    case 'ASTLiteral': {
      const { value } = node;
      return () => value;
    }
    case 'ASTField':
      return field(node.value);
    case 'ASTIndex':
      return index(node.value);
    case 'ASTSlice':
      return slice(node.value);
    case 'ASTSubexpression':
    case 'ASTIndexExpression':
      return chain(compileNode(node.children[0]), compileNode(node.children[1]));
    case 'ASTPipe':
      return pipe(compileNode(node.children[0]), compileNode(node.children[1]));
    case 'ASTOrExpression':
      return or(compileNode(node.children[0]), compileNode(node.children[1]));
    case 'ASTAndExpression':
      return and(compileNode(node.children[0]), compileNode(node.children[1]));
    case 'ASTNotExpression': {
      const inner = compileNode(node.children[0]);
      return (value, env) => isFalse(orNull(inner(value, env)));
    }
    case 'ASTComparator':
      return comparator(node.value, compileNode(node.children[0]), compileNode(node.children[1]));
    case 'ASTProjection':
      return projection(compileNode(node.children[0]), compileNode(node.children[1]));
    case 'ASTFilterProjection': {
      const [left, right, condition] = node.children;
      return filterProjection(compileNode(left), compileNode(right), compileNode(condition));
    }
    case 'ASTFlatten':
      return flatten(compileNode(node.children[0]));
    case 'ASTValueProjection':
      return valueProjection(compileNode(node.children[0]), compileNode(node.children[1]));
    case 'ASTMultiSelectList':
      return multiSelectList(node.children.map(compileNode));
    case 'ASTMultiSelectHash':
      return multiSelectHash(node.children.map((pair) => [pair.value, compileNode(pair.children[0])]));
    case 'ASTKeyValPair':
      return compileNode(node.children[0]);
    case 'ASTExpRef': {
      const reference = markExpRef(compileNode(node.children[0]), node.children[0]);
      return () => reference;
    }
    case 'ASTFunctionExpression':
      return call(node.value, node.children.map(compileNode));
  }
}

function field(key: string): Evaluate {
  const missing = Symbol(key);
  return (value) => {
    if (!isMap(value)) return null;
    return Object.hasOwn(value, key) ? (value[key] ?? null) : missing;
  };
}

function index(at: number): Evaluate {
  return (value) => (isAnyList(value) ? (value[at < 0 ? at + value.length : at] ?? null) : null);
}

function chain(left: Evaluate, right: Evaluate): Evaluate {
  return (value, env) => {
    const result = left(value, env);
    return typeof result === 'symbol' ? result : right(result, env);
  };
}

function pipe(left: Evaluate, right: Evaluate): Evaluate {
  return (value, env) => orNull(right(orNull(left(value, env)), env));
}

function or(left: Evaluate, right: Evaluate): Evaluate {
  return (value, env) => {
    const result = orNull(left(value, env));
    return isFalse(result) ? orNull(right(value, env)) : result;
  };
}

function and(left: Evaluate, right: Evaluate): Evaluate {
  return (value, env) => {
    const result = orNull(left(value, env));
    return isFalse(result) ? result : right(value, env);
  };
}

const ORDER: Readonly<Record<Exclude<Comparator, 'tEQ' | 'tNE'>, (a: number, b: number) => boolean>> = {
  tLT: (a, b) => a < b,
  tLTE: (a, b) => a <= b,
  tGT: (a, b) => a > b,
  tGTE: (a, b) => a >= b,
};

function comparator(operator: Comparator, left: Evaluate, right: Evaluate): Evaluate {
  if (operator === 'tEQ') return (value, env) => goEqual(orNull(left(value, env)), orNull(right(value, env)));
  if (operator === 'tNE') return (value, env) => !goEqual(orNull(left(value, env)), orNull(right(value, env)));
  const holds = ORDER[operator];
  return (value, env) => {
    const a = left(value, env);
    const b = right(value, env);
    return typeof a === 'number' && typeof b === 'number' ? holds(a, b) : null;
  };
}

function projection(left: Evaluate, right: Evaluate): Evaluate {
  return (value, env) => {
    const list = left(value, env);
    return typeof list !== 'symbol' && isAnyList(list) ? collect(list, right, env) : null;
  };
}

function collect(list: readonly Json[], right: Evaluate, env: QueryEnvironment): Json {
  const collected: Json[] = [];
  for (const element of list) {
    const result = right(element, env);
    if (result !== null && typeof result !== 'symbol') collected.push(toJson(result));
  }
  return collected;
}

/** Runs what is left of `.*`, `[]` and `[?`: any error there means null. */
function quietly(left: Evaluate, value: Value, env: QueryEnvironment): Value {
  try {
    return orNull(left(value, env));
  } catch (error) {
    if (error instanceof EvaluationError && !(error instanceof CrashError)) return null;
    throw error;
  }
}

function filterProjection(left: Evaluate, right: Evaluate, condition: Evaluate): Evaluate {
  return (value, env) => {
    const list = quietly(left, value, env);
    if (!isAnyList(list)) return null;
    const collected: Json[] = [];
    for (const element of list) {
      if (isFalse(orNull(condition(element, env)))) continue;
      const result = right(element, env);
      if (result !== null && typeof result !== 'symbol') collected.push(toJson(result));
    }
    return collected;
  };
}

function flatten(left: Evaluate): Evaluate {
  return (value, env) => {
    const list = quietly(left, value, env);
    return isAnyList(list) ? [...list].flat(1) : null;
  };
}

function valueProjection(left: Evaluate, right: Evaluate): Evaluate {
  return (value, env) => {
    const map = quietly(left, value, env);
    if (!isMap(map)) return null;
    const values = Object.values(map);
    // Upstream's list of values starts with one null per entry.
    return collect([...values.map(() => null), ...values], right, env);
  };
}

function multiSelectList(children: readonly Evaluate[]): Evaluate {
  return (value, env) => (value === null ? null : children.map((child) => toJson(orNull(child(value, env)))));
}

function multiSelectHash(pairs: readonly (readonly [string, Evaluate])[]): Evaluate {
  return (value, env) => {
    if (value === null) return null;
    const collected: Record<string, Json> = {};
    for (const [key, child] of pairs) setKey(collected, key, toJson(orNull(child(value, env))));
    return collected;
  };
}

function call(name: Json, args: readonly Evaluate[]): Evaluate {
  if (typeof name !== 'string') {
    return () => {
      throw new EvaluationError('invalid node value type');
    };
  }
  const run = callFunction(name);
  return (value, env): Result =>
    run(
      args.map((arg) => orNull(arg(value, env))),
      env,
    );
}

function slice([start, stop, step = 1]: SliceParts): Evaluate {
  return (value) => {
    if (!isAnyList(value)) return null;
    if (step === 0) throw new EvaluationError('Invalid slice, step cannot be 0');
    const { length } = value;
    const from = start === undefined ? (step < 0 ? length - 1 : 0) : cap(length, start, step);
    const to = stop === undefined ? (step < 0 ? -1 : length) : cap(length, stop, step);
    const taken: Json[] = [];
    for (let at = from; step > 0 ? at < to : at > to; at += step) taken.push(value[at] ?? null);
    return taken;
  };
}

function cap(length: number, at: number, step: number): number {
  const fromStart = at < 0 ? at + length : at;
  if (fromStart < 0) return step < 0 ? -1 : 0;
  if (fromStart >= length) return step < 0 ? length - 1 : length;
  return fromStart;
}
