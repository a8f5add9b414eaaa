import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { type ImageFile, program, tar } from './bare-image.ts';

/** Why tests with containers must be skipped here; `false` when they need not be. */
export async function noContainerEngine(): Promise<string | false> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the image of the test is one for Linux on x86-64';
  // Most machines without an engine need not load its client to know.
  if (process.env['DOCKER_HOST'] === undefined && !existsSync('/var/run/docker.sock'))
    return 'there is no container engine';
  const { getContainerRuntimeClient } = await import('testcontainers');
  try {
    await getContainerRuntimeClient();
    return false;
  } catch {
    return 'there is no container engine';
  }
}

/** An image until it is disposed of. */
export interface BuiltImage extends AsyncDisposable {
  readonly name: string;
}

/** Builds an image from nothing: the given files and a program that writes a text and stays, or ends with a code. */
export async function buildImage(
  name: string,
  files: readonly ImageFile[],
  text: string,
  exitCode?: number,
): Promise<BuiltImage> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { dockerode } = (await getContainerRuntimeClient()).container;
  const root = tar([...files, { path: '/init', content: program(text, exitCode), executable: true }]);
  const [repo = '', tag = ''] = name.split(':');
  const options = { fromSrc: '-', repo, tag, changes: 'ENTRYPOINT ["/init"]' };
  const progress = await dockerode.importImage(Readable.from([root]), options);
  for await (const _ of progress) {
    // The image is there when the engine has nothing more to tell.
  }
  return {
    name,
    [Symbol.asyncDispose]: async () => {
      await dockerode.getImage(name).remove({ force: true });
    },
  };
}

/** A file of a container as text. */
export async function readContainerFile(id: string, path: string): Promise<string> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { dockerode } = (await getContainerRuntimeClient()).container;
  const archive = await dockerode.getContainer(id).getArchive({ path });
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return bytes.toString('utf8', 512, 512 + Number.parseInt(bytes.toString('latin1', 124, 135), 8));
}
