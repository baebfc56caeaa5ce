import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { listWorkspaces, readManifest, root } from '../workspaces.mjs';
import { unreachedDeclarations } from './declarations.mjs';
import { matches } from './pattern.mjs';
import { publishedManifest } from './published-manifest.mjs';
import { findRepository } from './repository.mjs';

/**
 * A package as it goes out, in a folder of its own.
 * @typedef {object} Staged
 * @property {string} name
 * @property {string} folder
 * @property {string} [flaw] why there is nothing to publish
 */

/** Where `changeset publish` looks: `publishConfig.directory` of each package. */
export const releaseFolder = join(root, '.cache/packages');

export const listPublished = (top = root) => listWorkspaces(top).filter(({ manifest }) => !manifest.private);

/**
 * Makes of what is built the packages that are published. npm has no other way to leave out of a package.json what is there
 * for this repository only.
 * @param {string} parent gets a folder a package
 * @returns {Staged[]}
 */
export const stagePackages = (parent = releaseFolder, repository = findRepository()) => {
  rmSync(parent, { recursive: true, force: true });
  return listPublished().map((workspace) => {
    const { name } = workspace.manifest;
    const folder = join(parent, name.replace(/^.*\//, ''));
    mkdirSync(folder, { recursive: true });
    const manifest = copyPackage(workspace, folder);
    if (manifest.notFilled) return { name, folder, flaw: manifest.notFilled };
    const published = publishedManifest({ folder: workspace.folder, manifest }, repository);
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, undefined, 2)}\n`);
    for (const path of unreachedDeclarations(folder, published)) rmSync(join(folder, path));
    return { name, folder };
  });
};

/**
 * @param {import('../workspaces.mjs').Workspace} workspace
 * @param {string} folder
 * @returns {import('../workspaces.mjs').Manifest & { notFilled?: string }} the manifest that goes with the files
 */
const copyPackage = ({ folder: workspace, manifest }, folder) => {
  const dist = join(root, workspace, 'dist');
  // The builds of the executables make whole packages.
  if (existsSync(join(dist, 'package.json')) && readManifest(dist).name) {
    cpSync(dist, folder, { recursive: true });
    return readManifest(folder);
  }
  const files = manifest.files ?? [];
  const leftOut = files.filter((path) => path.startsWith('!')).map((path) => matches(path.slice(1)));
  // What is left out is not even looked at: interpreters write there whenever they like.
  const filter = (/** @type {string} */ source) => {
    const path = relative(join(root, workspace), source).split(sep).join('/');
    return !leftOut.some((isIt) => isIt(path));
  };
  for (const path of [...files, 'README.md']) {
    const source = join(root, workspace, path);
    if (!path.startsWith('!') && existsSync(source)) cpSync(source, join(folder, path), { recursive: true, filter });
  }
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  return manifest;
};
