import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The notices of the npm packages whose code a bundle has, each text once.
 * @param {string} subject what was bundled
 * @param {import('esbuild').Metafile} metafile
 */
export const thirdPartyNotices = (subject, metafile) => {
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = new Set(files.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []));
  /** @type {Map<string, string[]>} */
  const texts = new Map();
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (!license) throw new Error(`${name} says no licence: it cannot be bundled`);
    const text = licenceOf(folder);
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const rule = '-'.repeat(80);
  const parts = [...texts].map(([text, names]) => `${rule}\n${names.join('\n')}\n${rule}\n\n${text}\n`);
  return `${subject} has code of the following packages in it.\n\n${parts.join('\n')}`;
};

/** @param {string} folder */
const licenceOf = (folder) =>
  readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
    .join('\n\n');
