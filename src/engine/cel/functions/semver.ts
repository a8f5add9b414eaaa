import { compareSemver, parseSemverOrThrow, type Semver } from '../../../language/semver.ts';
import { EvaluationError } from '../../../model/failure.ts';
import { CelError, CelOpaque, type CelValue } from '../values.ts';
import { dataAt, textAt } from './arguments.ts';
import type { FunctionTable } from './function.ts';

/** Semantic versions, by overload. Upstream: `semverlib.go` in `k8s.io/apiserver/pkg/cel/library`. */
export const SEMVER_FUNCTIONS: FunctionTable = {
  string_to_semver: (args) => semverValue(textAt(args, 0)),
  string_bool_to_semver: (args) => normalizedValue(textAt(args, 0), args[1] === true),
  is_semver_string: (args) => !(semverValue(textAt(args, 0)) instanceof CelError),
  is_semver_string_bool: (args) => !(normalizedValue(textAt(args, 0), args[1] === true) instanceof CelError),
  semver_is_greater_than: (args) => compareSemver(dataAt(args, 0), dataAt(args, 1)) > 0,
  semver_is_less_than: (args) => compareSemver(dataAt(args, 0), dataAt(args, 1)) < 0,
  semver_compare_to: (args) => BigInt(compareSemver(dataAt(args, 0), dataAt(args, 1))),
  semver_major: (args) => dataAt<Semver>(args, 0).major,
  semver_minor: (args) => dataAt<Semver>(args, 0).minor,
  semver_patch: (args) => dataAt<Semver>(args, 0).patch,
};

function semverValue(text: string): CelValue {
  try {
    const version = parseSemverOrThrow(text);
    return new CelOpaque('kubernetes.Semver', version, (other) => compareSemver(version, other) === 0);
  } catch (error) {
    if (error instanceof EvaluationError) return new CelError(error.message);
    throw error;
  }
}

/** Takes `v` and leading zeros away and adds missing parts. */
function normalizedValue(text: string, normalize: boolean): CelValue {
  if (!normalize) return semverValue(text);
  const [major = '', minor, ...rest] = text.replace(/^v/, '').split('.');
  const given = [major, minor, rest.length === 0 ? undefined : rest.join('.')].filter((part) => part !== undefined);
  // A part that then starts with something else than a digit gets a zero.
  const parts = given.map((part) => (part.length > 1 ? part.replace(/^0*(?!0)/, '').replace(/^(?!\d)/, '0') : part));
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) {
    return new CelError('short version cannot contain PreRelease/Build meta data');
  }
  return semverValue([...parts, '0', '0'].slice(0, 3).join('.'));
}
