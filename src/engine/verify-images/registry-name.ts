import type { ImageInfo } from '../images/index.ts';

/** How the registry's own library names an image: it calls Docker Hub by another name. */
export function registryName({ registry, path }: ImageInfo): {
  readonly registry: string;
  readonly repository: string;
} {
  const isHub = registry === 'docker.io';
  return {
    registry: isHub ? 'index.docker.io' : registry,
    repository: isHub && !path.includes('/') ? `library/${path}` : path,
  };
}
