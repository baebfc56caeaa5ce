import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspaces.mjs';
import { findRepository } from './repository.mjs';

/**
 * What keeps a checkout from being released, before anything is built.
 * @param {object} [options]
 * @param {string} [options.top]
 * @param {string | undefined} [options.repository]
 * @returns {string[]} a line each
 */
export const flawsOfRelease = ({ top = root, repository = findRepository() } = {}) => {
  const pending = readdirSync(join(top, '.changeset')).filter((name) => name.endsWith('.md') && name !== 'README.md');
  return [
    ...(repository
      ? []
      : [
          "npm's provenance names a repository: set `repository` in package.json, or publish from a job of GitHub or GitLab",
        ]),
    ...(pending.length > 0
      ? [`changesets are not in a version yet (${pending.join(', ')}): npm run version-packages`]
      : []),
  ];
};
