import { type Certificate, isSignedBy } from '../../language/certificate.ts';
import { goQuote } from '../../language/go-text.ts';
import { EvaluationError } from '../../model/failure.ts';

const CODE_SIGNING = 3;
const CERTIFICATE_SIGNING = 32;
const MAX_CHECKS = 100;

/** Why a certificate cannot stand above another one, and which one it was. */
interface Hint {
  readonly error: string;
  readonly of: Certificate;
}

interface Search {
  readonly roots: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
  readonly now: number;
  checks: number;
}

/**
 * The first chain from a certificate for code signing up to a root, at the time when it became valid. Throws
 * `EvaluationError` with Go's text. Constraints on names are not looked at.
 * Upstream: `TrustedCert` in `pkg/cosign/verify.go` of sigstore/cosign over Go crypto/x509, `Certificate.Verify`.
 */
export function verifyChain(
  leaf: Certificate,
  roots: readonly Certificate[],
  intermediates: readonly Certificate[],
): readonly Certificate[] {
  try {
    return chainOf(leaf, { roots, intermediates, now: leaf.notBefore, checks: 0 });
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const remedy = 'Check your TUF root (see cosign initialize) or set a custom root with env var SIGSTORE_ROOT_FILE';
    throw new EvaluationError(`cert verification failed: ${error.message}. ${remedy}`);
  }
}

function chainOf(leaf: Certificate, search: Search): readonly Certificate[] {
  // Names of a kind that Go does not know are let through.
  if (leaf.unhandled.some((id) => id !== '2.5.29.17')) throw new EvaluationError('x509: unhandled critical extension');
  const chains = search.roots.some(({ raw }) => raw === leaf.raw) ? [[leaf]] : chainsAbove(leaf, [leaf], search);
  const usable = chains.find(mayBeUsed);
  if (usable === undefined) throw new EvaluationError('x509: certificate specifies an incompatible key usage');
  return usable;
}

/** Upstream: `buildChains`. */
function chainsAbove(
  child: Certificate,
  below: readonly Certificate[],
  search: Search,
): readonly (readonly Certificate[])[] {
  const found: (readonly Certificate[])[] = [];
  let hint: Hint | undefined;
  let failure: string | undefined;
  const consider = (parent: Certificate, isRoot: boolean): void => {
    if (parent.subject !== child.issuer || below.some(({ raw }) => raw === parent.raw)) return;
    if (++search.checks > MAX_CHECKS) {
      failure = 'x509: signature check attempts limit reached while verifying certificate chain';
      return;
    }
    const error = signatureProblem(child, parent);
    if (error !== undefined) {
      hint ??= { error, of: parent };
      return;
    }
    const problem = problemOf(parent, below, isRoot, search.now);
    if (problem !== undefined) {
      failure = problem;
      return;
    }
    if (isRoot) found.push([...below, parent]);
    else {
      try {
        found.push(...chainsAbove(parent, [...below, parent], search));
      } catch (problem) {
        if (!(problem instanceof EvaluationError)) throw problem;
        failure = problem.message;
      }
    }
  };
  for (const root of search.roots) consider(root, true);
  for (const intermediate of search.intermediates) consider(intermediate, false);
  if (found.length > 0) return found;
  throw new EvaluationError(failure ?? unknownAuthority(hint));
}

function unknownAuthority(hint: Hint | undefined): string {
  const text = 'x509: certificate signed by unknown authority';
  if (hint === undefined) return text;
  const cause = `(possibly because of ${goQuote(hint.error)} while trying to verify candidate authority certificate`;
  return `${text} ${cause} ${goQuote(hint.of.name)})`;
}

/** Upstream: `CheckSignatureFrom`. */
function signatureProblem(child: Certificate, parent: Certificate): string | undefined {
  const mayNotSign = parent.keyUsage !== 0 && (parent.keyUsage & CERTIFICATE_SIGNING) === 0;
  if (!parent.hasConstraints || !parent.isAuthority || mayNotSign) {
    return 'x509: invalid signature: parent certificate cannot sign this kind of certificate';
  }
  if (isSignedBy(child, parent)) return undefined;
  const { type } = parent.key;
  if (type === 'rsa') return 'crypto/rsa: verification error';
  return `x509: ${type === 'ed25519' ? 'Ed25519' : 'ECDSA'} verification failure`;
}

/** Upstream: `isValid`. */
function problemOf(parent: Certificate, below: readonly Certificate[], isRoot: boolean, now: number) {
  if (parent.unhandled.length > 0) return 'x509: unhandled critical extension';
  const expired = 'x509: certificate has expired or is not yet valid: current time';
  if (now < parent.notBefore) return `${expired} ${timeText(now)} is before ${timeText(parent.notBefore)}`;
  if (now > parent.notAfter) return `${expired} ${timeText(now)} is after ${timeText(parent.notAfter)}`;
  if (!isRoot && !(parent.hasConstraints && parent.isAuthority)) {
    return 'x509: certificate is not authorized to sign other certificates';
  }
  if (parent.maxPathLength !== undefined && below.length - 1 > parent.maxPathLength) {
    return 'x509: too many intermediates for path length constraint';
  }
  return undefined;
}

/** Upstream: `checkChainForKeyUsage`. */
function mayBeUsed(chain: readonly Certificate[]): boolean {
  return chain.every(
    ({ extendedUsage }) =>
      extendedUsage.length === 0 || extendedUsage.includes(0) || extendedUsage.includes(CODE_SIGNING),
  );
}

/** RFC 3339 with whole seconds. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('.000Z', 'Z');
}

/**
 * Why a certificate and those above it were not valid when a signature was seen; `undefined` when they were.
 * Upstream: `CheckExpiry` in `pkg/cosign/verify.go` of sigstore/cosign.
 */
export function validityProblem(leaf: Certificate, above: readonly Certificate[], time: number): string | undefined {
  const when = timeText(time);
  if (leaf.notAfter < time)
    return `certificate expired before observed time: ${timeText(leaf.notAfter)} is before ${when}`;
  if (leaf.notBefore > time)
    return `certificate was issued after observed time: ${timeText(leaf.notBefore)} is after ${when}`;
  for (const { notAfter, notBefore } of above) {
    if (notAfter < time)
      return `issuing CA certificate expired before observed time: ${timeText(notAfter)} is before ${when}`;
    if (notBefore > time) {
      return `issuing CA certificate was issued after observed time: ${timeText(notBefore)} is after ${when}`;
    }
  }
  return undefined;
}
