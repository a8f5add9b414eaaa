/** The admission chain: API server → Kyverno's webhooks → answer. This is the only door of the layer. */

export { createAdmission, installPolicyOn } from './admission.ts';
export { cleanUp, TTL } from './cleanup.ts';
export { warningText } from './warning-header.ts';
export type { Admission, AdmissionResult, World } from './world.ts';
