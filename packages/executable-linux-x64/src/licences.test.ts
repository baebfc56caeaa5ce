import t from 'tap';
import { chooseLicences, licenceFiles } from '../build/licences.mjs';

t.test('the licences that works are taken under', async (t) => {
  const cases: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['MIT', ['MIT']],
    ['Apache-2.0 OR MIT', ['MIT']],
    ['Apache-2.0/MIT', ['MIT']],
    ['GPL-2.0-only OR Apache-2.0', ['Apache-2.0']],
    ['Unicode-3.0 AND (Apache-2.0 OR MIT)', ['Unicode-3.0', 'MIT']],
  ];
  for (const [expression, chosen] of cases) t.same(chooseLicences('a crate', expression), chosen, expression);
});

t.test('those that no work may have', async (t) => {
  for (const expression of [
    'GPL-3.0-only',
    'MIT AND GPL-3.0-only',
    '(MIT AND MPL-2.0) OR LGPL-2.1',
    'MITX',
    '',
    null,
  ]) {
    t.throws(() => chooseLicences('a crate', expression), { message: /^a crate must not go into the executable, its/ });
  }
});

t.test('the files that go along', async (t) => {
  const both = ['Cargo.toml', 'LICENSE-APACHE', 'LICENSE-MIT', 'NOTICE', 'src'];
  t.same(licenceFiles(both, ['MIT']), ['LICENSE-MIT', 'NOTICE']);
  t.same(licenceFiles(['LICENSE-APACHE', 'LICENSE-BOOST'], ['Apache-2.0']), ['LICENSE-APACHE']);
  t.same(licenceFiles(['COPYING', 'LICENSE-MIT', 'UNLICENSE'], ['MIT']), ['LICENSE-MIT']);
  t.same(licenceFiles(['LICENSE', 'LICENSE-THIRD-PARTY'], ['Zlib']), ['LICENSE', 'LICENSE-THIRD-PARTY']);
  t.same(licenceFiles(['README.md'], ['MIT']), []);
});
