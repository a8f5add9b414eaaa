import type { Environment } from '../../model/environment.ts';
import { EvaluationError } from '../../model/failure.ts';
import { parseReference } from './reference.ts';

/** What Kyverno knows about an image from its name; what is missing is `""`. */
export interface ImageInfo {
  readonly registry: string;
  readonly name: string;
  readonly path: string;
  readonly tag: string;
  readonly digest: string;
  readonly reference: string;
  readonly referenceWithTag: string;
}

/**
 * Parses an image name with the default registry added. Throws `EvaluationError`:
 * `bad image: <full>, defaultRegistry: docker.io, enableDefaultRegistryMutation: true: invalid reference format`.
 * Upstream: `GetImageInfo` in `pkg/utils/image/infos.go`.
 */
export function imageInfo(image: string, settings: Environment['registry']): ImageInfo {
  const { defaultRegistry, enableDefaultRegistryMutation } = settings;
  const full = needsRegistry(image) ? `${defaultRegistry}/${image}` : image;
  const parsed = parse(full, settings);
  const added = full !== image && !enableDefaultRegistryMutation;
  const registry = added ? '' : parsed.domain;
  const { path, digest } = parsed;
  const tag = parsed.tag === '' && digest === '' ? 'latest' : parsed.tag;
  const repository = registry === '' ? path : `${registry}/${path}`;
  const info: ImageInfo = {
    registry,
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    tag,
    digest,
    reference: digest === '' ? `${repository}:${tag}` : `${repository}@${digest}`,
    referenceWithTag: `${repository}:${tag}`,
  };
  const [first = '', ...rest] = path.split('/');
  const hidden = rest.length > 0 && registry === '' && first.includes('_');
  return hidden ? { ...info, registry: first, path: rest.join('/') } : info;
}

function needsRegistry(image: string): boolean {
  const slash = image.indexOf('/');
  if (slash < 0) return true;
  const host = image.slice(0, slash);
  return !/[.:]/.test(host) && host !== 'localhost' && host.toLowerCase() === host;
}

function parse(full: string, { defaultRegistry, enableDefaultRegistryMutation }: Environment['registry']) {
  try {
    return parseReference(full);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    throw new EvaluationError(
      `bad image: ${full}, defaultRegistry: ${defaultRegistry}, enableDefaultRegistryMutation: ${enableDefaultRegistryMutation}: ${error.message}`,
    );
  }
}
