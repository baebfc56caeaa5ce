// `npm run check:packages`: packs what is published, from what is built, and says what is wrong with it and how large it is.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from '../ensure-built.mjs';
import { root } from '../workspaces.mjs';
import { checkPacked } from './check-packed.mjs';
import { contents } from './contents.mjs';
import { packAll } from './pack.mjs';
import { packagesTable } from './packages-table.mjs';
import { stagePackages } from './stage.mjs';

/**
 * Stages, packs and checks every package, and tells of it on stdout.
 * @param {{ release?: boolean }} [options] `release`: what this machine could not build or fetch is a failure too
 * @returns {Promise<boolean>} whether all is well
 */
export const checkPackages = async ({ release = false } = {}) => {
  const staged = stagePackages();
  const packed = await packAll(
    staged.filter(({ flaw }) => flaw === undefined),
    join(root, '.cache/tarballs'),
  );
  console.log(`${packagesTable(packed, contents)}\n`);
  let isWell = true;
  const tell = (/** @type {string} */ name, /** @type {string} */ sentence, /** @type {boolean} */ isFailure) => {
    console.log(`${isFailure ? '✗' : '-'} ${name} ${sentence}`);
    if (isFailure) isWell = false;
  };
  for (const { name, flaw } of staged) if (flaw) tell(name, `is not packed: ${flaw}`, release);
  for (const one of packed) {
    const { flaws, notFetched } = await checkPacked(one, contents[one.name]);
    for (const flaw of flaws) tell(one.name, flaw, true);
    for (const pattern of notFetched) tell(one.name, `was built without ${pattern}`, release);
  }
  if (isWell) console.log('✓ packages');
  return isWell;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (!ensureBuilt() || !(await checkPackages())) process.exitCode = 1;
}
