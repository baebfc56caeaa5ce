import type { HttpServer, Sandbox } from '@lambda-bootstraps/core';
import { exitCodes, type Program } from './program.ts';

/**
 * Serves until a signal comes; then takes no new invocations, lets those under way end or meet their deadline, and gives
 * the exit code. A second signal ends them at once.
 */
export async function serveUntilSignal(program: Program, server: HttpServer, sandbox: Sandbox): Promise<number> {
  await new Promise<void>((resolve) => {
    let signals = 0;
    program.onSignal(() => {
      signals++;
      if (signals === 1) sandbox.drain().then(resolve, resolve);
      else resolve();
    });
  });
  await sandbox.close();
  await server.stop();
  return exitCodes.success;
}
