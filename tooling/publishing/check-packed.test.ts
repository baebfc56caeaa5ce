import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { checkPacked } from './check-packed.mjs';
import { flawsOfRelease } from './flaws-of-release.mjs';
import { packAll } from './pack.mjs';

t.setTimeout(120_000);

const whole = {
  'package.json': JSON.stringify({
    name: 'whole',
    version: '1.0.0',
    license: 'MIT',
    type: 'module',
    engines: { node: '>=20' },
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    files: ['dist'],
  }),
  'README.md': '# whole',
  LICENSE: 'MIT',
  dist: { 'index.js': 'export const one = 1;\n', 'index.d.ts': 'export declare const one: number;\n' },
};
const expected = { has: ['dist/index.js', 'dist/**.d.ts'], packedKb: 2, unpackedKb: 2 };

t.test('what is wrong with a package is told', async (t) => {
  const folder = t.testdir({ whole });
  const home = ['', 'root', 'me'].join('/');
  const pack = async () => {
    const [packed] = await packAll([{ name: 'whole', folder: join(folder, 'whole') }], join(folder, 'tarballs'));
    return packed!;
  };
  const good = await pack();
  const flawsOf = async (changed: Partial<typeof expected> = {}) =>
    (await checkPacked(Object.keys(changed).length > 0 ? good : await pack(), { ...expected, ...changed })).flaws;
  const write = (path: string, text: string) => writeFileSync(join(folder, 'whole', path), text);

  t.same(await checkPacked(good, expected), { flaws: [], notFetched: [] });
  t.match(await checkPacked(good, undefined), { flaws: [/contents\.mjs does not say/] });
  t.match(await checkPacked(good, { ...expected, fetched: ['dist/a/**'] }), {
    flaws: [],
    notFetched: ['dist/a/**'],
  });
  t.match(await flawsOf({ has: [...expected.has, 'NOTICE'] }), ['has no NOTICE']);
  t.match(await flawsOf({ has: ['dist/index.js'] }), ['has dist/index.d.ts in it, of which']);
  t.match(await flawsOf({ packedKb: 0.1, unpackedKb: 0.1 }), [
    /^has \d+ bytes packed; 0\.1 kB/,
    /^has \d+ bytes unpacked/,
  ]);

  write('dist/index.js', `export const one = '${home}';\n`);
  t.match(await flawsOf(), ['dist/index.js:1 names a folder of one machine']);
  write('dist/index.js', 'exports.one = 1;\n');
  t.match(await flawsOf(), [/^publint, .*\/dist\/index\.js/]);
  write('dist/index.js', 'export const one = 1;\n');
  write('dist/index.d.ts', "export { one } from './missing.js';\n");
  t.match(await flawsOf(), [/^are the types wrong, InternalResolutionError/]);
});

t.test('what keeps a checkout from being released', async (t) => {
  const top = t.testdir({ '.changeset': { 'README.md': '', 'config.json': '{}' } });
  t.same(flawsOfRelease({ top, repository: 'https://example.test/it' }), []);
  writeFileSync(join(top, '.changeset/new.md'), '');
  t.match(flawsOfRelease({ top, repository: '' }), [/provenance/, /\(new\.md\): npm run version-packages/]);
});
