import { CostExceeded, MOST } from '../cost.ts';
import type { CelHost } from '../host.ts';
import type { CelError, CelValue } from '../values.ts';

/** Where variables come from; `undefined` for one that is not bound. */
export type Activation = (name: string) => CelValue | undefined;

/** One evaluation at work. */
export interface Frame {
  readonly variables: Activation;
  readonly host: CelHost;
  /** Values of the variables of macros, by their place. */
  readonly locals: (CelValue | undefined)[];
  cost: number;
  readonly limit: number;
}

/** A part of an expression, ready to run. Errors are values. */
export type Step = (frame: Frame) => CelValue;

/** Adds to the cost. Throws `CostExceeded` beyond the limit. */
export function charge(frame: Frame, cost: number): void {
  // Go counts in 64 bits.
  if (cost === MOST && frame.cost > 0) frame.cost -= 1;
  else frame.cost += cost;
  if (frame.cost > frame.limit) throw new CostExceeded('operation cancelled: actual cost limit exceeded');
}

/** A program that cannot be made although its types are right, e.g. `duration('x')`. */
export class PlanProblem extends Error {
  /** Where in the text. */
  readonly at: number;

  constructor(problem: CelError, at: number) {
    super(problem.message);
    this.at = at;
  }
}
