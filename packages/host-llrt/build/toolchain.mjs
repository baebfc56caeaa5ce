import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Kept between runs; nothing of it is committed. */
export const cache = fileURLToPath(new URL('../../../.cache/host-llrt', import.meta.url));

const architectureHere = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
export const targetHere = `${architectureHere}-unknown-linux-musl`;

/** As in native/Cargo.toml. */
const oldestRust = [1, 87];

/**
 * @typedef {object} Toolchain
 * @property {string} target
 * @property {string} version of rustc, all of it
 * @property {string} compiler the C compiler, for QuickJS
 */

/**
 * What builds for the target, or what is missing to.
 * @param {string} target
 * @returns {Toolchain | { missing: string }}
 */
export const findToolchain = (target) => {
  if (process.platform !== 'linux') return { missing: 'it is for Linux, and built there' };
  const version = output('rustc', ['-vV']);
  if (version === undefined || output('cargo', ['--version']) === undefined) {
    return { missing: 'it needs Rust (cargo, rustc): https://rustup.rs' };
  }
  const [major = 0, minor = 0] = (/^rustc (\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  if (major === 1 && minor < /** @type {number} */ (oldestRust[1])) {
    return { missing: `it needs Rust ${oldestRust.join('.')} or newer, here is ${version.split('\n')[0]}` };
  }
  const libraries = join(output('rustc', ['--print', 'sysroot']) ?? '', 'lib/rustlib', target);
  if (!existsSync(libraries)) return { missing: `it needs Rust's musl target: rustup target add ${target}` };
  const compiler = findCompiler(target);
  if (compiler === undefined) {
    return { missing: `it needs a C compiler for ${target}: apt-get install musl-tools, or pip install ziglang` };
  }
  return { target, version, compiler };
};

/**
 * One that is named, one of musl's own, or zig, which has every musl.
 * @param {string} target
 */
const findCompiler = (target) => {
  const architecture = target.split('-')[0];
  const named = process.env[`CC_${target.replaceAll('-', '_')}`];
  const isOwn = architecture === architectureHere;
  const candidates = [...(named ? [named] : []), `${architecture}-linux-musl-gcc`, ...(isOwn ? ['musl-gcc'] : [])];
  return candidates.find((name) => output(name, ['--version']) !== undefined) ?? zigCompiler(architecture);
};

/** @param {string | undefined} architecture */
const zigCompiler = (architecture) => {
  const zig = [['zig'], ['python3', '-m', 'ziglang']].find(([command = '', ...args]) =>
    output(command, [...args, 'version']),
  );
  if (!zig) return undefined;
  // cc-rs passes the target in clang's words, which zig does not know.
  const script = `#!/bin/sh
for word do
  shift
  case $word in --target=*) ;; *) set -- "$@" "$word" ;; esac
done
exec ${zig.join(' ')} cc -target ${architecture}-linux-musl "$@"
`;
  const file = join(cache, `zig-cc-${architecture}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, script, { mode: 0o755 });
  return file;
};

/**
 * @param {string} command
 * @param {string[]} args
 */
const output = (command, args) => {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};
