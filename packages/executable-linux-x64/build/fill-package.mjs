import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readManifest, root } from '../../../tooling/workspaces.mjs';
import { builtExecutable, flawOfExecutable } from './built-executable.mjs';
import { noticesOf } from './notices.mjs';

const doors = ['lambda-bootstraps', 'init', 'aws-lambda-rie'];

/**
 * Makes the package that is published, in a folder of its own: npm would not install a workspace of a foreign `cpu`, and
 * would link its commands before they are built. Where the executable is missing, the folder has a package that says so
 * when it is packed, and cannot be published.
 * @param {object} options
 * @param {string} options.workspace
 * @param {import('./built-executable.mjs').Architecture} options.architecture
 * @param {string} [options.executable] that of packages/host-llrt unless told
 * @param {string} [options.folder]
 * @returns {Promise<string | false>} why it is not filled
 */
export const fillPackage = async ({
  workspace,
  architecture,
  executable = builtExecutable(architecture),
  folder = join(workspace, 'dist'),
}) => {
  const { name, version, description, keywords, license, type, exports, files, publishConfig } =
    readManifest(workspace);
  const manifest = { name, version, description, keywords, license, type };
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const notices = await noticesOrFlaw({ name, architecture, executable });
  if ('flaw' in notices) {
    const prepack = `node ${relative(folder, fileURLToPath(new URL('refuse.mjs', import.meta.url)))}`;
    writeManifest(part, { ...manifest, private: true, notFilled: notices.flaw, scripts: { prepack } });
    console.error(`${name}: NOT FILLED: ${notices.flaw}`);
  } else {
    writeManifest(part, {
      ...manifest,
      os: ['linux'],
      cpu: [architecture],
      // npm leaves symbolic links out of a package, and makes one for each of these.
      bin: Object.fromEntries(doors.map((door) => [door, 'lambda-bootstraps'])),
      exports,
      files,
      publishConfig: { ...publishConfig, directory: undefined },
    });
    copyFileSync(executable, join(part, 'lambda-bootstraps'));
    chmodSync(join(part, 'lambda-bootstraps'), 0o755);
    copyFileSync(join(workspace, 'README.md'), join(part, 'README.md'));
    copyFileSync(join(root, 'LICENSE'), join(part, 'LICENSE'));
    writeFileSync(join(part, 'THIRD-PARTY-NOTICES.txt'), notices.text);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(part, folder);
  return 'flaw' in notices && notices.flaw;
};

/**
 * @param {{ name: string, architecture: import('./built-executable.mjs').Architecture, executable: string }} options
 * @returns {Promise<{ text: string } | { flaw: string }>}
 */
const noticesOrFlaw = async ({ name, architecture, executable }) => {
  const flaw = flawOfExecutable(executable, architecture);
  if (flaw) return { flaw };
  try {
    return { text: await noticesOf({ name, architecture }) };
  } catch (error) {
    return { flaw: `its third-party notices cannot be made: ${error instanceof Error ? error.message : error}` };
  }
};

/**
 * @param {string} folder
 * @param {object} manifest
 */
const writeManifest = (folder, manifest) =>
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
