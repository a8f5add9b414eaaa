import type { AdmissionAnswer, ClientRequest } from './admission.ts';
import type { CleanupReport } from './cleanup.ts';
import type { JsonObject } from './json.ts';
import type { Policy } from './policy.ts';

/** Which way of answering. `recorded` replays what a cluster answered before. */
export type LaneName = 'engine' | 'cluster' | 'recorded';

/** What holds before a request is made. The engine lane reads it, the cluster lane makes it true. */
export interface Premise {
  readonly policies: readonly Policy[];
  /** Every object that exists: namespaces, config maps, workloads, CRDs, exceptions … */
  readonly objects: readonly JsonObject[];
}

/** What a lane says to one request, and the object it judged. */
export interface LaneAnswer extends AdmissionAnswer {
  readonly lane: LaneName;
  /** The object as the policies saw it (after decoding, defaulting, built-in admission and mutation). */
  readonly judged?: JsonObject;
  /** The object as it is with no policy in force; only where policies change objects and the lane looked. */
  readonly unmutated?: JsonObject;
}

/** Something that answers admission requests. */
export interface Lane extends AsyncDisposable {
  readonly name: LaneName;
  /**
   * Answers one request under a premise. Never throws for what the request holds: trouble of the lane itself is an
   * answer with `allowed: null` and `error`.
   */
  ask(premise: Premise, request: ClientRequest): Promise<LaneAnswer>;
  /**
   * What the installation of a policy of the premise makes of objects that exist already. Absent: the lane cannot tell.
   */
  readonly install?: (premise: Premise, policy: string) => Promise<LaneAnswer>;
  /**
   * What would be cleaned up at a time (milliseconds since 1970). Absent: the lane cannot tell. Rejects with `InputError`
   * for cleanup policies that Kyverno would refuse, and with `NotSupportedError`.
   */
  readonly cleanUp?: (premise: Premise, at: number) => Promise<CleanupReport>;
}
