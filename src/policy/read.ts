import { type Failure, InputError } from '../model/failure.ts';
import type { Policy } from '../model/policy.ts';
import { policyFaults } from './faults.ts';
import { notAPolicy, readPolicyDocuments } from './load.ts';

/** Thrown for a file with policies that cannot be used; `policies` are its other ones. */
export class PolicyFileError extends InputError {
  readonly policies: readonly Policy[];
  constructor(policies: readonly Policy[], failures: readonly Failure[]) {
    super(...failures);
    this.policies = policies;
  }
}

/**
 * Reads a file of policies that are meant to be installed, as `parsePolicies` does, and holds them to `policyFaults`
 * too. Throws `PolicyFileError` with every mistake and the policies without one, `InputError` where the text cannot be
 * cut into documents.
 */
export function readPolicies(text: string, file: string): readonly Policy[] {
  const policies: Policy[] = [];
  const failures: Failure[] = [];
  for (const document of readPolicyDocuments(text, file)) {
    if (document.type === 'broken') failures.push(...document.failures);
    if (document.type === 'other') failures.push(notAPolicy(document.document, document.source.place));
    if (document.type !== 'policy') continue;
    const faults = policyFaults(document.policy, document.source);
    failures.push(...faults);
    if (faults.length === 0) policies.push(document.policy);
  }
  if (failures.length > 0) throw new PolicyFileError(policies, failures);
  return policies;
}
