/** Those that ask for no more than to be named and handed on, the ones that we choose first in front. */
const permitted = [
  'MIT',
  'Apache-2.0',
  'ISC',
  '0BSD',
  'Zlib',
  'BSL-1.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Unicode-3.0',
];

/**
 * The licences to take a work under.
 * @param {string} work for the error
 * @param {string | null | undefined} expression in SPDX's words, or Cargo's older `A/B`
 * @returns {string[]}
 * @throws where none is permitted, or the expression is one that this does not understand
 */
export const chooseLicences = (work, expression) =>
  (expression ?? '').split(' AND ').map((part) => {
    const choices = /^(?:\(([^()]*)\)|([^()]*))$/.exec(part);
    const offered = (choices?.[1] ?? choices?.[2] ?? '').split(/ OR |\//);
    const chosen = permitted.find((licence) => offered.includes(licence));
    if (!chosen) throw new Error(`${work} must not go into the executable, its licence is ${expression || 'unknown'}`);
    return chosen;
  });

/** What a file of a licence's text has in its name where a work has several. @type {Record<string, RegExp>} */
const marks = { MIT: /-MIT/i, 'Apache-2.0': /-APACHE/i, 'BSL-1.0': /-BOOST/i, Unlicense: /^UNLICENSE/i };

/**
 * Those of a work's files that must go along: the texts of the chosen licences, and every notice.
 * @param {readonly string[]} files
 * @param {readonly string[]} chosen
 */
export const licenceFiles = (files, chosen) => {
  const candidates = files.filter((file) => /^(licen[cs]e|copying|unlicense)/i.test(file) && !isNotice(file));
  const unmarked = candidates.filter((file) => !Object.values(marks).some((mark) => mark.test(file)));
  const texts = chosen.flatMap((licence) => {
    const own = candidates.filter((file) => marks[licence]?.test(file));
    return own.length > 0 ? own : unmarked;
  });
  return [...new Set([...texts, ...files.filter(isNotice)])];
};

/** @param {string} file */
const isNotice = (file) => /^notice|third-party/i.test(file);
