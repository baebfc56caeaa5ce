import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { buildAll, buildCommonJsLibrary, buildDeclarations, buildLibrary } from '../../tooling/build-library.mjs';
import { buildProgram } from '../../tooling/build-program.mjs';

// dist/ holds the program and is CommonJS; the library has a folder of its own in it, as an ES module and for `require`.
await mkdir('dist/lib', { recursive: true });
await writeFile('dist/lib/package.json', '{ "type": "module" }\n');
await copyFile('src/commonjs.d.cts', 'dist/lib/index.d.cts');
await buildAll([
  buildProgram(),
  buildLibrary({ outfile: 'dist/lib/index.js' }),
  buildCommonJsLibrary({ outfile: 'dist/lib/index.cjs', external: ['execa'] }),
  buildDeclarations(),
]);
