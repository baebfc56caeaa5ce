import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { findExecutable, nodeHost, nodeLauncher } from '@lambda-bootstraps/host-node';
import { knownRuntimes } from './known-runtimes.ts';
import { main } from './main.ts';
import { openOutput } from './node-output.ts';
import type { Program, Terminal } from './program.ts';

/** Put in by the build, from package.json. */
declare const LAMBDA_BOOTSTRAPS_VERSION: string;

/** The program on Node.js: opens the door of the name it was called by and ends with its exit code. */
export async function start(): Promise<void> {
  const output = openOutput();
  const version = LAMBDA_BOOTSTRAPS_VERSION;
  const program: Program = {
    // Not the file behind a symbolic link: the link's own name chooses.
    calledAs: basename(process.argv[1] ?? ''),
    arguments: process.argv.slice(2),
    environment: process.env,
    workingDirectory: workingDirectory(),
    version,
    host: nodeHost,
    launcher: nodeLauncher,
    processors: availableParallelism(),
    runtimes: knownRuntimes(),
    findExecutable,
    write: output.write,
    resultLost: output.resultLost,
    terminal,
    readStdin,
    compileTypeScript: async (source, taskRoot) =>
      (await import('./typescript.ts')).compileTypeScript(source, taskRoot),
    listenInspected: async (...listen) => (await import('./inspect.ts')).listenInspected(...listen, version),
    openControl: async (options) => (await import('./control-server.ts')).openControl(options, version),
    onSignal(callback) {
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) process.on(signal, () => callback(signal));
      // A closed terminal ends us like SIGTERM, where it does not mean a reload.
      process.on('SIGHUP', () => process.listenerCount('SIGHUP') === 1 && callback('SIGHUP'));
    },
    onReload: (callback) => void process.on('SIGHUP', callback),
  };
  await output.end(await main(program));
}

/** Where we were started, also when that folder has been deleted since. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return process.env.PWD ?? '/';
  }
}

/** Node.js looks at NO_COLOR itself, and at TERM. */
function terminal(): Terminal | undefined {
  const { isTTY, columns } = process.stderr;
  return isTTY ? { columns: columns || undefined, hasColors: process.stderr.hasColors() } : undefined;
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
