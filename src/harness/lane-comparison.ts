import type { KnownDifferences } from '../compare/index.ts';
import type { OpenLanes } from '../lanes/lane-set.ts';

/** How the answers of two lanes are compared. */
export interface LaneComparison {
  readonly differences: NonNullable<OpenLanes['differences']>;
  readonly known: KnownDifferences;
  /** Differences of a cluster of another version are reported and do not count. */
  readonly otherVersion: boolean;
}
