import type { Plugin, Store } from '../plugins/plugin.ts';
import type { Registry } from '../resources/registry.ts';
import type { ApiStatus } from '../status/status.ts';
import type { ApiServerWorld } from './types.ts';

/** What the stages share: made once per API server. */
export interface ServerContext {
  readonly world: ApiServerWorld;
  readonly registry: Registry;
  readonly store: Store;
  /** Plugins that are switched on, in upstream's order. */
  readonly plugins: readonly Plugin[];
}

/** A refusal with the warnings that were given before it. */
export function refuse(status: ApiStatus, warnings: readonly string[]) {
  return { ok: false, status, warnings } as const;
}
