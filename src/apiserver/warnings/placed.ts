import type { Mutable } from '../default/mutable.ts';

/** A container and the path to it, e.g. `spec.containers[0]`. */
export interface Placed {
  readonly container: Mutable;
  readonly path: string;
}
