import { machines } from './built-executable.mjs';
import { crates } from './crates.mjs';
import { npmPackages } from './npm-packages.mjs';
import { canonicalText, rustToolchain } from './rust-toolchain.mjs';

/** @typedef {import('./work.mjs').Work} Work */

/**
 * The third-party notices that go with the executable: every work in it, and each text once.
 * @param {{ name: string, architecture: import('./built-executable.mjs').Architecture }} options
 * @throws where a work may not go into it
 */
export const noticesOf = async ({ name, architecture }) => {
  const { target } = machines[architecture];
  const works = [...crates(target), ...(await npmPackages()), ...rustToolchain(target)];
  works.sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  const texts = gatherTexts(works);
  return [
    `Third-party notices of ${name}`,
    'The executable has the following works of others in it, each under the licence that is named.\nThe texts of these licences, and what else their holders want handed on, stand below the list.',
    works.map(describe).join('\n'),
    ...[...texts].map(([text, of]) => `${'-'.repeat(80)}\n${[...of].join(', ')}\n${'-'.repeat(80)}\n\n${text}`),
    '',
  ].join('\n\n');
};

/** @param {Work} work */
const describe = ({ name, version, licences, source, holder }) =>
  `${`${name} ${version}`.trim()}: ${licences.join(' and ')}; ${source}${holder ? `; copyright ${holder}` : ''}`;

/**
 * Each text, and the works that it is for.
 * @param {readonly Work[]} works
 */
const gatherTexts = (works) => {
  /** @type {Map<string, Set<string>>} */
  const texts = new Map();
  for (const work of works) {
    for (const text of textsOf(work, works)) {
      // Copies differ in white space at their ends.
      const key = text
        .replaceAll('\r\n', '\n')
        .replace(/[ \t]+$/gm, '')
        .trim();
      texts.set(key, (texts.get(key) ?? new Set()).add(`${work.name} ${work.version}`.trim()));
    }
  }
  return texts;
};

/**
 * A crate without a text has that of its repository, if another crate of that brought it, else the licence's own.
 * @param {Work} work
 * @param {readonly Work[]} works
 */
const textsOf = (work, works) => {
  if (work.texts.length > 0) return work.texts;
  const sibling = works.find(
    ({ source, licences, texts }) =>
      source === work.source && texts.length > 0 && String(licences) === String(work.licences),
  );
  return sibling?.texts ?? work.licences.map(canonicalText);
};
