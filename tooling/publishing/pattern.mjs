/**
 * @param {string} pattern of paths with `/`: `*` stands for a part of a name, `**` for any number of folders and names
 * @returns {(path: string) => boolean}
 */
export const matches = (pattern) => {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, (stars) => (stars === '**' ? '.*' : '[^/]*'));
  const expression = new RegExp(`^${source}$`);
  return (path) => expression.test(path);
};
