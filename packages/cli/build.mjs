import { mkdir, writeFile } from 'node:fs/promises';
import { buildAll, buildDeclarations, buildLibrary } from '../../tooling/build-library.mjs';
import { buildProgram } from '../../tooling/build-program.mjs';

// dist/ holds the program and is CommonJS; the library, an ES module, has a folder of its own in it.
await mkdir('dist/lib', { recursive: true });
await writeFile('dist/lib/package.json', '{ "type": "module" }\n');
await buildAll([buildProgram(), buildLibrary({ outfile: 'dist/lib/index.js' }), buildDeclarations()]);
