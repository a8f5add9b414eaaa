/**
 * ValidatingPolicy and NamespacedValidatingPolicy of `policies.kyverno.io`.
 *
 * `compileValidatingPolicy` once for a policy and the exceptions in force; a `refusal` means that it cannot be used.
 * Then per request:
 *
 * - Admission: give `evaluateValidatingPolicy` a request of mode `admission` (with the kind, resource and subresource
 *   that the webhook was called with) and the Namespace object. Each response belongs to one variant; of those with the
 *   action `Deny` a fail is the error `Policy NAME failed: MESSAGE` and an error `Policy NAME error: MESSAGE`, joined
 *   with `; `, and of those with `Warn` the same texts are warnings. Which policies a webhook asks for, `failurePolicy`
 *   and `matchPolicy` are the API server's and the webhook configuration's business. Leave out exceptions for which
 *   `isExpiredException` holds, and policies in JSON mode, which no webhook asks for.
 * - Command line: mode `cli`, and for policies in JSON mode `evaluateJsonPayload` on the resource or the payload.
 */
export { isAboutPodsAlone } from './autogen.ts';
export {
  aggregateText,
  type CompiledValidatingPolicy,
  compileValidatingPolicy,
  type ExpressionRefusal,
  type Variant,
} from './compile.ts';
export { type CelSurroundings, evaluateJsonPayload, evaluateValidatingPolicy } from './evaluate.ts';
export { isCelException, isExpiredException } from './exceptions.ts';
export type { ExpressionProblem } from './expressions.ts';
