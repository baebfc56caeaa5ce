import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} [version]
 * @property {boolean} [private]
 * @property {string} [license]
 * @property {string} [type]
 * @property {string} [description]
 * @property {string[]} [keywords]
 * @property {string | { url: string }} [repository]
 * @property {{ access?: string, provenance?: boolean, directory?: string }} [publishConfig]
 * @property {string} [types]
 * @property {string[]} [files]
 * @property {Record<string, unknown>} [exports]
 * @property {Record<string, string>} [engines]
 * @property {string[]} [workspaces]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 */

/** @typedef {{ folder: string, manifest: Manifest }} Workspace `folder` is relative to the root, with `/`. */

/**
 * @param {string} folder
 * @returns {Manifest}
 */
export const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/**
 * Every workspace that the root's package.json names.
 * @returns {Workspace[]}
 */
export const listWorkspaces = (top = root) =>
  (readManifest(top).workspaces ?? [])
    .flatMap((pattern) => (pattern.endsWith('/*') ? subfolders(top, pattern.slice(0, -2)) : [pattern]))
    .filter((folder) => existsSync(join(top, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readManifest(join(top, folder)) }));

/**
 * @param {string} top
 * @param {string} parent
 */
const subfolders = (top, parent) =>
  existsSync(join(top, parent))
    ? readdirSync(join(top, parent), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${parent}/${entry.name}`)
    : [];
