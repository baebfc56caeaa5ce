import { fileURLToPath } from 'node:url';
import {
  createInvocation,
  createSandbox,
  decodeText,
  defineFunction,
  encodeText,
  type FunctionInput,
  type InvocationInput,
  renderOutcome,
} from '@lambda-bootstraps/core';
import { findExecutable, nodeHost, nodeLauncher } from '@lambda-bootstraps/host-node';
import type { Test } from 'tap';
import { gatherLog } from '../../../../conformance/src/gathered-log.ts';
import { java } from '../index.ts';
import { compileJava } from './compile.ts';

/** The folder of the functions that the tests of this family use: classes of the package `example`. */
export const compileFunctions = (): Promise<string> =>
  compileJava(fileURLToPath(new URL('functions', import.meta.url)));

export const functionConfig = (input: Partial<FunctionInput> & { taskRoot: string; handler: string }) =>
  defineFunction(
    {
      runtime: 'java17',
      timeoutMs: 60_000,
      ...input,
      inheritedEnvironment: { PATH: process.env.PATH ?? '', ...input.inheritedEnvironment },
    },
    { nowMs: Date.now(), randomId: nodeHost.randomId() },
  );

/** A function in a sandbox of its own, on this machine's Java. */
export function startFunction(t: Test, input: Parameters<typeof functionConfig>[0]) {
  const config = functionConfig(input);
  const sandbox = createSandbox({ host: nodeHost, launcher: nodeLauncher, runtime: java, config, findExecutable });
  t.teardown(() => sandbox.close());
  const log = gatherLog(sandbox);
  return {
    log,
    /** The answer, parsed. */
    async invoke(event: unknown, context: Omit<InvocationInput, 'payload'> = {}) {
      const invocation = createInvocation({ ...context, payload: encodeText(JSON.stringify(event)) }, config, nodeHost);
      const { payload, functionError } = renderOutcome(await sandbox.run(invocation), invocation.requestId);
      return { requestId: invocation.requestId, value: JSON.parse(decodeText(payload)), functionError };
    },
  };
}
