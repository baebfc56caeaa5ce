import {
  createInvocation,
  createSandbox,
  decodeText,
  defineFunction,
  encodeText,
  type LifecycleEvent,
  renderOutcome,
} from '@lambda-bootstraps/core';
import type { Test } from 'tap';
import type { ConformanceCase, Run } from './conformance-case.ts';
import { gatherLog } from './gathered-log.ts';
import { definitionFor, type Machine } from './on-host.ts';
import type { Target } from './target.ts';

/** Why this case is not run against this target, or false. */
export function skipReason(target: Target, one: ConformanceCase): string | false {
  const handler = target.handlers[one.behaviour];
  return target.skips?.[one.name] ?? (typeof handler === 'string' ? false : handler.skip);
}

/** Runs one case against a fresh function of the target. */
export async function runCase(t: Test, target: Target, one: ConformanceCase, machine: Machine): Promise<void> {
  const handler = target.handlers[one.behaviour];
  if (typeof handler !== 'string') throw new Error(`${one.name} is skipped on ${target.name}`);
  const { host, launcher, findExecutable } = machine;
  const config = defineFunction(
    {
      handler,
      runtime: target.runtimeName,
      taskRoot: target.taskRoot,
      credentials: { accessKeyId: 'the-key', secretAccessKey: 'the-secret', sessionToken: 'the-token' },
      // Runtimes find the machine's tools; the rest of the environment is Lambda's.
      inheritedEnvironment: { PATH: machine.searchPath, ...target.environment },
      ...one.function,
      layers: (one.function?.layers ?? []).map((layer) => `${machine.root}/conformance/fixtures/layers/${layer}`),
    },
    { nowMs: host.clock.now(), randomId: host.randomId() },
  );
  const sandbox = createSandbox({ host, launcher, runtime: definitionFor(target, machine), config, findExecutable });
  t.teardown(() => sandbox.close());

  const events: LifecycleEvent[] = [];
  sandbox.subscribe((event) => events.push(event));
  const log = gatherLog(sandbox);
  const run: Run = {
    files: host.files,
    events,
    log,
    close: () => sandbox.close(),
    async invoke(event, context = {}) {
      const payload = typeof event === 'string' ? encodeText(event) : event;
      const invocation = createInvocation({ ...context, payload }, config, host);
      const startedAt = host.clock.monotonic();
      const rendered = renderOutcome(await sandbox.run(invocation), invocation.requestId);
      return {
        requestId: invocation.requestId,
        text: decodeText(rendered.payload),
        functionError: rendered.functionError,
        tookMs: host.clock.monotonic() - startedAt,
      };
    },
  };
  await one.check(t, run);
}
