import { fileURLToPath } from 'node:url';
import {
  handlersBy,
  misbehaviours,
  speaksForItself,
  type Target,
  type TargetSource,
} from '../../../conformance/src/target.ts';
import { compileJava, noJava } from '../src/testing/compile.ts';

const staysAfterTimeout = 'an environment that takes several invocations goes on after a timeout';
const noInvocations = 'managed instances tell extensions of no invocation, which this one asks for';
const noStreaming = { skip: "AWS's client for Java has no response streaming" };

const handlers = handlersBy((behaviour) => `Behaviours::${behaviour}`, {
  throws: 'Behaviours::throwsError',
  initThrows: 'InitThrows::handle',
  initExits: 'InitExits::handle',
  streams: noStreaming,
  streamsThenFails: noStreaming,
  ...misbehaviours,
  diesAfterReply: speaksForItself,
});

/** The JDK that this machine's `java` is, by every transport and kind of handler. */
export const targets: TargetSource = async () => {
  const name = 'java by frames';
  if (noJava) return [{ name, missing: noJava }];
  const base: Omit<Target, 'name'> = {
    family: 'java-mock',
    runtimeName: 'java17',
    taskRoot: await compileJava(fileURLToPath(new URL('function', import.meta.url))),
    handlers,
  };
  return [
    { ...base, name },
    { ...base, name: 'java by frames (stream handlers)', handlers: { ...handlers, echo: 'Behaviours::echoStream' } },
    {
      ...base,
      name: 'java by http, in threads (AWS_LAMBDA_MAX_CONCURRENCY)',
      environment: { AWS_LAMBDA_MAX_CONCURRENCY: '4' },
      skips: {
        'after a timeout the next invocation works in a new environment': staysAfterTimeout,
        'a timeout ends what the runtime has started': staysAfterTimeout,
        'an external extension is told of invocations and of the end': noInvocations,
        'a telemetry subscriber hears of a cold and a warm invocation in order': noInvocations,
        'an extension hears why the environment ended': noInvocations,
      },
    },
  ];
};
