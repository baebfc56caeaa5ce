import type { InvocationInput, RenderedOutcome, Sandbox, TimeoutWords } from '@lambda-bootstraps/core';
import { createInvocation, renderOutcome } from '@lambda-bootstraps/core';
import { exitCodes, type Program } from './program.ts';

export interface SingleExecution {
  readonly program: Program;
  readonly sandbox: Sandbox;
  readonly input: InvocationInput;
  readonly timeoutWords?: TimeoutWords;
  /** Writes the result in the way of the door. */
  readonly printResult: (rendered: RenderedOutcome) => void;
}

/** Invokes the function once, prints its result, and gives the exit code. A signal ends it and its runtime. */
export async function runOnce({
  program,
  sandbox,
  input,
  timeoutWords,
  printResult,
}: SingleExecution): Promise<number> {
  const invocation = createInvocation(input, sandbox.config, program.host);
  const interrupted = new Promise<number>((resolve) => {
    program.onSignal((signal) => {
      resolve(exitCodes[signal]);
      sandbox.kill();
    });
  });
  const finished = sandbox.run(invocation);
  try {
    const end = await Promise.race([finished, interrupted]);
    if (typeof end === 'number') return end;
    const rendered = renderOutcome(end, invocation.requestId, timeoutWords);
    printResult(rendered);
    const code = rendered.functionError ? exitCodes.functionError : exitCodes.success;
    return (await program.resultLost?.()) ?? code;
  } finally {
    // Whoever lost the race has nothing more to say.
    finished.catch(() => undefined);
    await sandbox.close();
  }
}
