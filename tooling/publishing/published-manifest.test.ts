import t from 'tap';
import { publishedManifest } from './published-manifest.mjs';
import { findRepository } from './repository.mjs';

const manifest = {
  name: '@scope/a',
  exports: {
    '.': {
      'lambda-bootstraps-source': './src/index.ts',
      import: { types: './dist/index.d.ts', default: './dist/index.js' },
    },
    './testing': { 'lambda-bootstraps-source': './src/testing.ts' },
    './package.json': './package.json',
  },
  publishConfig: { access: 'public', provenance: true, directory: '../../.cache/packages/a' },
  scripts: { build: 'node build.mjs' },
  dependencies: { b: '1.0.0' },
  devDependencies: { c: '1.0.0' },
};

t.test('what is for this repository stays here', async (t) => {
  t.strictSame(publishedManifest({ folder: 'packages/a', manifest }, undefined), {
    name: '@scope/a',
    exports: {
      '.': { import: { types: './dist/index.d.ts', default: './dist/index.js' } },
      './package.json': './package.json',
    },
    publishConfig: { access: 'public', provenance: true },
    dependencies: { b: '1.0.0' },
  });
});

t.test('addresses lead to the folder', async (t) => {
  t.match(publishedManifest({ folder: 'packages/a', manifest }, 'https://example.test/me/it'), {
    repository: { type: 'git', url: 'git+https://example.test/me/it.git', directory: 'packages/a' },
    homepage: 'https://example.test/me/it/tree/main/packages/a#readme',
    bugs: { url: 'https://example.test/me/it/issues' },
  });
});

t.test('where the repository is', async (t) => {
  const github = { GITHUB_SERVER_URL: 'https://example.test', GITHUB_REPOSITORY: 'me/it' };
  t.equal(findRepository(github, { name: 'root' }), 'https://example.test/me/it');
  t.equal(
    findRepository({ CI_PROJECT_URL: 'https://example.test/us/it' }, { name: 'root' }),
    'https://example.test/us/it',
  );
  t.equal(findRepository({}, { name: 'root' }), undefined);
  const stated = { url: 'git+https://example.test/own/it.git' };
  t.equal(
    findRepository(github, { name: 'root', repository: stated }),
    'https://example.test/own/it',
    'its own word first',
  );
  t.equal(
    findRepository({}, { name: 'root', repository: 'https://example.test/own/it' }),
    'https://example.test/own/it',
  );
});
