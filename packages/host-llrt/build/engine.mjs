import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
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
        CARGO_ENCODED_RUSTFLAGS: rustFlags.join('\x1f'),
        [`CC_${name}`]: compiler,
        [`CFLAGS_${name}`]: ownPaths.map(([path, name]) => `-ffile-prefix-map=${path}=${name}`).join(' '),
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

/** Sources are named in the messages of failures; where they lie on the machine that builds is nobody's business. */
const ownPaths = [
  [process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'cargo'],
  [fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, ''), 'lambda-bootstraps'],
];
const rustFlags = [
  ...(process.env.RUSTFLAGS?.split(' ').filter(Boolean) ?? []),
  ...ownPaths.map(([path, name]) => `--remap-path-prefix=${path}=${name}`),
];

/** That of this machine. */
export const engineHere = () => {
  const toolchain = findToolchain(targetHere);
  if ('missing' in toolchain) throw new Error(`packages/host-llrt: ${toolchain.missing}`);
  return buildEngine(toolchain);
};

/** @param {import('./toolchain.mjs').Toolchain} toolchain */
const keyOf = ({ version, compiler }) => {
  const hash = createHash('sha256').update(`${version}\0${compiler}\0${ownPaths.map(([, name]) => name)}`);
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
