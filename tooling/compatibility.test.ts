import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { errorsPage } from './errors-page.mjs';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

t.test('every row of docs/compatibility.md names a test that there is', async (t) => {
  const rows = readFileSync(at('docs/compatibility.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| flag,'));
  t.ok(rows.length > 40, `${rows.length} rows`);
  for (const row of rows) {
    const [, file = '', name = ''] = / ([\w./-]+\.ts) › (.+) \|$/.exec(row) ?? [];
    const path = at(`conformance/src/doors/${file}`);
    const source = existsSync(path) ? readFileSync(path, 'utf8').replaceAll("\\'", "'") : '';
    t.ok(file && source.includes(name), `${file} has "${name}"`);
  }
});

t.test('docs/errors.md is the table of errors', async (t) => {
  t.equal(readFileSync(at('docs/errors.md'), 'utf8'), await errorsPage(), 'else run node tooling/errors-page.mjs');
});
