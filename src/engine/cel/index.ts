/**
 * The Common Expression Language as Kubernetes and Kyverno evaluate it.
 *
 * This is an implementation of its own and not a library's, because what decides a verdict is what the libraries for
 * JavaScript leave out: whether the checker refuses an expression and in which words, the words of errors at run time,
 * which error `||` keeps, what an evaluation costs, and the functions of Kubernetes and Kyverno.
 *
 * An expression goes through `parser.ts` (tree; macros become comprehensions), `checker/` (types, overloads), `plan/`
 * (closures that count cel-go's actual cost), and is then evaluated any number of times.
 */
export type { CelEnvironment } from './environment.ts';
export { type KubernetesOptions, kubernetesEnvironment, kyvernoEnvironment } from './environments.ts';
export type { Explanation, NamedValue } from './explain/explain.ts';
export { celHint } from './explain/hint.ts';
export { type Signature, signaturesOf } from './explain/signatures.ts';
export { celTreeText } from './explain/tree-text.ts';
export { celText } from './explain/value-text.ts';
export { AUTHORIZER, requestAuthorizer } from './functions/authorizer.ts';
export { callContexts } from './functions/calls.ts';
export type { AccessCheck, AccessDecision, CelHost, HttpCall, ResourceReference } from './host.ts';
export { toJsonValue } from './json-value.ts';
export { mentionsVariable } from './mentions.ts';
export type { Activation } from './plan/frame.ts';
export { type CelProgram, type Compiled, type CompileProblem, compileCel, type Evaluation } from './program.ts';
export { type CelIssue, positionOf } from './source.ts';
export { type CelType, listType, mapType, PLAIN_TYPES, resultTypeText } from './types.ts';
export { CelError, CelLazyMap, type CelValue } from './values.ts';
