import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { StayOpenOptions } from '../index.mts';

export const forever = 'setInterval(() => {}, 60_000);';

/** A program of a user: starts a container whose function echoes, writes `ready`, and goes on with `after`. */
export function userProgram(t: Test, options: StayOpenOptions, after: string): ChildProcess {
  const file = join(t.testdir({}), 'program.mts');
  writeFileSync(
    file,
    `import { startStayOpen } from '@lambda-bootstraps/docker-lambda';
const container = await startStayOpen(${JSON.stringify(options)});
console.log(await container.invoke('ready'));
${after}`,
  );
  const program = spawn(
    process.execPath,
    ['--import=tsx', '--conditions=lambda-bootstraps-source', file],
    // What it is told on purpose is not for whoever reads the test's output.
    { stdio: ['ignore', 'pipe', after.includes('throw') ? 'ignore' : 'inherit'] },
  );
  t.teardown(() => program.kill('SIGKILL'));
  return program;
}
