import { main } from 'lambda-bootstraps/main';
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
  readStdin: () => native.readStdin(),
  onSignal(callback) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) native.onSignal(signalNumber(signal), () => callback(signal));
  },
  onReload: (callback) => native.onSignal(signalNumber('SIGHUP'), callback),
});
native.exit(code);
