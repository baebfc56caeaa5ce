// Builds the package in the current folder: src/index.ts → dist/index.js and its declarations.
// turbo runs it in every package, in the order of their dependencies.
import { buildAll, buildDeclarations, buildLibrary } from './build-library.mjs';

await buildAll([buildLibrary(), buildDeclarations()]);
