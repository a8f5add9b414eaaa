import { readPolicyDocuments } from '../policy/index.ts';
import type { PolicyReader } from './load-policies.ts';

/** Reads and judges policies as the Kyverno command line does: no cluster to ask for kinds. */
export const policyReader: PolicyReader = {
  read: readPolicyDocuments,
  refusal: () => undefined,
};
