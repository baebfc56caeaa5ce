import type { Launcher, RuntimeDefinition } from '@lambda-bootstraps/core';

/**
 * For DOCKER_LAMBDA_NO_BOOTSTRAP: the runtime was started by somebody else and asks the Runtime API by itself. There is
 * no process of ours to start, to measure or to kill; an environment that must end is given up.
 */
export const attached = {
  runtime: (definition: RuntimeDefinition): RuntimeDefinition => ({
    ...definition,
    plan: async ({ config }) => ({
      command: [],
      workingDirectory: config.taskRoot,
      environment: {},
      transport: 'http',
      telemetryLog: false,
    }),
  }),

  launcher: {
    launch: async (_order, listener) => ({
      sendFrame: () => undefined,
      drain: () => Promise.resolve(),
      peakMemoryBytes: () => undefined,
      terminate: () => undefined,
      kill: () => void Promise.resolve().then(() => listener.onExit({ code: null, signal: 'SIGKILL' })),
    }),
  } satisfies Launcher,
};
