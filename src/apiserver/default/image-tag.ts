const NAME_LIMIT = 255;
const DOMAIN =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::\d+)?$/;
const PATH = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST_LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * The tag of an image reference: `latest` when neither tag nor digest is named, `""` for a digest alone or a
 * reference that can't be parsed. Upstream: `pkg/util/parsers`, `github.com/distribution/reference`.
 */
export function imageTag(image: string): string {
  if (/^[a-f0-9]{64}$/.test(image)) return '';
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const hasDomain = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  const domain = hasDomain && first !== 'index.docker.io' ? first : 'docker.io';
  let rest = hasDomain ? image.slice(slash + 1) : image;
  if (domain === 'docker.io' && !rest.includes('/')) rest = `library/${rest}`;
  const at = rest.indexOf('@');
  const digest = at < 0 ? undefined : rest.slice(at + 1);
  const named = at < 0 ? rest : rest.slice(0, at);
  const colon = named.lastIndexOf(':');
  const path = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (!DOMAIN.test(domain) || !PATH.test(path) || domain.length + 1 + path.length > NAME_LIMIT) return '';
  if (tag !== undefined && !TAG.test(tag)) return '';
  if (digest !== undefined && !isDigest(digest)) return '';
  return tag ?? (digest === undefined ? 'latest' : '');
}

function isDigest(digest: string): boolean {
  const [algorithm = '', hex = ''] = digest.split(':');
  return DIGEST_LENGTHS[algorithm] === hex.length && /^[a-f0-9]+$/.test(hex) && digest === `${algorithm}:${hex}`;
}
