import { join } from 'node:path';
import { root } from '../workspaces.mjs';
import { architecture } from './context.mjs';
import { dockerWithin } from './docker.mjs';

/**
 * Builds a target of a family's Dockerfile, for this machine's architecture.
 * @param {object} options
 * @param {string} options.context a folder that fillContext has filled
 * @param {string} options.family
 * @param {'emulator' | 'run' | 'build'} options.target
 * @param {string} options.image
 * @param {string} [options.base] the one that the Dockerfile names, unless told
 * @param {string} [options.runtime]
 * @param {number} [options.seconds] that it may take
 * @throws where it fails, with the end of what Docker wrote
 */
export const buildImage = async ({ context, family, target, image, base, runtime, seconds = 300 }) => {
  const built = await dockerWithin(
    seconds,
    ...['build', '--file', join(root, 'runtimes', family, 'Dockerfile'), '--target', target, '--tag', image],
    // BuildKit knows it without being told; the older builder does not.
    ...['--build-arg', `TARGETARCH=${architecture}`],
    ...(base ? ['--build-arg', `BASE=${base}`] : []),
    ...(runtime && target !== 'emulator' && family !== 'provided' ? ['--build-arg', `RUNTIME=${runtime}`] : []),
    ...(target === 'build' ? ['--network', 'host'] : []),
    context,
  );
  if (built.code !== 0) {
    throw new Error(
      `${image}: docker build failed:\n${`${built.stdout}${built.stderr}`.trim().split('\n').slice(-15).join('\n')}`,
    );
  }
};

/** An image's size in MB. @param {string} image */
export const sizeOf = async (image) => {
  const { stdout } = await dockerWithin(60, 'image', 'inspect', '--format', '{{.Size}}', image);
  return Math.round(Number(stdout) / 1e5) / 10;
};
