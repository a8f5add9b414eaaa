import { EvaluationError } from '../../model/failure.ts';
import type { ImageStatement } from '../../model/image.ts';
import { fetchBundles, verifyBundles } from './bundles.ts';
import { fetchCosign, verifyCosign } from './cosign.ts';
import type { Attestor, AttestorSet, ImageEntry } from './entry.ts';
import { requiredCount } from './entry.ts';
import { fetchNotary, verifyNotary } from './notary.ts';
import { type ImageQuestion, knownDigest, UpstreamCrash } from './question.ts';

/** What was found out about an image: its digest, or why its attestors do not hold. */
export type Verified = { readonly ok: true; readonly digest: string } | { readonly ok: false; readonly error: string };

/**
 * All sets must hold; upstream answers with the digest that the last one found. Throws `NotSupportedError` naming what
 * is not given, `UpstreamCrash`.
 * Upstream: `verifyAttestors` in `pkg/engine/internal/imageverifier.go`.
 */
export function verifyAttestorSets(sets: readonly AttestorSet[], question: ImageQuestion): Verified {
  let last: Verified = { ok: false, error: 'nil' };
  for (const [i, set] of sets.entries()) {
    last = verifySet(set, question, `.attestors[${i}]`);
    if (!last.ok) return last;
  }
  return last;
}

function verifySet(set: AttestorSet, question: ImageQuestion, path: string): Verified {
  const errors: string[] = [];
  const required = requiredCount(set);
  let verified = 0;
  for (const [i, attestor] of set.entries.entries()) {
    const at = `${path}.entries[${i}]`;
    const result =
      attestor.nested === undefined
        ? verifyOne(attestor, question, at)
        : verifySet(attestor.nested, question, `${at}.attestor`);
    if (!result.ok) errors.push(result.error);
    else if (++verified >= required) return result;
  }
  if (errors.length === 0) throw new UpstreamCrash('all attestors signed, and more are required than there are');
  return { ok: false, error: errors.join('; ') };
}

function verifyOne(attestor: Attestor, question: ImageQuestion, path: string): Verified {
  const { type } = question.entry;
  const verify = type === 'Notary' ? verifyNotary : type === 'SigstoreBundle' ? verifyBundles : verifyCosign;
  try {
    return { ok: true, digest: verify(attestor, question) };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return { ok: false, error: `${path}${kindOf(attestor, question.entry)}: ${error.message}` };
  }
}

/** Statements about an image, and the digest that was found on the way; `""`: none. */
export interface Statements {
  readonly statements: readonly ImageStatement[];
  readonly digest: string;
}

/** The statements about an image that an attestor signed. Throws `EvaluationError` when there is none. */
export function fetchStatements(attestor: Attestor, type: string, question: ImageQuestion): Statements {
  if (question.entry.type !== 'Notary' && question.entry.type !== 'SigstoreBundle') {
    return { statements: fetchCosign(attestor, type, question), digest: '' };
  }
  const fetch = question.entry.type === 'Notary' ? fetchNotary : fetchBundles;
  const statements = fetch(attestor, type, question);
  return { statements, digest: knownDigest(question.record(), question.image) };
}

/** The part of an attestor's path that says what it is; Notary's has none. */
export function kindOf({ keys, certificates, keyless }: Attestor, { type }: ImageEntry): string {
  if (type === 'Notary') return '';
  if (keys !== undefined) return '.keys';
  if (certificates !== undefined) return '.certificates';
  return keyless === undefined ? '' : '.keyless';
}
