import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { targetHere } from '../../host-llrt/build/toolchain.mjs';

/** @typedef {'x64' | 'arm64'} Architecture */

/** What Rust calls it, and the number that an ELF header has for it. */
export const machines = /** @type {const} */ ({
  x64: { target: 'x86_64-unknown-linux-musl', elf: 62 },
  arm64: { target: 'aarch64-unknown-linux-musl', elf: 183 },
});

const dist = fileURLToPath(new URL('../../host-llrt/dist', import.meta.url));

/**
 * Where packages/host-llrt builds it.
 * @param {Architecture} architecture
 */
export const builtExecutable = (architecture) => {
  const { target } = machines[architecture];
  return target === targetHere ? `${dist}/lambda-bootstraps` : `${dist}/${target}/lambda-bootstraps`;
};

/**
 * Why the file is not this machine's executable, with what makes one; or false.
 * @param {string} file
 * @param {Architecture} architecture
 */
export const flawOfExecutable = (file, architecture) => {
  const { target, elf } = machines[architecture];
  const build = `${target === targetHere ? '' : `LAMBDA_BOOTSTRAPS_TARGET=${target} `}npm run build -w @lambda-bootstraps/host-llrt`;
  if (!existsSync(file)) return `the executable for ${architecture} is not built: ${build}`;
  const bytes = readFileSync(file);
  if (bytes.toString('latin1', 0, 4) !== '\x7fELF' || bytes.readUInt16LE(18) !== elf) {
    return `${file} is no executable for ${architecture}: ${build}`;
  }
  const own = builtExecutable(process.arch === 'arm64' ? 'arm64' : 'x64');
  // Both carry the same bytecode: one that was left from other sources must not go out under this version.
  if (target !== targetHere && existsSync(own) && !bundleOf(readFileSync(own)).equals(bundleOf(bytes))) {
    return `the executable for ${architecture} is of other sources than this machine's own: ${build}`;
  }
  return false;
};

/**
 * The bytecode at the end of the file: as in packages/host-llrt/native/src/bundle.rs.
 * @param {Buffer} bytes
 */
const bundleOf = (bytes) => {
  const end = bytes.length - 16;
  return bytes.subarray(end - Number(bytes.readBigUInt64LE(end)), end);
};
