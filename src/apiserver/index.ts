/**
 * The API server in front of admission webhooks: decoding, defaulting, built-in admission and validation of
 * Kubernetes 1.36. This is the only door of the layer.
 */

export { createApiServer } from './server/api-server.ts';
export type {
  ApiServer,
  ApiServerSettings,
  ApiServerWorld,
  FinishResult,
  InFlight,
  StageResult,
} from './server/types.ts';
export type { ApiStatus } from './status/status.ts';
