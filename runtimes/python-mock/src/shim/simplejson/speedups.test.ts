import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { need } from '../../../../../tooling/needs.mjs';

const script = fileURLToPath(new URL('../../testing/compare_speedups.py', import.meta.url));
const folder = fileURLToPath(new URL('../../../dist/ric/4', import.meta.url));
const skip = need('python') || (!existsSync(folder) && 'needs python: with pip, when the package is built');

t.test('values and texts give what simplejson alone gives', { skip }, async (t) => {
  const child = spawn('python3', [script, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'close');
  t.equal(code, 0, output);
  t.match(output, /^compared \d{4,}, differing 0\n$/);
});
