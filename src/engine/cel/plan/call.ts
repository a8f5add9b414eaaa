import { EvaluationError } from '../../../model/failure.ts';
import { callCost } from '../cost.ts';
import type { FunctionBody, FunctionTable } from '../functions/function.ts';
import { FUNCTIONS, SINGLETONS } from '../functions/index.ts';
import { patternOf } from '../functions/standard.ts';
import { NO_OVERLOAD } from '../operations.ts';
import type { Overload } from '../type-text.ts';
import { CelError, type CelValue, fitsAtRunTime, typeNameOf } from '../values.ts';
import { charge, type Frame, type Step } from './frame.ts';

/**
 * A call of a function: the arguments from left to right, then the overload that fits. With more than one left by the
 * checker the values decide; `singleton` decides in their place where it is given.
 * Upstream: `planCall` in `interpreter/planner.go` and `Bindings` in `common/decls/decls.go` of cel-go.
 */
export function planCall(
  fn: string,
  overloads: readonly Overload[],
  declared: readonly Overload[],
  args: readonly Step[],
  singleton: FunctionBody | undefined = SINGLETONS[fn],
): Step {
  const id = overloads.length === 1 ? (overloads[0]?.id ?? '') : '';
  const work = singleton ?? dispatch(fn, overloads.length === 1 ? overloads : declared);
  const [first, second] = args;
  if (args.length === 1 && first !== undefined) {
    return (frame) => {
      const value = first(frame);
      return finish(frame, fn, id, [value], value instanceof CelError ? () => value : work);
    };
  }
  if (args.length === 2 && first !== undefined && second !== undefined) {
    return (frame) => {
      const one = first(frame);
      if (one instanceof CelError) return one;
      const other = second(frame);
      return finish(frame, fn, id, [one, other], other instanceof CelError ? () => other : work);
    };
  }
  return (frame) => {
    const values: CelValue[] = [];
    for (const arg of args) {
      const value = arg(frame);
      values.push(value);
      if (!(value instanceof CelError)) continue;
      // A call costs something once its last argument is known, be it an error.
      return values.length < args.length ? value : finish(frame, fn, id, values, () => value);
    }
    return finish(frame, fn, id, values, work);
  };
}

function finish(frame: Frame, fn: string, id: string, args: readonly CelValue[], work: FunctionBody): CelValue {
  const result = work(args, frame.host);
  charge(frame, callCost(fn, id, args, result));
  return result;
}

/**
 * Functions whose constant pattern is compiled beforehand; they then say less of what they are not for.
 * Upstream: `interpreter/optimizations.go` of cel-go, `regex.go` in `k8s.io/apiserver/pkg/cel/library`.
 */
export const CONSTANT_PATTERNS: FunctionTable = {
  matches: onText((args, host) => SINGLETONS['matches']?.(args, host) ?? NO_OVERLOAD),
  find: onText((args, host) => FUNCTIONS['string_find_string']?.(args, host) ?? NO_OVERLOAD),
  findAll: onText((args, host) => {
    const [, , limit] = args;
    if (limit === undefined) return FUNCTIONS['string_find_all_string']?.(args, host) ?? NO_OVERLOAD;
    if (typeof limit !== 'bigint') return NO_OVERLOAD;
    return FUNCTIONS['string_find_all_string_int']?.(args, host) ?? NO_OVERLOAD;
  }),
};

function onText(body: FunctionBody): FunctionBody {
  return (args, host) => (typeof args[0] === 'string' ? body(args, host) : NO_OVERLOAD);
}

function dispatch(fn: string, overloads: readonly Overload[]): FunctionBody {
  return (args, host) => {
    for (const { id, args: types } of overloads) {
      if (types.length !== args.length || !types.every((type, i) => fitsAtRunTime(type, args[i] as CelValue))) continue;
      const body = FUNCTIONS[id];
      return body === undefined ? new CelError(`function ${fn} is not supported`) : body(args, host);
    }
    return new CelError(`no such overload: ${fn}(${args.map(typeNameOf).join(', ')})`);
  };
}

/** What keeps a constant from being a pattern. */
export function patternProblem(pattern: CelValue | undefined): CelError | undefined {
  try {
    patternOf(String(pattern));
    return undefined;
  } catch (problem) {
    if (problem instanceof EvaluationError) return new CelError(problem.message);
    throw problem;
  }
}
