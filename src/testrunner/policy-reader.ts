import type { Policy } from '../model/policy.ts';
import { checkPolicy, readPolicyDocuments } from '../policy/index.ts';
import type { PolicyReader } from './load-policies.ts';

/** Reads and judges policies as the Kyverno command line does, with no cluster to ask for kinds; judges each once. */
export function createPolicyReader(): PolicyReader {
  const refusals = new WeakMap<Policy, { readonly text: string | undefined }>();
  return {
    read: readPolicyDocuments,
    refusal: (policy) => {
      const known = refusals.get(policy) ?? { text: checkPolicy(policy, { mode: 'cli' }).refused };
      refusals.set(policy, known);
      return known.text;
    },
  };
}
