import { exitCodes } from './program.ts';

type StreamName = 'stdout' | 'stderr';

/** How long a slow reader may take for what is left when we end. */
const lastWordsMs = 1_000;

/**
 * Our standard streams. A reader that goes away, or a full disk, ends no server: from then on that stream is silent.
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

  const flushed = async (name: StreamName): Promise<void> => {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lastWordsMs);
      process[name].write('', () => {
        clearTimeout(timer);
        // A flaw of this write is told just after it.
        setImmediate(resolve);
      });
    });
  };

  return {
    write,
    /** The exit code that says that what was written to stdout did not get there, if it did not. */
    async resultLost(): Promise<number | undefined> {
      await flushed('stdout');
      const flaw = flaws.get('stdout');
      if (flaw === undefined) return undefined;
      return flaw.code === 'EPIPE' ? exitCodes.readerGone : exitCodes.outputLost;
    },
    /** Ends the program, after what a slow reader takes in a moment. */
    async end(code: number): Promise<void> {
      await Promise.all([flushed('stderr'), flushed('stdout')]);
      process.exit(code);
    },
  };
}
