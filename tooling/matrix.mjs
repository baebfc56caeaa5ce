// `npm run matrix` runs the conformance suite and writes docs/runtimes.md: names and, runtime by case, what was met.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Parser } from 'tap-parser';
import { ensureBuilt } from './ensure-built.mjs';
import { listTests, nodeArguments } from './run-tests.mjs';
import { namesTable } from './runtime-names.mjs';
import { root } from './workspaces.mjs';

/** @typedef {'met' | 'failed' | { skip: string }} Cell */
/** @typedef {Map<string, Map<string, Cell>>} Results by target (with its host), then by case */

/** @param {string} file @param {Results} results */
const runFile = async (file, results) => {
  const child = spawn(process.execPath, [...nodeArguments, file], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.pipe(collect(new Parser(), [], results));
  await once(child, 'close');
};

/** @param {Parser} parser @param {string[]} path @param {Results} results */
const collect = (parser, path, results) => {
  parser.on('child', (child) => collect(child, [...path, child.name], results));
  parser.on('assert', ({ name, ok, skip }) => {
    const target = path.at(-1);
    if (target === undefined || !/ on (Node|LLRT)$/.test(target)) return;
    const cases = results.get(target) ?? new Map();
    results.set(target, cases);
    if (name !== 'every case was run or skipped') cases.set(name, cellOf(ok, skip));
  });
  return parser;
};

/** @param {boolean} ok @param {string | boolean} skip @returns {Cell} */
const cellOf = (ok, skip) => (skip ? { skip: String(skip) } : ok ? 'met' : 'failed');

/** @param {Results} results */
const page = (results) => {
  const targets = [...new Set([...results.keys()].map((name) => name.replace(/ on (Node|LLRT)$/, '')))].sort();
  const cases = [...new Set([...results.values()].flatMap((cells) => [...cells.keys()]))];
  /** @type {string[]} */
  const reasons = [];
  const footnote = (/** @type {string} */ reason) => {
    if (!reasons.includes(reason)) reasons.push(reason);
    return String(reasons.indexOf(reason) + 1);
  };
  const mark = (/** @type {Cell | undefined} */ cell) => {
    if (cell === undefined) return '·';
    if (typeof cell === 'object') return footnote(cell.skip);
    return cell === 'met' ? '✓' : '✗';
  };
  const cell = (/** @type {string} */ target, /** @type {string} */ one) => {
    const [onNode, onLlrt] = ['Node', 'LLRT'].map((host) => mark(results.get(`${target} on ${host}`)?.get(one)));
    return onNode === onLlrt ? onNode : `${onNode} / ${onLlrt}`;
  };
  const letters = targets.map((_, index) => String.fromCharCode(65 + index));
  return `# Runtimes

${namesTable}

## What was met

Every case of \`conformance/src/cases\` against every target, on both hosts (Node.js, and LLRT in the one executable): ✓ met on
both, a number: left out for the reason below, ✗ not met, · not run. \`npm run matrix\` writes this page from a run of the suite.

| | target |
|---|---|
${targets.map((target, index) => `| ${letters[index]} | ${target} |`).join('\n')}

| case | ${letters.join(' | ')} |
|---|${letters.map(() => '---').join('|')}|
${cases.map((one) => `| ${one} | ${targets.map((target) => cell(target, one)).join(' | ')} |`).join('\n')}

${reasons.map((reason, index) => `${index + 1}. ${reason}`).join('\n')}
`;
};

if (!ensureBuilt()) process.exit(1);
/** @type {Results} */
const results = new Map();
for (const file of listTests().filter((one) => one.endsWith('conformance/conformance.test.ts'))) {
  console.error(file);
  await runFile(file, results);
}
writeFileSync(`${root}/docs/runtimes.md`, page(results));
console.error('wrote docs/runtimes.md');
