import { fileURLToPath } from 'node:url';
import {
  handlersBy,
  misbehaviours,
  speaksForItself,
  type Target,
  type TargetSource,
} from '../../../conformance/src/target.ts';
import { pythonIsMissing } from './pythons.ts';

const noStreaming = { skip: 'the official client streams no answers' };

const base: Omit<Target, 'name' | 'runtimeName'> = {
  family: 'python-mock',
  taskRoot: fileURLToPath(new URL('function', import.meta.url)),
  handlers: handlersBy((behaviour) => `index.${behaviour}`, {
    initThrows: 'init_throws.handler',
    initExits: 'init_exits.handler',
    streams: noStreaming,
    streamsThenFails: noStreaming,
    ...misbehaviours,
    diesAfterReply: speaksForItself,
  }),
};

const endsOneProcess =
  'the client waits for the other processes that it forked, and exits with 0 whatever became of them';
const staysAfterTimeout = 'managed instances let the environment go on after a timeout';
const noInvocations = 'managed instances tell extensions of no invocation';

/** Each client by frames, and by HTTP the one that starts processes for several invocations at once. */
export const targets: TargetSource = async () => {
  const missing = pythonIsMissing();
  if (missing) return [{ name: 'python', missing }];
  return [
    { ...base, name: 'python by frames', runtimeName: 'python3.13' },
    {
      ...base,
      name: 'python by frames (client 2.x)',
      // The client of python3.9, whichever Python runs it.
      runtimeName: 'python3.9',
      skips: {
        'the context has the tenant id': 'client 2.x knows no tenants',
        'payloads of 5.5 MB go through both ways':
          'before python3.12 the client escapes all but ASCII, which makes this answer one of 16.5 MB',
      },
    },
    {
      ...base,
      name: 'python by http, in processes (AWS_LAMBDA_MAX_CONCURRENCY)',
      runtimeName: 'python3.13',
      environment: { AWS_LAMBDA_MAX_CONCURRENCY: '4' },
      skips: {
        'an environment is used again, and remembers': 'each process remembers for itself',
        'a runtime that exits with a status': endsOneProcess,
        'a runtime that exits with 0': endsOneProcess,
        'a runtime that is killed': endsOneProcess,
        'a runtime that exits while it initializes': endsOneProcess,
        'after a timeout the next invocation works in a new environment': staysAfterTimeout,
        'a timeout ends what the runtime has started': staysAfterTimeout,
        'an external extension is told of invocations and of the end': noInvocations,
        'a telemetry subscriber hears of a cold and a warm invocation in order': noInvocations,
        'an extension hears why the environment ended': endsOneProcess,
      },
    },
  ];
};
