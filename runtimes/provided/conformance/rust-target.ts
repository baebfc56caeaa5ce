import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce } from '../../../conformance/src/build-once.ts';
import { misbehaviours, type TargetSource } from '../../../conformance/src/target.ts';
import { need } from '../../../tooling/needs.mjs';
import { cache, compiledTarget, olderThan, output, run } from './compiled-target.ts';

const name = 'provided (rust, lambda_runtime) by http';

export const rustTarget: TargetSource = async () => {
  const missing = need('cargo') || (await olderThan([1, 84], 'Rust', ['rustc', '--version']));
  if (missing) return [{ name, missing }];
  return [
    compiledTarget(name, await buildRustFunction(), {
      initThrows: {
        skip: 'lambda_runtime posts init errors for SnapStart only: what fails before run ends the process',
      },
      streams: { skip: 'lambda_runtime puts an HTTP prelude (JSON and eight NUL bytes) before every streamed answer' },
      streamsThenFails: { skip: "lambda_runtime writes a stream's error into its body, not into its trailers" },
      ...misbehaviours,
    }),
  ];
};

async function buildRustFunction(): Promise<string> {
  const fixture = fileURLToPath(new URL('rust', import.meta.url));
  const args = ['build', '--locked', '--quiet'];
  return buildOnce({
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
}
