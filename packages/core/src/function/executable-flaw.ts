import type { Host } from '../host.ts';

/**
 * Why the kernel would not execute this file, in the words of Go's os package, which are Lambda's. It is judged here
 * because C libraries hand what has no format to a shell instead of failing, and a shell makes nonsense of it.
 */
export async function executableFlaw(
  path: string,
  host: Pick<Host, 'files' | 'architecture'>,
): Promise<string | undefined> {
  const facts = await host.files.stat(path);
  if (!facts) return 'no such file or directory';
  if (!facts.executable) return 'permission denied';
  const start = await host.files.readStart(path, 256).catch(() => undefined);
  if (!start) return undefined;
  if (isScript(start)) return interpreterFlaw(start, host.files);
  if (isElf(start)) return elfMachine(start) === elfMachines[host.architecture] ? undefined : 'exec format error';
  if (!isMachO(start)) return 'exec format error';
  // A binary of macOS runs there alone; Linux is told by its /proc.
  return (await host.files.stat('/proc/self')) ? 'exec format error' : undefined;
}

async function interpreterFlaw(start: Uint8Array, files: Host['files']): Promise<string | undefined> {
  const [line = ''] = new TextDecoder().decode(start.subarray(2)).split('\n');
  const [interpreter = ''] = line.trim().split(/\s+/);
  // A carriage return after the interpreter's name is part of it for the kernel: the usual fate of Windows line ends.
  if (line.endsWith('\r') && !/\s/.test(line.trim())) return 'no such file or directory';
  return (await files.stat(interpreter)) ? undefined : 'no such file or directory';
}

const isScript = (start: Uint8Array): boolean => start[0] === 0x23 && start[1] === 0x21;

const isElf = (start: Uint8Array): boolean =>
  start[0] === 0x7f && start[1] === 0x45 && start[2] === 0x4c && start[3] === 0x46 && start.length >= 20;

/** Thin and universal binaries of macOS, for functions that are tried out there. */
const isMachO = (start: Uint8Array): boolean =>
  (start[0] === 0xcf && start[1] === 0xfa) || (start[0] === 0xca && start[1] === 0xfe);

/** The little-endian field e_machine of the ELF header. */
const elfMachine = (start: Uint8Array): number => start[18]! | (start[19]! << 8);

const elfMachines: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };
