import type { Environment } from '../../model/environment.ts';
import { EvaluationError } from '../../model/failure.ts';

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const PATH = `${COMPONENT}(?:/${COMPONENT})*`;
const LABEL = '[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*';
const DOMAIN = `(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(`^((?:${DOMAIN}/)?${PATH})(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(${DIGEST}))?$`);
const NAME = new RegExp(`^(?:(${DOMAIN})/)?(${PATH})$`);

const DIGEST_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

const KYVERNO_DEFAULTS: Environment['registry'] = {
  defaultRegistry: 'docker.io',
  enableDefaultRegistryMutation: true,
};

/**
 * An image name as `registry/path:tag`, or `registry/path@digest` when it has a digest.
 * Throws `EvaluationError` `bad image: …`.
 * Upstream: kyverno pkg/utils/image/infos.go over github.com/distribution/reference.
 */
export function normalizeImage(image: string, registry: Environment['registry'] = KYVERNO_DEFAULTS): string {
  const { defaultRegistry, enableDefaultRegistryMutation } = registry;
  const full = needsRegistry(image) ? `${defaultRegistry}/${image}` : image;
  const match = REFERENCE.exec(full);
  const [, domain = '', path = ''] = NAME.exec(match?.[1] ?? '') ?? [];
  const digest = match?.[3] ?? '';
  const problem = match === null ? formatProblem(full) : (nameProblem(path) ?? digestProblem(digest));
  if (problem !== undefined) {
    throw new EvaluationError(
      `bad image: ${full}, defaultRegistry: ${defaultRegistry}, enableDefaultRegistryMutation: ${enableDefaultRegistryMutation}: ${problem}`,
    );
  }
  // Without mutation a path whose first element holds an underscore loses and regains that element upstream.
  const name = domain === '' || (full !== image && !enableDefaultRegistryMutation) ? path : `${domain}/${path}`;
  return digest === '' ? `${name}:${match?.[2] ?? 'latest'}` : `${name}@${digest}`;
}

/** True when what stands before the first slash is no registry. */
function needsRegistry(image: string): boolean {
  const slash = image.indexOf('/');
  if (slash < 0) return true;
  const first = image.slice(0, slash);
  return !/[.:]/.test(first) && first !== 'localhost' && first.toLowerCase() === first;
}

function formatProblem(full: string): string {
  if (full === '') return 'repository name must have at least one component';
  return REFERENCE.test(full.toLowerCase()) ? 'repository name must be lowercase' : 'invalid reference format';
}

function nameProblem(path: string): string | undefined {
  return path.length > 255 ? 'repository name must not be more than 255 characters' : undefined;
}

function digestProblem(digest: string): string | undefined {
  if (digest === '') return undefined;
  const [algorithm = '', hex = ''] = digest.split(':');
  const length = DIGEST_LENGTHS.get(algorithm);
  if (length === undefined) {
    return /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*$/.test(algorithm)
      ? 'unsupported digest algorithm'
      : 'invalid checksum digest format';
  }
  if (hex.length !== length) return 'invalid checksum digest length';
  return /^[0-9a-f]*$/.test(hex) ? undefined : 'invalid checksum digest format';
}
