import type { RunResult } from './options.ts';

/**
 * The function's result: the last line of standard output, undefined if that is no JSON, null if there is no standard
 * output.
 * @throws what kept the engine's command from running; an Error with `code`, `stdout` and `stderr` if it failed
 */
export function resultOf(run: RunResult): unknown {
  if (run.error) throw run.error;
  if (run.status !== 0) throw failureOf(run);
  if (run.stdout === null || run.stdout === undefined) return null;
  const lastLine = textOf(run.stdout).trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(lastLine);
  } catch {
    return undefined;
  }
}

/** The function's error is on standard output, one of the engine on standard error. */
function failureOf({ status, signal, stdout, stderr }: RunResult): Error {
  const words = textOf(stdout) || textOf(stderr) || `The container ended with ${signal ?? `exit code ${status}`}`;
  return Object.assign(new Error(words), { code: status, stdout, stderr });
}

export const textOf = (output: string | Buffer | null | undefined): string => output?.toString() ?? '';
