/**
 * @param {readonly import('./pack.mjs').Packed[]} packed
 * @param {Readonly<Record<string, import('./contents.mjs').Contents>>} contents
 * @returns {string} the sizes of packages and their limits, in kB, with a line for each
 */
export const packagesTable = (packed, contents) => {
  const rows = packed.map(({ name, files, packedBytes, unpackedBytes }) => [
    ...[name, String(files.length), inKb(packedBytes), String(contents[name]?.packedKb ?? '')],
    ...[inKb(unpackedBytes), String(contents[name]?.unpackedKb ?? '')],
  ]);
  const table = [['package', 'files', 'kB packed', 'limit', 'kB unpacked', 'limit'], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (/** @type {string[]} */ [name = '', ...figures]) =>
    [name.padEnd(widths[0] ?? 0), ...figures.map((figure, index) => figure.padStart(widths[index + 1] ?? 0))].join(
      '  ',
    );
  return table.map(line).join('\n');
};

/** @param {number} bytes */
const inKb = (bytes) => (bytes / 1000).toFixed(1);
