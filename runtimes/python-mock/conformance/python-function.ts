import { fileURLToPath } from 'node:url';
import {
  createInvocation,
  createSandbox,
  decodeText,
  defineFunction,
  encodeText,
  type InvocationInput,
  type LifecycleEvent,
  renderOutcome,
} from '@lambda-bootstraps/core';
import type { Test } from 'tap';
import { gatherLog } from '../../../conformance/src/gathered-log.ts';
import { nodeMachine } from '../../../conformance/src/node-machine.ts';
import { definitionFor } from '../../../conformance/src/on-host.ts';

export const taskRoot = fileURLToPath(new URL('suite', import.meta.url));

export interface PythonFunctionOptions {
  /** In `suite`, unless `taskRoot` is another folder. */
  readonly handler: string;
  readonly taskRoot?: string;
  readonly runtime: string;
  /** The executable to run it by; the machine's own, by the documented order, unless told. */
  readonly python?: string | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  readonly layers?: readonly string[];
}

export interface PythonAnswer {
  readonly requestId: string;
  /** What the payload is as JSON. */
  readonly value: unknown;
  readonly text: string;
  readonly functionError: string | undefined;
}

/** A Python function in a sandbox, and what was heard of it. */
export interface PythonFunction {
  invoke(event: unknown, context?: Omit<InvocationInput, 'payload'>): Promise<PythonAnswer>;
  readonly events: readonly LifecycleEvent[];
  readonly notices: readonly string[];
  log(): string;
}

export function startFunction(t: Test, options: PythonFunctionOptions): PythonFunction {
  const { host, launcher } = nodeMachine;
  const { python, runtime } = options;
  const config = defineFunction(
    {
      handler: options.handler,
      runtime,
      taskRoot: options.taskRoot ?? taskRoot,
      timeoutMs: 60_000,
      layers: options.layers,
      environment: options.environment,
      inheritedEnvironment: { PATH: nodeMachine.searchPath },
    },
    { nowMs: host.clock.now(), randomId: host.randomId() },
  );
  const notices: string[] = [];
  const sandbox = createSandbox({
    host,
    launcher,
    config,
    runtime: definitionFor({ family: 'python-mock' }, nodeMachine),
    findExecutable: python ? async (name) => (name === 'python3' ? python : undefined) : nodeMachine.findExecutable,
    notice: (sentence) => notices.push(sentence),
  });
  t.teardown(() => sandbox.close());

  const events: LifecycleEvent[] = [];
  sandbox.subscribe((event) => events.push(event));
  const log = gatherLog(sandbox);
  return {
    events,
    notices,
    log,
    async invoke(event, context = {}) {
      const payload = encodeText(JSON.stringify(event));
      const invocation = createInvocation({ ...context, payload }, config, host);
      const rendered = renderOutcome(await sandbox.run(invocation), invocation.requestId);
      const text = decodeText(rendered.payload);
      return {
        requestId: invocation.requestId,
        text,
        value: JSON.parse(text),
        functionError: rendered.functionError,
      };
    },
  };
}
