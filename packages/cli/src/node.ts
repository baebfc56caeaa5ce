import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { findExecutable, nodeHost, nodeLauncher } from '@lambda-bootstraps/host-node';
import { knownRuntimes } from './known-runtimes.ts';
import { main } from './main.ts';
import type { Program } from './program.ts';

/** Put in by the build, from package.json. */
declare const LAMBDA_BOOTSTRAPS_VERSION: string;

/** The program on Node.js: opens the door of the name it was called by and ends with its exit code. */
export async function start(): Promise<void> {
  const program: Program = {
    // Not the file behind a symbolic link: the link's own name chooses.
    calledAs: basename(process.argv[1] ?? ''),
    arguments: process.argv.slice(2),
    environment: process.env,
    workingDirectory: process.cwd(),
    version: LAMBDA_BOOTSTRAPS_VERSION,
    host: nodeHost,
    launcher: nodeLauncher,
    processors: availableParallelism(),
    runtimes: knownRuntimes(),
    findExecutable,
    write: (stream, content) => void process[stream].write(content),
    readStdin,
    compileTypeScript: async (source, taskRoot) =>
      (await import('./typescript.ts')).compileTypeScript(source, taskRoot),
    onSignal(callback) {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => callback(signal));
    },
    onReload: (callback) => void process.on('SIGHUP', callback),
  };
  const code = await main(program);
  // What is still in the streams of a slow reader goes out before the end.
  process.stderr.write('', () => process.stdout.write('', () => process.exit(code)));
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
