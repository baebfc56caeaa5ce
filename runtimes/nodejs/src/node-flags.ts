import type { NodeVersion } from './node-executable.ts';

/** Lambda's own minimum; Node does not start in a heap much smaller. */
const smallestMemoryMb = 128;

/**
 * The flags that the bootstrap of Lambda's Node.js runtimes gives to Node; nothing of ours is among them.
 * Sources: /var/runtime/bootstrap of nodejs18.x and nodejs24.x; "Building Lambda functions with Node.js" in the AWS
 * Lambda documentation for the last two, which go when NODE_OPTIONS asks for the feature. That 24 and 26 get them too
 * is what functions saw in process.execArgv there, and how AWS tests the client (scripts in package.json of 4.0.2).
 */
export function nodeFlags(options: {
  readonly askedMajor: number;
  readonly running: NodeVersion;
  readonly memorySizeMb: number;
  readonly nodeOptions: string;
}): readonly string[] {
  const { askedMajor, running, memorySizeMb, nodeOptions } = options;
  const flags = ['--expose-gc', '--max-http-header-size', '81920'];
  if (!/--max[-_](semi|old)[-_]space[-_]size/.test(nodeOptions)) {
    const heapMb = Math.max(memorySizeMb, smallestMemoryMb);
    const newSpaceMb = Math.floor(heapMb / 10);
    flags.push(`--max-semi-space-size=${Math.floor(newSpaceMb / 2)}`, `--max-old-space-size=${heapMb - newSpaceMb}`);
  }
  if (askedMajor >= 20 && knowsFlag(running, 17) && !nodeOptions.includes('--experimental-require-module')) {
    flags.push('--no-experimental-require-module');
  }
  if (askedMajor >= 22 && knowsFlag(running, 10) && !nodeOptions.includes('--experimental-detect-module')) {
    flags.push('--no-experimental-detect-module');
  }
  return flags;
}

/** Node 20 learned these flags in a minor version; an older one would refuse to start. */
function knowsFlag(running: NodeVersion, minorOf20: number): boolean {
  return running.major >= 22 || (running.major === 20 && (running.minor ?? 0) >= minorOf20);
}
