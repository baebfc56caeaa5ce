// Builds dist/lambda-bootstraps: one static executable. Needs Rust with the musl target; see docs/executable.md.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { attach } from './build/attach.mjs';
import { bundle } from './build/bundle.mjs';
import { buildEngine, engineFor } from './build/engine.mjs';
import { findToolchain } from './build/toolchain.mjs';

const target =
  process.env.LAMBDA_BOOTSTRAPS_TARGET ?? `${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch]}-unknown-linux-musl`;
const isForeign = process.env.LAMBDA_BOOTSTRAPS_TARGET !== undefined;
const folder = isForeign ? `dist/${target}` : 'dist';
const file = `${folder}/lambda-bootstraps`;

const doors = ['init', 'aws-lambda-rie'].map((door) => `${folder}/${door}`);
mkdirSync(folder, { recursive: true });

const toolchain = findToolchain(target);
if ('missing' in toolchain) {
  for (const path of [file, ...doors]) rmSync(path, { force: true });
  console.error(`packages/host-llrt: THE EXECUTABLE IS NOT BUILT: ${toolchain.missing}`);
} else {
  const engine = buildEngine(toolchain);
  // A foreign engine cannot run here; the machine's own makes bytecode that is good for both.
  const compiler = isForeign ? engineFor(toolchain.host) : engine;
  attach({ compiler, engine, bundle: await bundle('src/llrt.ts'), file });
  for (const door of doors) {
    rmSync(door, { force: true });
    symlinkSync('lambda-bootstraps', door);
  }
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  console.log(`packages/host-llrt/${file}: ${statSync(file).size} bytes, sha256 ${sha256}`);
}
