import { CelError, CelOpaque, type CelValue } from '../values.ts';
import { dataAt, textAt } from './arguments.ts';
import type { FunctionTable } from './function.ts';

/** The parts of an image name; `tag` is `''` for one with a digest, and the other way round. */
interface ImageName {
  readonly text: string;
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

const DEFAULT_REGISTRY = 'index.docker.io';
const DIGEST = 'sha256:';

/**
 * Image names, by overload. Upstream: `image` in `github.com/kyverno/sdk/extensions/cel/libs` over
 * `github.com/google/go-containerregistry/pkg/name`.
 */
export const IMAGE_FUNCTIONS: FunctionTable = {
  is_image_string: (args) => parseImage(textAt(args, 0)) !== undefined,
  string_to_image: (args) => imageValue(textAt(args, 0)),
  string_to_image_deprecated: (args) => imageValue(textAt(args, 0)),
  image_contains_digest: (args) => dataAt<ImageName>(args, 0).digest !== '',
  image_registry: (args) => dataAt<ImageName>(args, 0).registry,
  image_repository: (args) => dataAt<ImageName>(args, 0).repository,
  image_identifier: (args) => {
    const { tag, digest } = dataAt<ImageName>(args, 0);
    return digest === '' ? tag : digest;
  },
  image_tag: (args) => dataAt<ImageName>(args, 0).tag,
  image_digest: (args) => dataAt<ImageName>(args, 0).digest,
};

function imageValue(text: string): CelValue {
  const image = parseImage(text);
  if (image === undefined) return new CelError(`could not parse reference: ${text}`);
  return new CelOpaque('kyverno.image', image, (other) => other.text === text);
}

function parseImage(text: string): ImageName | undefined {
  return parseTagged(text) ?? parseDigested(text);
}

function parseTagged(text: string): ImageName | undefined {
  const colon = text.lastIndexOf(':');
  const hasTag = colon >= 0 && !text.includes('/', colon);
  const tag = hasTag ? text.slice(colon + 1) : 'latest';
  if (!/^[A-Za-z0-9_\-.]{1,128}$/.test(tag)) return undefined;
  const name = parseRepository(hasTag ? text.slice(0, colon) : text);
  return name === undefined ? undefined : { ...name, text, tag, digest: '' };
}

function parseDigested(text: string): ImageName | undefined {
  const [base = '', digest = '', ...more] = text.split('@');
  if (more.length > 0 || !digest.startsWith(DIGEST) || !/^[a-f0-9]{64}$/.test(digest.slice(DIGEST.length))) {
    return undefined;
  }
  const name = parseTagged(base) ?? parseRepository(base);
  return name === undefined ? undefined : { ...name, text, tag: '', digest };
}

function parseRepository(text: string): { readonly registry: string; readonly repository: string } | undefined {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const isRegistry = /[.:]/.test(first) || first === 'localhost';
  const path = isRegistry ? text.slice(slash + 1) : text;
  if (!/^[a-z0-9_\-./]{2,255}$/.test(path)) return undefined;
  if (isRegistry && !/^[A-Za-z0-9\-._~!$&'()*+,;=:[\]%]+$/.test(first)) return undefined;
  const registry = !isRegistry || first === 'docker.io' ? DEFAULT_REGISTRY : first;
  const isImplicit = !path.includes('/') && registry === DEFAULT_REGISTRY;
  return { registry, repository: isImplicit ? `library/${path}` : path };
}
