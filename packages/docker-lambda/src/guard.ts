import { type SpawnOptions, spawn } from 'node:child_process';

/**
 * Runs in a process of its own, which outlives us. Its standard input ends when we close it, and whatever way we end
 * ourselves: then the container is removed and the engine's client ended. An engine that was just asked to create the
 * container may not know it yet, hence the second time.
 */
const script = `
const { spawn } = require('node:child_process');
const { engine, command, client } = JSON.parse(process.argv[1]);
const removeContainer = (then) => {
  const child = spawn(engine, command, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
  let removed = false;
  child.stdout.on('data', () => { removed = true; });
  child.on('error', () => {});
  child.on('close', () => then(removed));
};
process.stdin.resume().on('error', () => {}).on('close', () => {
  removeContainer((removed) => {
    try { process.kill(client); } catch {}
    if (!removed) setTimeout(removeContainer, 1000, () => {});
  });
});
`;

export interface Guard {
  /** Removes the container and ends the client. */
  remove(): Promise<void>;
  /** The container is gone, and it was not asked to remove it. */
  release(): void;
  /** From now on it does not keep this process from ending. */
  unref(): void;
}

/**
 * Removes a container when this process ends, even by SIGKILL.
 * @param command the arguments that remove it
 * @param client the process that runs it
 */
export function guardContainer(
  engine: string,
  command: readonly string[],
  client: number,
  { cwd, env = process.env }: Pick<SpawnOptions, 'cwd' | 'env'>,
): Guard {
  // What NODE_OPTIONS asks of the user's programs (a debugger, a loader) is nothing for this one.
  const { NODE_OPTIONS, ...environment } = env;
  const order = JSON.stringify({ engine, command, client });
  const child = spawn(process.execPath, ['-e', script, order], {
    cwd,
    env: { ...environment, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['pipe', 'ignore', 'ignore'],
    // Ctrl+C is for us, not for it.
    detached: true,
    windowsHide: true,
  });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve()).once('exit', () => resolve());
  });
  child.stdin.on('error', () => undefined);
  let removing = false;
  return {
    remove() {
      removing = true;
      child.ref();
      child.stdin.destroy();
      return ended;
    },
    release() {
      if (!removing) child.kill('SIGKILL');
    },
    unref() {
      child.unref();
      unrefStream(child.stdin);
    },
  };
}

/** Pipes of a child process are sockets, which the types do not say. */
export const unrefStream = (stream: unknown): void => (stream as { unref?(): void } | null)?.unref?.();
