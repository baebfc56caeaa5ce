// A launcher whose execution environments are containers, each with the network of this machine, so that 127.0.0.1 in them
// is where their Runtime API is. (Where an engine has no such network, as on macOS, see "Containers" in docs/library.md.)
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { promisify } from 'node:util';
import { LaunchFailure } from 'lambda-bootstraps';

const run = promisify(execFile);

/**
 * @param {{ image: string, taskDir: string, network?: string, engine?: string }} options `taskDir` is /var/task in there
 * @returns {import('lambda-bootstraps').Launcher}
 */
export const dockerLauncher = ({ image, taskDir, network = 'host', engine = 'docker' }) => ({
  async launch(order, listener) {
    const name = `lambda-${randomUUID()}`;
    const [entrypoint, ...rest] = order.command;
    // Made first and started then: from here on there is something that can be removed.
    await run(engine, [
      ...['create', '--name', name, '--network', network, '--volume', `${taskDir}:/var/task:ro`],
      ...Object.entries(order.environment).flatMap((variable) => ['--env', variable.join('=')]),
      ...['--workdir', order.workingDirectory, '--entrypoint', entrypoint, image, ...rest],
    ]).catch(({ stderr, message }) => {
      throw new LaunchFailure(stderr || message);
    });
    const remove = () => run(engine, ['rm', '--force', name]).catch(() => undefined);

    const attached = spawn(engine, ['start', '--attach', name], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of ['stdout', 'stderr']) {
      attached[stream].on('data', (bytes) => listener.onOutput(stream, bytes));
    }
    attached.on('close', async (status) => {
      await remove();
      listener.onExit(exitOf(status ?? 1));
    });
    return {
      sendFrame() {}, // only for plans whose transport is frames
      drain: () => new Promise((resolve) => setImmediate(resolve)),
      peakMemoryBytes: () => undefined,
      terminate: () => void run(engine, ['kill', '--signal', 'TERM', name]).catch(() => undefined),
      kill: () => void remove(),
    };
  },
});

/** A shell's way to tell of signals is an engine's too: 128 and the number. */
function exitOf(status) {
  const [signal] = Object.entries(constants.signals).find(([, number]) => number === status - 128) ?? [];
  return signal ? { code: null, signal } : { code: status, signal: null };
}
