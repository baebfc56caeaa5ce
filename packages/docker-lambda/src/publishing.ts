import { basename } from 'node:path';
import { engineOf } from './command.ts';
import { fail } from './errors.ts';
import type { StayOpenOptions } from './stay-open.ts';

interface Publishing {
  /** Of `docker run -p`. The engine itself chooses a free port: nobody can take it meanwhile. */
  readonly argument: string;
  /** Where published ports are reached. */
  readonly host: string;
}

/** On loopback, unless the engine is another machine's. */
export function publishing(options: StayOpenOptions): Publishing {
  const { port = '', spawnOptions } = options;
  const { CONTAINER_HOST, DOCKER_HOST } = spawnOptions?.env ?? process.env;
  const address = basename(engineOf(options)).startsWith('podman') ? CONTAINER_HOST : DOCKER_HOST;
  const host = remoteHost(address);
  if (host === undefined) return { argument: `127.0.0.1:${port}:9001`, host: '127.0.0.1' };
  return { argument: port === '' ? '9001' : `${port}:9001`, host };
}

/** @param address for instance `tcp://docker:2375`, `ssh://user@host`, `unix:///var/run/docker.sock` */
function remoteHost(address: string | undefined): string | undefined {
  const url = address && URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^(tcp|ssh|https?):$/.test(url.protocol)) return undefined;
  return /^(localhost|127\..*|\[::1\]|)$/.test(url.hostname) ? undefined : url.hostname;
}

/** The port in an answer of `docker port`: a line for each address. */
export function addressOf(answer: { stdout: string; stderr: string }, engine: string): number {
  const port = /^\S*:(\d+)\s*$/m.exec(answer.stdout)?.[1];
  if (!port) throw fail('ERR_PORT_NOT_PUBLISHED', [engine, (answer.stderr || answer.stdout).trim() || 'it is silent']);
  return Number(port);
}
