import { LaunchFailure, type RuntimeDefinition } from '@lambda-bootstraps/core';

/** A runtime of any language given as a command, spoken to by the HTTP Runtime API. */
export function createCommandRuntime(command: readonly string[], workingDirectory: string): RuntimeDefinition {
  return {
    family: 'command',
    names: [],
    defaultHandler: '',
    guess: () => Promise.resolve(undefined),
    async plan({ findExecutable }) {
      const [file = '', ...rest] = command;
      const path = file.includes('/') ? file : await findExecutable(file);
      if (path === undefined) throw new LaunchFailure(`exec: "${file}": executable file not found in $PATH`);
      return { command: [path, ...rest], workingDirectory, environment: {}, transport: 'http', telemetryLog: false };
    },
  };
}
