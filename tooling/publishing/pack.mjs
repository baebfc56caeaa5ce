import { mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { npm } from './npm.mjs';

/**
 * @typedef {object} Packed
 * @property {string} name
 * @property {string} folder what was packed
 * @property {string} tarball
 * @property {string[]} files by their paths in the package
 * @property {number} packedBytes
 * @property {number} unpackedBytes
 */

/**
 * Packs folders as `npm publish` does.
 * @param {readonly import('./stage.mjs').Staged[]} staged
 * @param {string} destination a folder for the tarballs, and for nothing else
 * @returns {Promise<Packed[]>}
 */
export const packAll = async (staged, destination) => {
  rmSync(destination, { recursive: true, force: true });
  mkdirSync(destination, { recursive: true });
  const folders = staged.map(({ folder }) => `./${relative(destination, folder)}`);
  const told = JSON.parse(await npm(destination, ['pack', ...folders, '--json']));
  return Object.values(told).map(({ name, filename, files, size, unpackedSize }) => ({
    name,
    folder: staged.find((one) => one.name === name)?.folder ?? '',
    tarball: join(destination, filename),
    files: files.map((/** @type {{ path: string }} */ { path }) => path),
    packedBytes: size,
    unpackedBytes: unpackedSize,
  }));
};
