import { existsSync } from 'node:fs';
import { type DockerLambdaError, fail } from './errors.ts';

export interface EngineRun {
  readonly engine: string;
  readonly image: string;
  readonly port?: number | undefined;
  readonly cwd?: string | URL | undefined;
}

interface End {
  readonly error?: Error | undefined;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Kind = 'ERR_ENGINE_NOT_ALLOWED' | 'ERR_ENGINE_NOT_RUNNING' | 'ERR_PORT_IN_USE' | 'ERR_IMAGE_NOT_FOUND';

/** In this order: an image that had to be pulled first may still meet a port in use. */
const kinds: ReadonlyArray<readonly [RegExp, Kind, subject: (run: EngineRun) => string]> = [
  [/permission denied while trying to connect/i, 'ERR_ENGINE_NOT_ALLOWED', ({ engine }) => engine],
  [
    /cannot connect to|daemon running|error during connect|failed to connect to the docker API|cannot access containerd|containerd not running/i,
    'ERR_ENGINE_NOT_RUNNING',
    ({ engine }) => engine,
  ],
  [
    /port is already allocated|address already in use|ports are not available/i,
    'ERR_PORT_IN_USE',
    ({ port }) => `${port ?? 'that dockerArgs names'}`,
  ],
  // Docker tells that a pull has ended well; the other words are those of podman and nerdctl.
  [
    /unable to find image '(?![\s\S]*(status: downloaded|digest: sha256))|initializing source|short-name|failed to resolve (reference|image)|invalid reference format|no such image/i,
    'ERR_IMAGE_NOT_FOUND',
    ({ image }) => image,
  ],
];

/**
 * What is wrong with the engine, its image or the container; undefined if the function was run, whatever came of it.
 */
export function engineTrouble(run: EngineRun, end: End): DockerLambdaError | undefined {
  const { engine, cwd } = run;
  if (end.error) {
    // Node says ENOENT for a folder too.
    if (cwd !== undefined && !existsSync(cwd)) return fail('ERR_INVALID_OPTION', ['spawnOptions.cwd', 'a folder']);
    const missing = (end.error as NodeJS.ErrnoException).code === 'ENOENT';
    return missing ? fail('ERR_ENGINE_NOT_FOUND', [engine], { cause: end.error }) : undefined;
  }
  if (!isEngines(end)) return undefined;
  const details = { exitCode: end.status, output: end.stderr };
  const words = lastWords(end.stderr);
  const [, code, subject] = kinds.find(([pattern]) => pattern.test(end.stderr)) ?? [];
  if (code && subject) return fail(code, [subject(run), words], details);
  return fail('ERR_CONTAINER_NOT_STARTED', [engine, words], details);
}

/** Docker and podman end with 125 to 127 for what is not the container's; nerdctl with 1, and then there is no result. */
function isEngines({ status, stdout, stderr }: End): boolean {
  if (status === null) return false;
  const isFatal = status === 1 && stdout.trim() === '' && /^(FATA\[|time=\S+ level=fatal)/m.test(stderr);
  return isFatal || (status >= 125 && status <= 127);
}

/** Without the advice that the command has, and the marks of its logs. */
export function lastWords(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() && !/^(Run|See) '.*help'/.test(line));
  const line = lines.at(-1)?.trim() ?? 'it does not say why';
  const message = /level=fatal msg="(.*)"$/.exec(line)?.[1] ?? line;
  return message
    .replace(/^((FATA\[\d+\]|(docker|podman|nerdctl):|Error:|Error response from daemon:) +)+/, '')
    .replace(/\.?( Is the docker daemon running\?)?$/, '');
}
