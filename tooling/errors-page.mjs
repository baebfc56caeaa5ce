// `node tooling/errors-page.mjs` writes docs/errors.md from the table of errors; `--check` tells whether it is current.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from './workspaces.mjs';

const page = `${root}/docs/errors.md`;

export const errorsPage = async () => {
  const { errorTable } = await loadTable();
  const rows = Object.entries(errorTable).map(([code, sentence]) => {
    const facts = parameterNames(sentence).map((name) => `‹${name}›`);
    return `| \`${code}\` | ${sentence(...facts).replaceAll('|', '\\|')} |`;
  });
  return `# Errors

What this project says to the person who runs it. In a program, \`error.code\` is the code of a \`LambdaBootstrapsError\`; on the
command line, the sentence is on stderr and the exit code is 2. Errors of *functions* are none of these: they are answers.

| code | sentence |
|---|---|
${rows.join('\n')}
`;
};

const loadTable = async () => {
  const { outputFiles } = await build({
    entryPoints: [`${root}/packages/core/src/errors.ts`],
    bundle: true,
    format: 'esm',
    write: false,
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles.map(({ text }) => text).join(''))}`);
};

/** @param {Function} sentence */
const parameterNames = (sentence) =>
  (/^\(([^)]*)\)/.exec(sentence.toString())?.[1] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const wanted = await errorsPage();
  if (process.argv.includes('--check')) {
    if (readFileSync(page, 'utf8') !== wanted) {
      console.error('docs/errors.md is not what packages/core/src/errors.ts says: run node tooling/errors-page.mjs');
      process.exitCode = 1;
    }
  } else {
    writeFileSync(page, wanted);
  }
}
