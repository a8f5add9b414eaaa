import { EvaluationError } from '../model/failure.ts';
import { goQuote } from './go-text.ts';

/**
 * Strict semantic versions `X.Y.Z[-pre][+build]`: no `v`, no missing parts, no leading zeros.
 * Upstream: `github.com/blang/semver/v4`.
 */

/** A parsed version; build data is dropped, it takes no part in comparison. */
export interface Semver {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  /** Identifiers of the pre-release; numeric ones are `bigint`. */
  readonly pre: readonly (bigint | string)[];
}

/** The version 0.0.0. */
export const ZERO_VERSION: Semver = { major: 0n, minor: 0n, patch: 0n, pre: [] };

const UINT64_MAX = 2n ** 64n - 1n;

/** The version a text stands for, or `undefined` when it is not a full semantic version. */
export function parseSemver(text: string): Semver | undefined {
  const first = text.charCodeAt(0);
  if (!(first >= 48 && first <= 57)) return undefined;
  try {
    return parseSemverOrThrow(text);
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

/** As `parseSemver`; throws `EvaluationError` with Go's text, e.g. `No Major.Minor.Patch elements found`. */
export function parseSemverOrThrow(text: string): Semver {
  if (text === '') throw new EvaluationError('Version string empty');
  const [majorText = '', minorText, ...others] = text.split('.');
  if (minorText === undefined || others.length === 0) throw new EvaluationError('No Major.Minor.Patch elements found');
  const major = versionNumber(majorText, 'major number', 'Major number');
  const minor = versionNumber(minorText, 'minor number', 'Minor number');
  const [versionPart, build] = cut(others.join('.'), '+');
  const [patchText, prerelease] = cut(versionPart, '-');
  const patch = versionNumber(patchText, 'patch number', 'Patch number');
  const pre = prerelease === undefined ? [] : prerelease.split('.').map(prereleasePart);
  if (build !== undefined) build.split('.').forEach(checkBuild);
  return { major, minor, patch, pre };
}

function versionNumber(text: string, what: string, subject: string): bigint {
  if (!/^\d*$/.test(text)) throw new EvaluationError(`Invalid character(s) found in ${what} ${goQuote(text)}`);
  if (text.length > 1 && text.startsWith('0')) {
    throw new EvaluationError(`${subject} must not contain leading zeroes ${goQuote(text)}`);
  }
  return unsigned(text);
}

function unsigned(text: string): bigint {
  if (text === '') throw new EvaluationError('strconv.ParseUint: parsing "": invalid syntax');
  const value = BigInt(text);
  if (value > UINT64_MAX) throw new EvaluationError(`strconv.ParseUint: parsing "${text}": value out of range`);
  return value;
}

function prereleasePart(text: string): bigint | string {
  if (text === '') throw new EvaluationError('Prerelease is empty');
  if (/^\d+$/.test(text)) return versionNumber(text, '', 'Numeric PreRelease version');
  if (/^[0-9A-Za-z-]+$/.test(text)) return text;
  throw new EvaluationError(`Invalid character(s) found in prerelease ${goQuote(text)}`);
}

function checkBuild(text: string): void {
  if (text === '') throw new EvaluationError('Build meta data is empty');
  if (!/^[0-9A-Za-z-]+$/.test(text)) {
    throw new EvaluationError(`Invalid character(s) found in build meta data ${goQuote(text)}`);
  }
}

function cut(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Precedence of two versions. A pre-release comes before its release. */
export function compareSemver(a: Semver, b: Semver): -1 | 0 | 1 {
  const core = order(a.major, b.major) || order(a.minor, b.minor) || order(a.patch, b.patch);
  if (core !== 0) return core;
  if (a.pre.length === 0 || b.pre.length === 0) return order(b.pre.length, a.pre.length);
  for (let i = 0; i < a.pre.length && i < b.pre.length; i++) {
    const part = comparePart(a.pre[i] ?? '', b.pre[i] ?? '');
    if (part !== 0) return part;
  }
  return order(a.pre.length, b.pre.length);
}

function comparePart(a: bigint | string, b: bigint | string): -1 | 0 | 1 {
  if (typeof a === typeof b) return order(a, b);
  return typeof a === 'bigint' ? -1 : 1;
}

function order<T extends bigint | number | string>(a: T, b: T): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
