import { NotSupportedError } from '../model/failure.ts';
import type { Admission, World } from './world.ts';

/**
 * The admission chain of a cluster: API server, Kyverno's webhooks, API server. Compiles the policies; throws
 * `InputError` for policies that Kyverno would refuse at installation.
 */
export function createAdmission(_world: World): Admission {
  throw new NotSupportedError('admission');
}
