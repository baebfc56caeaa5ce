import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import ts from 'typescript';

/**
 * tsc declares every module of a package; a user's compiler reads only what the exports lead to.
 * @param {string} folder a package
 * @param {import('../workspaces.mjs').Manifest} manifest
 * @returns {string[]} its declarations that no export leads to, by their paths in it
 */
export const unreachedDeclarations = (folder, { types, exports }) => {
  const reached = new Set(
    [types ?? '', ...stringsOf(exports)].filter(isDeclaration).map((path) => posix.normalize(path)),
  );
  for (const file of reached) {
    for (const one of importsOf(join(folder, file), file)) reached.add(one);
  }
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => isDeclaration(path) && !reached.has(path));
};

/** @param {string} path */
const isDeclaration = (path) => /\.d\.[cm]?ts$/.test(path);

/** @param {unknown} target @returns {string[]} */
const stringsOf = (target) => {
  if (typeof target === 'string') return [target];
  return typeof target === 'object' && target !== null ? Object.values(target).flatMap(stringsOf) : [];
};

/**
 * @param {string} path
 * @param {string} file the same, by its path in the package
 */
const importsOf = (path, file) => {
  if (!existsSync(path)) return []; // the check of the exports tells of it
  const { importedFiles, referencedFiles } = ts.preProcessFile(readFileSync(path, 'utf8'), true, true);
  return [...importedFiles, ...referencedFiles]
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => posix.join(posix.dirname(file), declarationOf(fileName)));
};

/** `./a.ts` and `./a.js` are declared by `./a.d.ts`. @param {string} specifier */
const declarationOf = (specifier) =>
  isDeclaration(specifier) ? specifier : specifier.replace(/\.([cm]?)[jt]s$/, '.d.$1ts');
