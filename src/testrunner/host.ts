import type { CompiledPolicy } from '../engine/index.ts';
import type { Clock, RandomSource } from '../model/environment.ts';
import type { Policy } from '../model/policy.ts';
import { type FileSystem, realFiles } from './file-system.ts';
import type { PolicyReader } from './load-policies.ts';
import { createPolicyReader } from './policy-reader.ts';

/** What tests need from outside; `known` and `compiled` carry work over from test to test. */
export interface TestHost {
  readonly files: FileSystem;
  readonly policies: PolicyReader;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Policies by path. */
  readonly known: Map<string, readonly Policy[]>;
  readonly compiled: WeakMap<Policy, CompiledPolicy>;
}

/** The host of a run; what it learns of policies is kept as long as the host is. */
export function createTestHost(clock: Clock, random: RandomSource, files: FileSystem = realFiles): TestHost {
  return { files, policies: createPolicyReader(), clock, random, known: new Map(), compiled: new WeakMap() };
}
