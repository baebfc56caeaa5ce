import type { Sandbox } from '../sandbox/sandbox.ts';

/** Starts an environment unless there is one; resolves when that has initialized or ended, with whether a runtime is ready. */
export async function warm(sandbox: Sandbox): Promise<boolean> {
  if (sandbox.isReady) return true;
  let unsubscribe: () => void = () => undefined;
  const decided = new Promise<void>((resolve) => {
    unsubscribe = sandbox.subscribe((event) => {
      if (event.type !== 'environment-ready' && event.type !== 'environment-stopped') return;
      if (sandbox.environmentIds.includes(event.environmentId)) resolve();
    });
  });
  try {
    await sandbox.warm();
    // Where no listener for its Runtime API could be opened, none was started.
    if (sandbox.environmentIds.length > 0) await decided;
    return sandbox.isReady;
  } finally {
    unsubscribe();
  }
}
