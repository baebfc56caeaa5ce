import { fileURLToPath } from 'node:url';
import {
  handlersBy,
  misbehaviours,
  speaksForItself,
  type Target,
  type TargetSource,
} from '../../../conformance/src/target.ts';

const endsThread = 'process.exit() ends a worker thread, not the runtime';
const staysAfterTimeout = 'managed instances let the environment go on after a timeout';
const noStreaming = 'client 2.x has no response streaming';

const noInvocations = 'where several invocations run at once, no extension is told of them';

const base: Omit<Target, 'name'> = {
  family: 'nodejs',
  runtimeName: `nodejs${process.versions.node.split('.')[0]}.x`,
  taskRoot: fileURLToPath(new URL('function', import.meta.url)),
  handlers: handlersBy((behaviour) => `index.${behaviour}`, {
    initThrows: 'init-throws.handler',
    initExits: 'init-exits.handler',
    ...misbehaviours,
    diesAfterReply: speaksForItself,
  }),
};

/** The Node.js that runs the test, by every transport that its clients have. */
export const targets: TargetSource = async () => [
  { ...base, name: 'nodejs by frames' },
  {
    ...base,
    name: 'nodejs by frames with a blocking reader (client 2.x)',
    // The client of nodejs12.x, whose next() blocks.
    runtimeName: 'nodejs12.x',
    skips: {
      'the context has the tenant id': 'client 2.x knows no tenants',
      'an answer that is streamed in arrives whole': noStreaming,
      'an answer that fails half-way is a function error, and the environment lives on': noStreaming,
    },
  },
  {
    ...base,
    name: 'nodejs by http (next) and frames (replies)',
    // The client's other way: it asks for the next event by HTTP, and still replies through the native module.
    environment: { AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true' },
  },
  {
    ...base,
    name: 'nodejs by http, in worker threads (AWS_LAMBDA_MAX_CONCURRENCY)',
    runtimeName: 'nodejs24.x',
    environment: { AWS_LAMBDA_MAX_CONCURRENCY: '4' },
    skips: {
      'an environment is used again, and remembers': 'each worker thread remembers for itself',
      'a runtime that exits with a status': endsThread,
      'a runtime that exits with 0': endsThread,
      'a runtime that exits while it initializes': endsThread,
      'after a timeout the next invocation works in a new environment': staysAfterTimeout,
      'a timeout ends what the runtime has started': staysAfterTimeout,
      'START, what the function writes, END and REPORT come in this order':
        'a worker thread has its standard streams from the main thread, which may write after the reply',
      'an external extension is told of invocations and of the end': noInvocations,
      'a telemetry subscriber hears of a cold and a warm invocation in order': noInvocations,
      'an extension hears why the environment ended': endsThread,
    },
  },
];
