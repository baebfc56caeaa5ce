import { exitCodes } from './program.ts';

type StreamName = 'stdout' | 'stderr';

/** How long a slow reader may take for what is left when we end. */
const lastWordsMs = 1_000;

/**
 * Our standard streams. A reader that goes away, or a full disk, ends no server: from then on that stream is silent.
 * What could not be written is told by the exit code of the end.
 */
export function openOutput() {
  const flaws = new Map<StreamName, NodeJS.ErrnoException>();
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].on('error', (error: NodeJS.ErrnoException) => {
      if (flaws.has(name)) return;
      flaws.set(name, error);
      if (error.code !== 'EPIPE') write('stderr', `lambda-bootstraps: cannot write to ${name}: ${error.message}\n`);
    });
  }

  function write(name: StreamName, content: Uint8Array | string): void {
    if (!flaws.has(name)) process[name].write(content);
  }

  return {
    write,
    /** Ends the program with this code, or with one that says that its result was lost. */
    end(code: number): void {
      const exit = (): never => process.exit(code === exitCodes.success ? codeOf(flaws.get('stdout'), code) : code);
      setTimeout(exit, lastWordsMs);
      process.stderr.write('', () => process.stdout.write('', () => setImmediate(exit)));
    },
  };
}

function codeOf(flaw: NodeJS.ErrnoException | undefined, code: number): number {
  if (flaw === undefined) return code;
  return flaw.code === 'EPIPE' ? exitCodes.readerGone : exitCodes.outputLost;
}
