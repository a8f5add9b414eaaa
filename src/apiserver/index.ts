/**
 * The API server in front of admission webhooks: decoding, defaulting, built-in admission and validation of
 * Kubernetes 1.36. This is the only door of the layer.
 */

export { type Authorizer, createAuthorizer, isSubject } from './authorization/rbac.ts';
export type { PolicyAnswers, Store } from './plugins/index.ts';
export { notBuilt } from './plugins/index.ts';
export { createRegistry, type Registry } from './resources/registry.ts';
export type { Resource } from './resources/resource.ts';
export { createApiServer } from './server/api-server.ts';
export { ADMIN } from './server/decode-stage.ts';
export type {
  ApiServer,
  ApiServerSettings,
  ApiServerWorld,
  FinishResult,
  InFlight,
  StageResult,
} from './server/types.ts';
export type { ApiStatus } from './status/status.ts';
export { notValidated } from './validate/index.ts';
export { headerWarnings, warningHeader } from './warnings/index.ts';
