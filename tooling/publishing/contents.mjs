/**
 * What a package has in it, beside package.json, README.md and LICENSE, and how large it may be: whoever adds to a package
 * says so here. `*` stands for a part of a path, `**` for any number of parts; there is something for each pattern, and
 * nothing else.
 * @typedef {object} Contents
 * @property {readonly string[]} has
 * @property {readonly string[]} [fetched] what a build leaves out where it cannot fetch it; none of it may lack in a release
 * @property {number} packedKb the limits, in units of 1000 bytes
 * @property {number} unpackedKb
 */

const library = ['dist/index.js', 'dist/**.d.ts'];
/** A family whose definition stands apart from its entry for Node.js. */
const family = [...library, 'dist/runtime.js'];

/** @type {Readonly<Record<string, Contents>>} */
export const contents = {
  'lambda-bootstraps': {
    has: [
      ...['lambda-bootstraps', 'init', 'aws-lambda-rie', 'cli.cjs', 'package.json'].map((name) => `dist/${name}`),
      ...['index.js', 'index.cjs', 'index.d.cts', 'package.json', '*.d.ts'].map((name) => `dist/lib/${name}`),
      'dist/THIRD-PARTY-NOTICES.txt',
    ],
    packedKb: 300,
    unpackedKb: 1200,
  },
  '@lambda-bootstraps/control': { has: [...library, 'openapi.json'], packedKb: 30, unpackedKb: 120 },
  '@lambda-bootstraps/core': { has: [...library, 'schema/*.json'], packedKb: 120, unpackedKb: 480 },
  '@lambda-bootstraps/docker-lambda': {
    has: ['index.cjs', 'index.d.cts', 'index.mjs', 'index.d.mts', 'library.cjs', 'package.json', '*.d.ts'].map(
      (name) => `dist/${name}`,
    ),
    packedKb: 20,
    unpackedKb: 65,
  },
  '@lambda-bootstraps/executable-linux-arm64': {
    has: ['lambda-bootstraps', 'THIRD-PARTY-NOTICES.txt'],
    packedKb: 2000,
    unpackedKb: 4400,
  },
  '@lambda-bootstraps/executable-linux-x64': {
    has: ['lambda-bootstraps', 'THIRD-PARTY-NOTICES.txt'],
    packedKb: 2000,
    unpackedKb: 4400,
  },
  '@lambda-bootstraps/host-node': { has: library, packedKb: 15, unpackedKb: 45 },
  '@lambda-bootstraps/inspector': {
    has: [
      ...library,
      ...['index.html', 'inspector.js', 'inspector.css', 'THIRD-PARTY-NOTICES.txt'].map((name) => `dist/site/${name}`),
    ],
    packedKb: 40,
    unpackedKb: 100,
  },
  '@lambda-bootstraps/runtime-dotnet': { has: library, packedKb: 8, unpackedKb: 20 },
  '@lambda-bootstraps/runtime-go': { has: library, packedKb: 12, unpackedKb: 32 },
  '@lambda-bootstraps/runtime-java-mock': {
    has: [...family, 'THIRD-PARTY-NOTICES.md'],
    fetched: ['dist/archive.sh', 'dist/lib/LICENSE', 'dist/lib/*.jar', 'dist/native-client.jar'],
    packedKb: 5300,
    unpackedKb: 6000,
  },
  '@lambda-bootstraps/runtime-nodejs': {
    has: [
      ...[...family, 'dist/start/*.cjs', 'dist/start/*.mjs', 'THIRD-PARTY-NOTICES.md'],
      ...[2, 3, 4].flatMap((major) => ['LICENSE', 'NOTICE', '**'].map((name) => `dist/ric/${major}/${name}`)),
    ],
    packedKb: 90,
    unpackedKb: 420,
  },
  '@lambda-bootstraps/runtime-provided': { has: library, packedKb: 6, unpackedKb: 15 },
  '@lambda-bootstraps/runtime-python-mock': {
    has: [...family, 'THIRD-PARTY-NOTICES.md'],
    fetched: [2, 4].flatMap((major) => ['licenses/**', '**'].map((name) => `dist/ric/${major}/${name}`)),
    packedKb: 80,
    unpackedKb: 450,
  },
  '@lambda-bootstraps/runtime-ruby': {
    has: [...library, 'dist/start/*.rb', 'THIRD-PARTY-NOTICES.md'],
    fetched: [2, 3].flatMap((major) => ['LICENSE', 'NOTICE', '**'].map((name) => `dist/ric/${major}/${name}`)),
    packedKb: 26,
    unpackedKb: 100,
  },
};
