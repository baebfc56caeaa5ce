import type { Sandbox } from '../sandbox/sandbox.ts';

/** Starts an environment unless there is one; resolves when that has initialized or ended, with whether a runtime is ready. */
export async function warm(sandbox: Sandbox): Promise<boolean> {
  if (sandbox.isReady) return true;
  // An update takes an environment away, which it ends: it is waited for even so.
  const awaited = new Set(sandbox.environmentIds);
  let unsubscribe: () => void = () => undefined;
  const decided = new Promise<void>((resolve) => {
    unsubscribe = sandbox.subscribe((event) => {
      if (event.type === 'environment-starting') awaited.add(event.environmentId);
      if (event.type !== 'environment-ready' && event.type !== 'environment-stopped') return;
      if (awaited.has(event.environmentId)) resolve();
    });
  });
  try {
    await sandbox.warm();
    // Where no listener for its Runtime API could be opened, none was started.
    if (awaited.size > 0) await decided;
    return sandbox.isReady;
  } finally {
    unsubscribe();
  }
}
