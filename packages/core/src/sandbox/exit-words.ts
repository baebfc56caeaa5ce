import type { ProcessExit } from '../launcher.ts';

/** Signals in the words of the service, which are those of Go's os package. */
const signalWords: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGALRM: 'alarm clock',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGQUIT: 'quit',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
};

/** `Runtime exited with error: exit status 42`, as an invocation's error and the log say it. */
export function exitWords(exit: ProcessExit): string {
  if (exit.signal !== null) return `Runtime exited with error: signal: ${signalWords[exit.signal] ?? exit.signal}`;
  if (exit.code !== 0 && exit.code !== null) return `Runtime exited with error: exit status ${exit.code}`;
  return 'Runtime exited without providing a reason';
}
