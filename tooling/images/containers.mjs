import { docker } from './docker.mjs';

/** @typedef {{ name: string, url: string }} Container `url` is where the port that it serves is published */

/**
 * A container in the background, once it answers on its port.
 * @param {string} name
 * @param {number} port
 * @param {string[]} words of `docker run`, from its options to the command
 * @returns {Promise<Container>}
 * @throws where it ends instead, with its log
 */
export const serve = async (name, port, ...words) => {
  const started = await docker('run', '--detach', '--name', name, '--publish', `127.0.0.1::${port}`, ...words);
  if (started.code !== 0) throw new Error(`docker run: ${started.stderr}`);
  const url = await answering(name, port);
  return { name, url };
};

/**
 * Where a container's port is published, once it answers; after a restart that is another one.
 * @param {string} name
 * @param {number} port
 */
export const answering = async (name, port) => {
  for (;;) {
    const published = await docker('port', name, String(port));
    const url = `http://${published.stdout.trim().split('\n')[0]}`;
    const answer = published.code === 0 ? await fetch(`${url}/healthz`).catch(() => undefined) : undefined;
    if (answer?.ok) return url;
    const state = await docker('inspect', '--format', '{{.State.Status}}', name);
    if (state.stdout.trim() === 'exited') throw new Error(`it has ended: ${(await docker('logs', name)).stderr}`);
  }
};

/**
 * What a function answers by the Invoke API.
 * @param {string} url
 * @param {string} payload
 */
export const invoke = async (url, payload) => {
  const answer = await fetch(`${url}/2015-03-31/functions/function/invocations`, { method: 'POST', body: payload });
  return answer.text();
};

/**
 * The images, and the containers of them that failed tests have left, are removed.
 * @param {readonly string[]} images
 */
export const removeImages = async (images) => {
  for (const image of images) {
    const { stdout } = await docker('ps', '--all', '--quiet', '--filter', `ancestor=${image}`);
    if (stdout !== '') await docker('rm', '--force', ...stdout.trim().split('\n'));
  }
  // The one that others are made of goes last.
  for (const image of [...images].reverse()) await docker('rmi', '--force', image);
};
