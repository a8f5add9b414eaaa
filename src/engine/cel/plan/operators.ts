import { callCost } from '../cost.ts';
import { isEqual, NO_OVERLOAD } from '../operations.ts';
import { CelError, CelOpaque, CelOptional, type CelValue } from '../values.ts';
import { charge, type Step } from './frame.ts';

/** `&&` and `||`: the first operand that decides does so, even after an operand that failed. */
export function logical(left: Step, right: Step, decides: boolean): Step {
  return (frame) => {
    const first = left(frame);
    if (first === decides) return decides;
    const second = right(frame);
    if (second === decides) return decides;
    if (typeof first !== 'boolean') return first instanceof CelError ? first : NO_OVERLOAD;
    if (typeof second !== 'boolean') return second instanceof CelError ? second : NO_OVERLOAD;
    return !decides;
  };
}

/** `==` and `!=`. */
export function equality(left: Step, right: Step, fn: string, wanted: boolean): Step {
  const id = wanted ? 'equals' : 'not_equals';
  return (frame) => {
    const first = left(frame);
    if (first instanceof CelError) return first;
    const second = right(frame);
    const result = second instanceof CelError ? second : compared(first, second, wanted);
    charge(frame, callCost(fn, id, [first, second], result));
    return result;
  };
}

/** Values of libraries compare only with their own kind. */
function compared(first: CelValue, second: CelValue, wanted: boolean): CelValue {
  const isStrict = first instanceof CelOpaque && second !== null && STRICT.test(first.typeName);
  if (isStrict && !(second instanceof CelOpaque && second.typeName === first.typeName))
    return wanted ? NO_OVERLOAD : true;
  return isEqual(first, second) === wanted;
}

const STRICT = /^(net|kyverno)\.|^kubernetes\.(Quantity|Semver|URL|NamedFormat)$/;

/** What an optional value holds, or what stands in for it. */
export function orElse(left: Step, right: Step, unwrap: (value: CelOptional) => CelValue): Step {
  return (frame) => {
    const value = left(frame);
    if (value instanceof CelError) return value;
    if (!(value instanceof CelOptional)) return NO_OVERLOAD;
    return value.value === undefined ? right(frame) : unwrap(value);
  };
}

/** Whether a loop goes on: errors do not end it. */
export function notStrictlyFalse(operand: Step): Step {
  return (frame) => {
    const value = operand(frame);
    charge(frame, 1);
    return typeof value === 'boolean' ? value : true;
  };
}
