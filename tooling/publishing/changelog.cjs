// What `changeset version` writes into a CHANGELOG.md: what changed for users, and no commits.

/** @type {import('@changesets/types').ChangelogFunctions} */
const changelog = {
  getReleaseLine: async ({ summary }) => `- ${summary.trim().replaceAll('\n', '\n  ')}`,
  // Most of the packages need most of the others: a line for all of them, instead of one for each change in each.
  getDependencyReleaseLine: async (_, updated) =>
    updated.length === 0
      ? ''
      : `- Needs ${updated.map(({ name, newVersion }) => `\`${name}\` ${newVersion}`).join(', ')}.`,
};

module.exports = changelog;
