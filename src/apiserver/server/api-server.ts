import { NotSupportedError } from '../../model/failure.ts';
import type { ApiServer, ApiServerWorld } from './types.ts';

/** An API server over a fixed state; compile once, ask many times. */
export function createApiServer(_world: ApiServerWorld): ApiServer {
  const missing = (): never => {
    throw new NotSupportedError('the API server');
  };
  return { decode: missing, mutate: missing, replaceObject: missing, validate: missing, finish: missing };
}
