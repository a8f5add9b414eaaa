export { isPolicyKind, unsupportedKind } from './kinds.ts';
export { type PolicyDocument, parsePolicies, policyOf, readPolicyDocuments } from './load.ts';
