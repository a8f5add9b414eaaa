import { EvaluationError } from '../../model/failure.ts';

/** An image name taken apart; what is missing is `""`. */
export interface ImageReference {
  readonly domain: string;
  readonly path: string;
  readonly tag: string;
  readonly digest: string;
}

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const PATH = `${COMPONENT}(?:/${COMPONENT})*`;
const LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${LABEL}(?:\\.${LABEL})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?`;
const NAME = `(?:${DOMAIN}/)?${PATH}`;
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(`^(${NAME})(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(${DIGEST}))?$`);
const DOMAIN_AND_PATH = new RegExp(`^(?:(${DOMAIN})/)?(${PATH})$`);

/**
 * Parses `domain/path[:tag][@digest]`. Throws `EvaluationError`, e.g. `invalid reference format`.
 * Upstream: github.com/distribution/reference `Parse`, github.com/opencontainers/go-digest.
 */
export function parseReference(text: string): ImageReference {
  const match = REFERENCE.exec(text);
  if (match === null) {
    if (text === '') throw new EvaluationError('repository name must have at least one component');
    if (REFERENCE.test(text.toLowerCase())) throw new EvaluationError('repository name must be lowercase');
    throw new EvaluationError('invalid reference format');
  }
  const [, name = '', tag = '', digest = ''] = match;
  const [, domain = '', path = ''] = DOMAIN_AND_PATH.exec(name) ?? [];
  if (path.length > 255) throw new EvaluationError('repository name must not be more than 255 characters');
  if (digest !== '') checkDigest(digest);
  return { domain, path, tag, digest };
}

const DIGEST_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

function checkDigest(digest: string): void {
  const [algorithm = '', hex = ''] = digest.split(':');
  const length = DIGEST_LENGTHS.get(algorithm);
  if (length === undefined) throw new EvaluationError('unsupported digest algorithm');
  if (hex.length !== length) throw new EvaluationError('invalid checksum digest length');
  if (!/^[0-9a-f]*$/.test(hex)) throw new EvaluationError('invalid checksum digest format');
}
