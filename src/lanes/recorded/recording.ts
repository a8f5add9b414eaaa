import type { ClusterSettings } from '../../model/settings.ts';
import type { LiveData } from '../live-data.ts';
import type { ObjectChange } from './object-change.ts';

/** The cluster that recordings were made on. */
export interface RecordedCluster {
  readonly kubernetes: string;
  readonly kyverno: string;
  readonly settings: ClusterSettings;
}

/** What held when a request was recorded, as fingerprints by name: what changed since can be named. */
export interface RecordedPremise {
  /** By the policy's name. */
  readonly policies: Readonly<Record<string, string>>;
  /** By `Kind namespace/name`. */
  readonly objects: Readonly<Record<string, string>>;
}

/** One answer of a cluster and what it was an answer to. Ids are those of the tables of its recording. */
export interface RecordedAnswer {
  /** The scenarios that send the request. */
  readonly scenarios: readonly string[];
  /** The request in words, for people. */
  readonly asked: string;
  /** Fingerprint of the request. */
  readonly request: string;
  readonly premise: string;
  readonly code: number;
  /** The message, line by line; absent where the request was let through. */
  readonly message?: readonly string[];
  readonly reason?: string;
  readonly warnings?: readonly string[];
  /** What became of the object: stored, or what would have been stored had nothing denied it. */
  readonly stored?: string;
  /** The same with no policy in force. */
  readonly unmutated?: string;
  /** What the cluster held besides. */
  readonly live?: string;
}

/** What a cluster answered to the requests of one feature. */
export interface Recording {
  readonly answers: readonly RecordedAnswer[];
  readonly premises: Readonly<Record<string, RecordedPremise>>;
  readonly changes: Readonly<Record<string, ObjectChange>>;
  readonly live: Readonly<Record<string, LiveData>>;
}

/** Every recording of a folder, and the cluster they were made on. */
export interface RecordedSuite {
  readonly cluster: RecordedCluster;
  /** By the path of their file, counted from the folder. */
  readonly recordings: ReadonlyMap<string, Recording>;
}
