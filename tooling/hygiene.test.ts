import t from 'tap';
import { findForeignDownloads, findMachineTraces, findManifestGaps } from './hygiene.mjs';

t.test('folders of one machine', async (t) => {
  const home = ['', 'root', '.cache'].join('/');
  t.strictSame(findMachineTraces('a.ts', `one\nconst x = '${home}';`), [
    `a.ts:2 names a folder of one machine: ${home.slice(0, 6)}`,
  ]);
  t.equal(findMachineTraces('a.ts', 'cd /srv/me/checkout/docs', '/srv/me/checkout').length, 1, 'the checkout itself');
  t.strictSame(findMachineTraces('a.ts', 'packages/work/a.ts, ./root/b, /var/task, /workers'), []);
});

t.test('settings of a registry', async (t) => {
  for (const setting of [['registry', 'https://example.test'].join('='), ['pip --index', 'url x'].join('-')]) {
    t.strictSame(findMachineTraces('.npmrc', setting), ['.npmrc:1 sets a package registry']);
  }
  t.strictSame(findMachineTraces('README.md', "the registry's integrity value"), []);
});

t.test('what a published package must say', async (t) => {
  const whole = {
    ...{ name: 'a', description: 'A package', keywords: ['a'], license: 'MIT', files: ['dist'], exports: {} },
    ...{ engines: { node: '>=20' }, publishConfig: { access: 'public' } },
  };
  t.strictSame(findManifestGaps('packages/a', whole), []);
  t.strictSame(findManifestGaps('packages/a', { name: 'a', private: true }), []);
  t.strictSame(findManifestGaps('packages/a', { ...whole, license: '' }), [
    'packages/a/package.json is published and has no "license"',
  ]);
});

t.test('where the lock file downloads from', async (t) => {
  const at = (resolved: string) => findForeignDownloads({ packages: { 'node_modules/a': { resolved } } });
  t.strictSame(at(`https://${['registry', 'npmjs', 'org'].join('.')}/a/-/a-1.0.0.tgz`), []);
  t.match(at('https://mirror.example.test/a.tgz'), [/^package-lock\.json: node_modules\/a comes from https:/]);
  t.strictSame(findForeignDownloads({ packages: { 'node_modules/a': { resolved: 'packages/a', link: true } } }), []);
});
