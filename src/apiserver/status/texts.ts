import { goQuote } from '../../language/go-text.ts';
import type { ApiStatus } from './status.ts';

/** Upstream of all texts here: `k8s.io/apimachinery/pkg/api/errors/errors.go`. */

/** 400 with the text as it is. */
export function badRequest(message: string): ApiStatus {
  return { code: 400, reason: 'BadRequest', message };
}

/** `resource` as `pods` or `deployments.apps`. */
export function notFound(resource: string, name: string): ApiStatus {
  return { code: 404, reason: 'NotFound', message: `${resource} ${goQuote(name)} not found` };
}

/** The name is taken. */
export function alreadyExists(resource: string, name: string): ApiStatus {
  return { code: 409, reason: 'AlreadyExists', message: `${resource} ${goQuote(name)} already exists` };
}

/** The object changed, or a precondition does not hold. */
export function conflict(resource: string, name: string, detail: string): ApiStatus {
  const message = `Operation cannot be fulfilled on ${resource} ${goQuote(name)}: ${detail}`;
  return { code: 409, reason: 'Conflict', message };
}

/** A refusal by authorization or by an admission plugin. */
export function forbidden(resource: string, name: string, detail: string): ApiStatus {
  const subject = name === '' ? resource : `${resource} ${goQuote(name)}`;
  return { code: 403, reason: 'Forbidden', message: `${subject} is forbidden: ${detail}` };
}

/** 405: the resource has no such verb. */
export function methodNotAllowed(): ApiStatus {
  return {
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
  };
}

/** 422 with a whole message. */
export function invalid(message: string): ApiStatus {
  return { code: 422, reason: 'Invalid', message };
}
