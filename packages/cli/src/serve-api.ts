import type { HttpServer, Sandbox } from '@lambda-bootstraps/core';
import { exitCodes, type Program } from './program.ts';

/**
 * Serves until a signal comes; then takes no new invocations, lets those under way end or meet their deadline, and gives
 * the exit code. A second signal ends them at once. The door may have a reason of its own to end: `ended`, with its code.
 */
export async function serveUntil(
  program: Program,
  server: Pick<HttpServer, 'stop'>,
  sandbox: Pick<Sandbox, 'drain' | 'kill' | 'close'>,
  ended: Promise<number> = new Promise(() => undefined),
): Promise<number> {
  const signalled = new Promise<number>((resolve) => {
    const end = (): void => resolve(exitCodes.success);
    let signals = 0;
    program.onSignal(() => {
      signals++;
      if (signals === 1) return void sandbox.drain().then(end, end);
      end();
      sandbox.kill();
    });
  });
  const code = await Promise.race([signalled, ended]);
  await sandbox.close();
  await server.stop();
  return code;
}
