import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { nodeHost, nodeLauncher } from '@lambda-bootstraps/host-node';
import { createProvidedRuntime } from '@lambda-bootstraps/runtime-provided';
import type { Behaviour } from '../conformance-case.ts';
import type { Target } from '../target.ts';
import { buildOnce } from './build-once.ts';

/** A function for the OS-only runtime that has to be compiled before it is a target. */
export interface CompiledFunction {
  readonly name: string;
  /** The toolchain, by its name in tooling/needs.mjs. */
  readonly toolchain: 'go' | 'cargo';
  /** Why the toolchain at hand cannot build it, or false. Asked only where there is one. */
  tooOld(): Promise<string | false>;
  build(): Promise<Target>;
}

type Skips = Partial<Record<Behaviour, string>>;

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const cache = path('../../../.cache/compiled');
const run = promisify(execFile);

const speaksForItself = 'the official client speaks to the Runtime API; a function cannot make it misbehave';

const go: CompiledFunction = {
  name: 'provided (go, aws-lambda-go)',
  toolchain: 'go',
  tooOld: () => olderThan([1, 18], 'Go', ['go', 'version']),
  async build() {
    const fixture = path('../../fixtures/go');
    // -buildvcs: the same outside a git checkout; CGO_ENABLED: without a C compiler.
    const args = ['build', '-tags', 'lambda.norpc', '-buildvcs=false'];
    const taskRoot = await buildOnce({
      cache,
      name: 'go',
      sources: ['go.mod', 'go.sum', 'main.go'].map((file) => join(fixture, file)),
      ingredients: [await output('go', 'version'), ...args],
      into: async (folder) => {
        const env = { ...process.env, CGO_ENABLED: '0' };
        await run('go', [...args, '-o', join(folder, 'bootstrap'), '.'], { cwd: fixture, env });
      },
    });
    return compiledTarget(go.name, taskRoot, {
      initThrows: 'aws-lambda-go never posts an init error: what fails before Start ends the process',
      twice: speaksForItself,
      halfThenHangs: speaksForItself,
      halfThenExits: speaksForItself,
      errorThenHangs: speaksForItself,
      wrongId: speaksForItself,
    });
  },
};

const rust: CompiledFunction = {
  name: 'provided (rust, lambda_runtime)',
  toolchain: 'cargo',
  tooOld: () => olderThan([1, 84], 'Rust', ['rustc', '--version']),
  async build() {
    const fixture = path('../../fixtures/rust');
    const args = ['build', '--locked', '--quiet'];
    const taskRoot = await buildOnce({
      cache,
      name: 'rust',
      sources: ['Cargo.toml', 'Cargo.lock', 'src/main.rs'].map((file) => join(fixture, file)),
      ingredients: [await output('rustc', '-vV'), ...args],
      into: async (folder) => {
        // Kept, so that a change to the function does not build its dependencies again.
        const target = join(cache, 'cargo-target');
        await run('cargo', [...args, '--target-dir', target], { cwd: fixture });
        await copyFile(join(target, 'debug/bootstrap'), join(folder, 'bootstrap'));
      },
    });
    return compiledTarget(rust.name, taskRoot, {
      initThrows: 'lambda_runtime posts init errors for SnapStart only: what fails before run ends the process',
      streams: 'lambda_runtime puts an HTTP prelude (JSON and eight NUL bytes) before every streamed answer',
      streamsThenFails: "lambda_runtime writes a stream's error into its body, not into its trailers",
      twice: speaksForItself,
      halfThenHangs: speaksForItself,
      halfThenExits: speaksForItself,
      errorThenHangs: speaksForItself,
      wrongId: speaksForItself,
    });
  },
};

export const compiledFunctions: readonly CompiledFunction[] = [go, rust];

const compiledTarget = (name: string, taskRoot: string, notForIt: Skips): Target => ({
  name,
  host: nodeHost,
  launcher: nodeLauncher,
  runtime: createProvidedRuntime(),
  runtimeName: 'provided.al2023',
  taskRoot,
  environment: {},
  handlerOf(behaviour) {
    const skip = notForIt[behaviour];
    return skip ? { skip } : { handler: behaviour };
  },
  skips: {},
});

async function output(command: string, ...args: string[]): Promise<string> {
  return (await run(command, args)).stdout.trim();
}

/** The wanted version is the fixture's own: `go` in its go.mod, `rust-version` in its Cargo.toml. */
async function olderThan(
  [major, minor]: readonly [number, number],
  language: string,
  [command, ...args]: readonly [string, ...string[]],
): Promise<string | false> {
  const words = await output(command, ...args);
  const [, hasMajor, hasMinor] = /(\d+)\.(\d+)/.exec(words) ?? [];
  const enough = Number(hasMajor) > major || (Number(hasMajor) === major && Number(hasMinor) >= minor);
  return enough ? false : `needs ${language} ${major}.${minor} or newer; here is ${words}`;
}
