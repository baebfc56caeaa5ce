import { mkdir, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { buildAll, buildDeclarations } from '../../tooling/build-library.mjs';

// One CommonJS file has the code; the two entries only name it. A program that comes in by both has one class of errors.
const library = './library.cjs';

/** @type {import('esbuild').Plugin} */
const leaveLibraryOut = {
  name: 'leave the library out',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/library\.ts$/ }, () => ({ path: library, external: true }));
  },
};

/** @param {import('esbuild').BuildOptions} options */
const bundle = (options) =>
  build({ outdir: 'dist', bundle: true, platform: 'node', target: 'node20', logLevel: 'warning', ...options });

await mkdir('dist', { recursive: true });
// The declarations of the library are those of a CommonJS module.
await writeFile('dist/package.json', '{ "type": "commonjs" }\n');
await buildAll([
  bundle({ entryPoints: { library: 'src/library.ts' }, format: 'cjs', outExtension: { '.js': '.cjs' } }),
  .../** @type {const} */ (['cjs', 'esm']).map((format) => {
    const extension = format === 'cjs' ? 'cjs' : 'mjs';
    return bundle({
      entryPoints: { index: `src/index.${extension.replace('js', 'ts')}` },
      format,
      outExtension: { '.js': `.${extension}` },
      plugins: [leaveLibraryOut],
    });
  }),
  buildDeclarations(),
]);
