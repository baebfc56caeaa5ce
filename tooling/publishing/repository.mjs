import { readManifest, root } from '../workspaces.mjs';

/**
 * The repository's address, as packages name it and npm's provenance proves it: what the root's package.json says, else
 * what the CI job says that publishes (GitHub's "Default environment variables", GitLab's "Predefined CI/CD variables").
 * @param {Readonly<Record<string, string | undefined>>} [environment]
 * @returns {string | undefined} `https://…`, without `.git`
 */
export const findRepository = (environment = process.env, { repository } = readManifest(root)) => {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, CI_PROJECT_URL } = environment;
  const ofJob = GITHUB_SERVER_URL && GITHUB_REPOSITORY ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}` : CI_PROJECT_URL;
  const stated = typeof repository === 'object' ? repository.url : repository;
  return (stated ?? ofJob)?.replace(/^git\+/, '').replace(/\.git$/, '');
};
