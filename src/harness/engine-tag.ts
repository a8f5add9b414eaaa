import type { Pickle } from '@cucumber/messages';

/** The tag of scenarios that only the engine can answer: they state what a cluster does not let a run change. */
export const ENGINE_TAG = '@engine';

/** True for scenarios that only the engine can answer. */
export function isForEngine(pickle: Pickle): boolean {
  return pickle.tags.some(({ name }) => name === ENGINE_TAG);
}
