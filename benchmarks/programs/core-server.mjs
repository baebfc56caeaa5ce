// The core alone on Node.js: `node core-server.mjs PORT`. Its Invoke API and its log are real; the runtime is none but
// gives every payload back at once, in this process.
import { writeSync } from 'node:fs';
import { createInvokeApi, createLog, createSandbox, defineFunction } from '@lambda-bootstraps/core';
import { nodeHost } from '@lambda-bootstraps/host-node';

const transport = {
  connect({ port }) {
    const poll = {
      deliver({ invocation: { requestId, payload } }) {
        queueMicrotask(() => {
          port.beginReply(requestId, 'response');
          port.reply(requestId, { kind: 'success', payload });
          port.next(poll);
        });
      },
      cancel() {},
    };
    queueMicrotask(() => port.next(poll));
  },
};

const launcher = {
  launch: async (_order, listener) => {
    const exit = () => listener.onExit({ code: null, signal: 'SIGKILL' });
    return {
      sendFrame() {},
      drain: async () => {},
      peakMemoryBytes: () => undefined,
      terminate: exit,
      kill: exit,
    };
  },
};

const runtime = {
  family: 'echo',
  names: ['echo'],
  defaultHandler: 'echo',
  guess: async () => undefined,
  plan: async ({ config }) => ({
    command: ['echo'],
    workingDirectory: config.taskRoot,
    environment: {},
    transport,
    telemetryLog: false,
  }),
};

const config = defineFunction(
  { handler: 'echo', runtime: 'echo', taskRoot: process.cwd() },
  { nowMs: Date.now(), randomId: nodeHost.randomId() },
);
const sandbox = createSandbox({ host: nodeHost, launcher, config, runtime });
const writeLine = (line) => writeSync(1, `${line}\n`);
sandbox.subscribe(createLog(config, { writeLine, writeOutput: () => {} }));
const handle = createInvokeApi({ host: nodeHost, sandbox });
await nodeHost.http.listen({ address: '127.0.0.1', port: Number(process.argv[2]), source: 'PORT' }, handle);
