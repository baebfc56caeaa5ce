import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Ends runtimes when we are killed ourselves: a shell that outlives us by a moment. It learns of process groups on its
 * standard input, and when that ends, which our end makes certain whatever its cause, it kills those that are left.
 * Node cannot ask the kernel for a signal at its parent's death.
 */
const script = `
while read -r change group; do
  case $change in
    +) groups="$groups $group" ;;
    -) rest=; for one in $groups; do [ "$one" = "$group" ] || rest="$rest $one"; done; groups=$rest ;;
  esac
done
for one in $groups; do kill -9 "-$one"; done
`;

let guard: ChildProcess | undefined;
const groups = new Set<number>();

/** From now on this process group does not outlive us. */
export function guardGroup(group: number): void {
  groups.add(group);
  // After the launch, not before: the runtime has the start path to itself.
  setImmediate(() => {
    if (groups.has(group)) tell('+', group);
  });
}

/** The process group is gone; its number may become another's. */
export function releaseGroup(group: number): void {
  if (groups.delete(group) && guard) tell('-', group);
}

function tell(change: '+' | '-', group: number): void {
  guard ??= start();
  guard?.stdin?.write(`${change} ${group}\n`);
}

function start(): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  // A session of its own: what ends us from a terminal must not end it first.
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} });
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  child.unref();
  (child.stdin as unknown as { unref?(): void } | null)?.unref?.();
  return child;
}
