import { defineFunction } from '../function/define-function.ts';
import type { SandboxOptions } from '../sandbox/sandbox.ts';
import type { FunctionSettings, SettingsResolver } from '../service/function-settings.ts';
import { createMemoryHost, type MemoryHost, type MemoryHostOptions } from './memory-host.ts';
import type { MemoryProgram } from './memory-launcher.ts';

/** A host in memory, and what makes sandboxes of settings on it: every runtime is a program that was given. */
export function memoryFunctions(
  programs: Readonly<Record<string, MemoryProgram>>,
  options: MemoryHostOptions & { readonly sandbox?: Partial<SandboxOptions> } = {},
): { readonly memory: MemoryHost; readonly resolve: SettingsResolver } {
  const memory = createMemoryHost(options);
  const definitions = Object.entries(programs).map(([name, program]) => memory.runtime(name, program));
  const resolve = (settings: FunctionSettings): SandboxOptions => {
    const runtime = definitions.find(({ names }) => names.includes(String(settings.runtime)));
    if (!runtime) throw new Error(`no runtime ${settings.runtime}`);
    const { taskDir: taskRoot = '/task', handler = 'handler', concurrency = 1 } = settings;
    const config = defineFunction(
      { ...settings, handler, taskRoot, runtime: String(settings.runtime) },
      { nowMs: memory.host.clock.now(), randomId: memory.host.randomId() },
    );
    return { host: memory.host, launcher: memory.launcher, config, runtime, concurrency, ...options.sandbox };
  };
  return { memory, resolve };
}
