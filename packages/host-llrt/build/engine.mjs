import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache, findToolchain, targetHere } from './toolchain.mjs';

const native = fileURLToPath(new URL('../native', import.meta.url));

/**
 * The Rust part for this toolchain's target. Built once for the same sources and toolchain.
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @returns {string} its path
 */
export const buildEngine = (toolchain) => {
  const { target, compiler } = toolchain;
  const engine = join(cache, 'engines', `${target}-${keyOf(toolchain)}`);
  if (existsSync(engine)) return engine;
  console.error(`packages/host-llrt: building the Rust part for ${target}; minutes the first time…`);
  const name = target.replaceAll('-', '_');
  const cargo = spawnSync(
    'cargo',
    ['build', '--locked', '--quiet', '--release', '--target', target, '--target-dir', join(cache, 'target')],
    {
      cwd: native,
      stdio: 'inherit',
      env: {
        ...process.env,
        [`CC_${name}`]: compiler,
        // Rust has musl and a linker of its own: nothing else of the machine's goes in.
        [`CARGO_TARGET_${name.toUpperCase()}_LINKER`]: 'rust-lld',
      },
    },
  );
  if (cargo.status !== 0)
    throw new Error(`packages/host-llrt: cargo build failed, with ${cargo.status ?? cargo.signal}`);
  mkdirSync(join(cache, 'engines'), { recursive: true });
  // It appears whole, or not at all.
  copyFileSync(join(cache, 'target', target, 'release/lambda-bootstraps'), `${engine}.part`);
  renameSync(`${engine}.part`, engine);
  return engine;
};

/** That of this machine. */
export const engineHere = () => {
  const toolchain = findToolchain(targetHere);
  if ('missing' in toolchain) throw new Error(`packages/host-llrt: ${toolchain.missing}`);
  return buildEngine(toolchain);
};

/** @param {import('./toolchain.mjs').Toolchain} toolchain */
const keyOf = ({ version, compiler }) => {
  const hash = createHash('sha256').update(`${version}\0${compiler}`);
  const files = [
    'Cargo.toml',
    'Cargo.lock',
    ...readdirSync(join(native, 'src'))
      .sort()
      .map((name) => `src/${name}`),
  ];
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(native, file)));
  return hash.digest('hex').slice(0, 16);
};
