import type { Environment } from '../model/environment.ts';
import { NotSupportedError } from '../model/failure.ts';
import type { PolicyResponse } from '../model/response.ts';
import type { CompiledPolicy } from './policy.ts';
import type { EngineRequest } from './request.ts';

/**
 * The answers of a policy's validate rules to one request; `rules` is empty when none matched.
 * Throws `NotSupportedError` when a rule matches that cannot be evaluated yet.
 * Upstream: `pkg/engine/engine.go`, `pkg/engine/validation.go`.
 */
export function evaluatePolicy(_compiled: CompiledPolicy, _request: EngineRequest, _env: Environment): PolicyResponse {
  throw new NotSupportedError('evaluation');
}
