import { callCost } from '../cost.ts';
import { FUNCTIONS, SINGLETONS } from '../functions/index.ts';
import type { Overload } from '../type-text.ts';
import { CelError, type CelValue, fitsAtRunTime, typeNameOf } from '../values.ts';
import { charge, type Frame, type Step } from './frame.ts';

/**
 * A call of a function: the arguments from left to right, then the overload that fits. With more than one left by the
 * checker the values decide.
 * Upstream: `planCall` in `interpreter/planner.go` and `Bindings` in `common/decls/decls.go` of cel-go.
 */
export function planCall(
  fn: string,
  overloads: readonly Overload[],
  declared: readonly Overload[],
  args: readonly Step[],
): Step {
  const id = overloads.length === 1 ? (overloads[0]?.id ?? '') : '';
  const singleton = SINGLETONS[fn];
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

type Work = (args: readonly CelValue[], host: Frame['host']) => CelValue;

function finish(frame: Frame, fn: string, id: string, args: readonly CelValue[], work: Work): CelValue {
  const result = work(args, frame.host);
  charge(frame, callCost(fn, id, args, result));
  return result;
}

function dispatch(fn: string, overloads: readonly Overload[]): Work {
  return (args, host) => {
    for (const { id, args: types } of overloads) {
      if (types.length !== args.length || !types.every((type, i) => fitsAtRunTime(type, args[i] as CelValue))) continue;
      const body = FUNCTIONS[id];
      return body === undefined ? new CelError(`function ${fn} is not supported`) : body(args, host);
    }
    return new CelError(`no such overload: ${fn}(${args.map(typeNameOf).join(', ')})`);
  };
}
