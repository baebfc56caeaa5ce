/** The condition by which packages of this repository find each other's sources: they are not published. */
const sourceCondition = 'lambda-bootstraps-source';

/**
 * The package.json that goes out: a workspace's own, without what is there for this repository only.
 * @param {import('../workspaces.mjs').Workspace} workspace
 * @param {string | undefined} repository its address
 * @returns {import('../workspaces.mjs').Manifest}
 */
export const publishedManifest = ({ folder, manifest }, repository) => {
  const { scripts, devDependencies, publishConfig: { directory, ...publishConfig } = {}, ...published } = manifest;
  return {
    ...published,
    ...(repository ? addresses(repository, folder) : {}),
    exports: /** @type {Record<string, unknown>} */ (withoutSources(manifest.exports)),
    publishConfig,
  };
};

/** @param {string} repository @param {string} directory */
const addresses = (repository, directory) => ({
  repository: { type: 'git', url: `git+${repository}.git`, directory },
  homepage: `${repository}/tree/main/${directory}#readme`,
  bugs: { url: `${repository}/issues` },
});

/**
 * What is left of an export without its sources; nothing, where it is for this repository only.
 * @param {unknown} target
 * @returns {unknown}
 */
const withoutSources = (target) => {
  if (typeof target !== 'object' || target === null) return target;
  const left = Object.entries(target)
    .filter(([condition]) => condition !== sourceCondition)
    .map(([condition, value]) => [condition, withoutSources(value)])
    .filter(([, value]) => value !== undefined);
  return left.length > 0 ? Object.fromEntries(left) : undefined;
};
