import { buildAll, buildDeclarations, buildLibrary } from '../../tooling/build-library.mjs';
import { buildPage } from './build-page.mjs';

const tellSizes = async () => {
  for (const { name, bytes, gzipBytes, limit } of await buildPage('dist/site')) {
    console.log(`${name}: ${bytes} bytes, ${gzipBytes} with gzip; ${limit} at most`);
  }
};

await buildAll([tellSizes(), buildLibrary(), buildDeclarations()]);
