import type { Environment } from '../../model/environment.ts';
import type { Context } from './context.ts';
import type { Loader } from './deferred.ts';

/** What an entry's loader works with. */
export interface EntryTarget {
  readonly context: Context;
  readonly env: Environment;
  /** `""` for cluster-wide policies. */
  readonly policyNamespace: string;
}

/** Makes the loader of an entry for one evaluation; `undefined` when its backend is not available. */
export type LoaderFactory = (target: EntryTarget) => Loader | undefined;
