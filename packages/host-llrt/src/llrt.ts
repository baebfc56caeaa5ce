import { exitCodes, main } from 'lambda-bootstraps/main';
import { findExecutable } from './find-executable.ts';
import { knownRuntimes } from './known-runtimes.ts';
import { llrtLauncher } from './launcher.ts';
import { llrtHost } from './llrt-host.ts';
import { native } from './native.ts';
import { signalNumber } from './signal-names.ts';

/** Put in by the build, from package.json. */
declare const LAMBDA_BOOTSTRAPS_VERSION: string;

const descriptors = { stdout: 1, stderr: 2 } as const;
const [ownName = '', ...rest] = native.arguments;
let reloads = false;

const on = (signal: string, callback: () => void): void => native.onSignal(signalNumber(signal), callback);

// The program on LLRT: opens the door of the name it was called by and ends with its exit code.
const code = await main({
  calledAs: ownName.slice(ownName.lastIndexOf('/') + 1),
  arguments: rest,
  environment: native.environment,
  workingDirectory: native.workingDirectory,
  version: LAMBDA_BOOTSTRAPS_VERSION,
  host: llrtHost,
  launcher: llrtLauncher,
  processors: native.processors,
  runtimes: knownRuntimes(),
  findExecutable,
  write: (stream, content) => native.write(descriptors[stream], content),
  async resultLost() {
    const code = await native.loss(descriptors.stdout);
    if (code === undefined) return undefined;
    return code === 'EPIPE' ? exitCodes.readerGone : exitCodes.outputLost;
  },
  readStdin: () => native.readStdin(),
  onSignal(callback) {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) on(signal, () => callback(signal));
    // A closed terminal ends us like SIGTERM, where it does not mean a reload.
    on('SIGHUP', () => {
      if (!reloads) callback('SIGHUP');
    });
  },
  onReload(callback) {
    reloads = true;
    on('SIGHUP', callback);
  },
});
native.exit(code);
