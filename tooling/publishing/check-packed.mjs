import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { findMachineTraces } from '../hygiene.mjs';
import { readManifest } from '../workspaces.mjs';
import { matches } from './pattern.mjs';

/** @typedef {import('./pack.mjs').Packed} Packed */
/** @typedef {import('./contents.mjs').Contents} Contents */

const everywhere = ['package.json', 'README.md', 'LICENSE'];

/** Whatever a pattern lets in. */
const neverPublished = /\.test\.|\.map$|\.tsbuildinfo|__pycache__|(^|\/)(testing|fixtures|node_modules|\.[^/]+)\//;

const isText = /\.([cm]?[jt]s|json|md|txt|html|css|sh|py|rb)$|(^|\/)[A-Z-]+$/;

/**
 * @param {Packed} packed
 * @param {Contents | undefined} expected
 * @returns {Promise<{ flaws: string[], notFetched: string[] }>} what is wrong with it, a line each; what its build could not fetch
 */
export const checkPacked = async (packed, expected) => {
  if (!expected) return { flaws: ['tooling/publishing/contents.mjs does not say what is in it'], notFetched: [] };
  const manifest = readManifest(packed.folder);
  const bytes = readFileSync(packed.tarball);
  const flaws = [
    ...flawsOfContents(packed, expected),
    ...flawsOfSize(packed, expected),
    ...packed.files
      .filter((path) => isText.test(path))
      .flatMap((path) => findMachineTraces(path, readFileSync(join(packed.folder, path), 'utf8'))),
    ...(await flawsByPublint(bytes)),
    ...(await flawsOfTypes(bytes, hasRequire(manifest.exports))),
  ];
  const notFetched = (expected.fetched ?? []).filter((pattern) => !packed.files.some(matches(pattern)));
  return { flaws, notFetched };
};

/** @param {Packed} packed @param {Contents} expected */
const flawsOfContents = ({ files }, { has, fetched = [] }) => {
  const needed = [...everywhere, ...has];
  const allowed = [...needed, ...fetched].map(matches);
  return [
    ...needed.filter((pattern) => !files.some(matches(pattern))).map((pattern) => `has no ${pattern}`),
    ...files
      .filter((path) => neverPublished.test(path) || !allowed.some((isIt) => isIt(path)))
      .map((path) => `has ${path} in it, of which tooling/publishing/contents.mjs does not know`),
  ];
};

/** @param {Packed} packed @param {Contents} expected */
const flawsOfSize = ({ packedBytes, unpackedBytes }, { packedKb, unpackedKb }) => [
  ...(packedBytes > packedKb * 1000 ? [`has ${packedBytes} bytes packed; ${packedKb} kB at most`] : []),
  ...(unpackedBytes > unpackedKb * 1000 ? [`has ${unpackedBytes} bytes unpacked; ${unpackedKb} kB at most`] : []),
];

/** @param {Buffer} bytes */
const flawsByPublint = async (bytes) => {
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer } });
  return messages.map((message) => `publint, ${message.type}: ${formatMessage(message, pkg, { color: false })}`);
};

/**
 * @param {Buffer} bytes
 * @param {boolean} forRequire whether the package is for `require` too
 */
const flawsOfTypes = async (bytes, forRequire) => {
  const result = await checkPackage(createPackageFromTarballData(bytes));
  if (result.types === false) return [];
  return result.problems
    .filter((problem) => forRequire || !isOfOldCallers(problem))
    .map((problem) => {
      const place = 'entrypoint' in problem ? `${problem.entrypoint} (${problem.resolutionKind})` : placeOf(problem);
      return `are the types wrong, ${problem.kind}: ${place}`;
    });
};

/**
 * An ES module is none for TypeScript's oldest way to find modules, which knows no exports, and for `require` it is one
 * only since Node.js 20.19.
 * @param {import('@arethetypeswrong/core').Problem} problem
 */
const isOfOldCallers = (problem) =>
  problem.kind === 'CJSResolvesToESM' || (problem.kind === 'NoResolution' && problem.resolutionKind === 'node10');

/** @param {import('@arethetypeswrong/core').Problem} problem */
const placeOf = (problem) =>
  'typesFileName' in problem ? problem.typesFileName : 'fileName' in problem ? problem.fileName : '';

/** @param {unknown} target @returns {boolean} */
const hasRequire = (target) =>
  typeof target === 'object' && target !== null && ('require' in target || Object.values(target).some(hasRequire));
