import { parseSemverRange } from './semver-range.ts';
import { parseSemver, ZERO_VERSION } from './semver-version.ts';

export { parseSemverRange } from './semver-range.ts';
export { compareSemver, parseSemver, parseSemverOrThrow, type Semver, ZERO_VERSION } from './semver-version.ts';

/**
 * True when the version lies in the range, e.g. `>=1.2.x <2.0.0 || 3.x`. A version that does not parse counts as
 * 0.0.0. Throws `EvaluationError` with Go's text for a bad range. Upstream: `semver_compare` and `ParseRange`.
 */
export function semverInRange(version: string, range: string): boolean {
  return parseSemverRange(range)(parseSemver(version) ?? ZERO_VERSION);
}
