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
  const status = exitStatus(exit);
  return status === 'exit status 0'
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: ${status}`;
}

/** `exit status 42`, `signal: killed`. */
export function exitStatus({ code, signal }: ProcessExit): string {
  return signal === null ? `exit status ${code ?? 0}` : `signal: ${signalWords[signal] ?? signal}`;
}
