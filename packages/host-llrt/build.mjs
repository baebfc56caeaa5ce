// Builds dist/lambda-bootstraps: one static executable. Needs Rust with the musl target; see docs/executable.md.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { relative } from 'node:path';
import { attach } from './build/attach.mjs';
import { bundle } from './build/bundle.mjs';
import { buildEngine, engineHere } from './build/engine.mjs';
import { findToolchain, targetHere } from './build/toolchain.mjs';

const target = process.env.LAMBDA_BOOTSTRAPS_TARGET ?? targetHere;
const isForeign = target !== targetHere;
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
  const compiler = isForeign ? engineHere() : engine;
  attach({ compiler, engine, bundle: await bundle('src/llrt.ts'), file });
  for (const door of doors) {
    rmSync(door, { force: true });
    symlinkSync('lambda-bootstraps', door);
  }
  // Where the program looks for it; images have a copy.
  rmSync(`${folder}/runtimes`, { recursive: true, force: true });
  mkdirSync(`${folder}/runtimes`);
  for (const family of readdirSync('../../runtimes')) {
    symlinkSync(relative(`${folder}/runtimes`, `../../runtimes/${family}/dist`), `${folder}/runtimes/${family}`);
  }
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  console.log(`packages/host-llrt/${file}: ${statSync(file).size} bytes, sha256 ${sha256}`);
}
