import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseLicences, licenceFiles } from './licences.mjs';

/**
 * @typedef {object} Work
 * @property {string} name
 * @property {string} version
 * @property {string[]} licences
 * @property {string} source an address
 * @property {string} [holder] of the copyright, where no text says it
 * @property {string[]} texts as the work has them; none where it has none
 */

/**
 * A work whose files are in a folder.
 * @param {{ folder: string, name: string, version: string, expression: string | null, source: string | null }} found
 * @returns {Work}
 */
export const workIn = ({ folder, name, version, expression, source }) => {
  const licences = chooseLicences(name, expression);
  const texts = licenceFiles(readdirSync(folder), licences).map((file) => readFileSync(join(folder, file), 'utf8'));
  return { name, version, licences, source: source ?? `https://crates.io/crates/${name}`, texts };
};
