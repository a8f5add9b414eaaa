export { admitPolicy, type PolicyAdmission, type PolicyAnswer } from './admit.ts';
export type { Access, ClusterView } from './check/context.ts';
export { type CheckMode, checkPolicy, type PolicyCheck } from './check/index.ts';
export { expressionFaults, refusalFailures } from './expression-faults.ts';
export { isForServers, isValidatingPolicy, unsupportedKind } from './kinds.ts';
export { type LintFinding, lintPolicies } from './lint/index.ts';
export { type PolicyDocument, parsePolicies, policyOf, readPolicyDocuments } from './load.ts';
export { PolicyFileError, readPolicies } from './read.ts';
