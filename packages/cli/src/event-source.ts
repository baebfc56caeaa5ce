import { encodeText, fail, limits } from '@lambda-bootstraps/core';
import { resolvePath } from './paths.ts';
import type { Program } from './program.ts';

/** The event that was given on the command line, and how to speak of it. */
export interface EventInput {
  readonly source: string;
  readonly bytes: Uint8Array;
}

/**
 * EVENT is JSON text, `@FILE`, or `-` for standard input.
 * @throws LambdaBootstrapsError ERR_FILE_UNREADABLE
 */
export async function readEvent(event: string, program: Program): Promise<EventInput> {
  if (event === '-') return { source: 'standard input', bytes: await program.readStdin() };
  if (!event.startsWith('@')) return { source: 'the argument', bytes: encodeText(event) };
  const path = resolvePath(program.workingDirectory, event.slice(1));
  try {
    return { source: path, bytes: await program.host.files.read(path) };
  } catch (error) {
    throw fail('ERR_FILE_UNREADABLE', 'EVENT', path, reasonOf(error));
  }
}

/** @throws LambdaBootstrapsError ERR_EVENT_TOO_LARGE, ERR_INVALID_EVENT */
export function checkEvent(event: EventInput, program: Program): void {
  if (event.bytes.length > limits.syncRequestBytes) {
    throw fail('ERR_EVENT_TOO_LARGE', event.source, event.bytes.length, limits.syncRequestBytes);
  }
  const flaw = event.bytes.length === 0 ? undefined : program.host.json.flaw(event.bytes);
  if (flaw !== undefined) throw fail('ERR_INVALID_EVENT', event.source, flaw);
}

/** `no such file or directory` and the like, without the path that the system's message repeats. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const words: Record<string, string> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EISDIR: 'it is a directory',
  };
  return words[code ?? ''] ?? message ?? String(error);
}
