import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { listFiles } from './files.mjs';
import { listWorkspaces, root } from './workspaces.mjs';

const isBinary = /\.(png|jpe?g|gif|ico|zip|jar|gz|tgz|woff2?|bin|wasm)$/i;

/** Folders of one machine: two that development machines use, and this one's checkout and home. */
const machinePaths = (/** @type {string} */ top) =>
  new RegExp(`(?<![\\w.$}-])(?:${['/(?:root|work)', ...ownFolders(top).map(escapeRegExp)].join('|')})/`);

/** Which registry to use is the user's setting, never the repository's. */
const registrySetting =
  /^\s*(?:@[\w-]+:)?registry\s*=|--registry[= ]|npm_config_registry|"registry"\s*:|index-url|PIP_INDEX_URL|GOPROXY\s*=|replace-with\s*=/im;

const publicRegistry = /^https:\/\/registry\.npmjs\.org\//;

/** @param {string} top */
const ownFolders = (top) => [top, homedir()].filter((folder) => folder.split('/').length > 2);

/** @param {string} text */
const escapeRegExp = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * What no committed text may contain.
 * @param {string} file
 * @param {string} text
 * @returns {string[]}
 */
export const findMachineTraces = (file, text, top = root) => {
  const paths = machinePaths(top);
  return text.split('\n').flatMap((line, index) => {
    const place = `${file}:${index + 1}`;
    const path = paths.exec(line)?.[0];
    return [
      ...(path ? [`${place} names a folder of one machine: ${path}`] : []),
      ...(registrySetting.test(line) ? [`${place} sets a package registry`] : []),
    ];
  });
};

/**
 * @param {string} folder
 * @param {import('./workspaces.mjs').Manifest} manifest
 */
export const findManifestGaps = (folder, manifest) =>
  manifest.private
    ? []
    : /** @type {const} */ (['description', 'keywords', 'license', 'files', 'exports', 'engines', 'publishConfig'])
        .filter((field) => !manifest[field])
        .map((field) => `${folder}/package.json is published and has no "${field}"`);

/** @param {{ packages?: Record<string, { resolved?: string, link?: boolean }> }} lock */
export const findForeignDownloads = (lock) =>
  Object.entries(lock.packages ?? {})
    .filter(([, { resolved, link }]) => resolved && !link && !publicRegistry.test(resolved))
    .map(
      ([name, { resolved }]) => `package-lock.json: ${name} comes from ${resolved}, not from the public npm registry`,
    );

export const checkHygiene = (top = root) => [
  ...listFiles(top)
    .filter((file) => !isBinary.test(file) && file !== 'package-lock.json' && !file.startsWith('tooling/hygiene.'))
    .flatMap((file) => findMachineTraces(file, readFileSync(join(top, file), 'utf8'), top)),
  ...listWorkspaces(top).flatMap(({ folder, manifest }) => findManifestGaps(folder, manifest)),
  ...findForeignDownloads(JSON.parse(readFileSync(join(top, 'package-lock.json'), 'utf8'))),
];
