import type { Json } from '../model/json.ts';
import type { AdmissionRequest } from '../model/request.ts';
import type { Observer } from './observe.ts';

/**
 * Who evaluates. It decides what `request.*` holds and which numbers are floats:
 * `admission` the webhook, `background` a scan of stored objects, `cli` the `kyverno` command.
 */
export type EvaluationMode = 'admission' | 'background' | 'cli';

/** Values by dotted path, e.g. `request.object.metadata.labels."a.b"`; split like a CSV record with `.` as comma. */
export type PresetValues = Readonly<Record<string, Json>>;

/** A canned answer for an `apiCall` entry. */
export interface ApiCallMock {
  readonly statusCode: number;
  readonly body: Json;
}

/** One question to a policy. Objects may hold `bigint` numbers; the engine makes floats of them where Kyverno does. */
export interface EngineRequest {
  readonly request: AdmissionRequest;
  readonly mode: EvaluationMode;
  /**
   * False when there is no user at all (a scan, the command line without user info): `request.userInfo`,
   * `serviceAccountName` … are unknown keys and `match` ignores subjects and roles. Default: true in `admission`.
   */
  readonly userKnown?: boolean;
  /** A mutation made the object: its whole numbers stay so in `request.object` (`admission`) and altogether (`cli`). */
  readonly ownNumbers?: boolean;
  /** `admission`: the background controller evaluates the request later; only then rules with targets answer. */
  readonly inBackground?: boolean;
  /** `cli`: values put into the context before the first rule; `request.object.…` changes the object itself. */
  readonly values?: PresetValues;
  /** `cli`: values put into the context whenever the entries of this rule (its computed name) are registered. */
  readonly ruleValues?: (rule: string) => PresetValues | undefined;
  /** `cli`: canned answers of `apiCall` entries; when present they are applied before all other entries. */
  readonly apiCallMocks?: (method: string, url: string) => ApiCallMock | undefined;
  /**
   * `cli`: labels of the Namespace objects at hand. There exceptions of generate and mutate-existing rules do not apply
   * to an object whose namespace is not among them.
   */
  readonly liveNamespaceLabels?: (namespace: string) => Readonly<Record<string, string>> | undefined;
  /** Bytes that context entries may store, 0 for no limit; default 2 MiB. */
  readonly maxContextSize?: number;
  /** Errors of CEL expressions also say where in the policy they arose, and from which values. */
  readonly explain?: boolean;
  /** Told about every decision, for explanations and coverage. */
  readonly observe?: Observer;
}
