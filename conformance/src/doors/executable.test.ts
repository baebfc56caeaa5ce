import { readdirSync } from 'node:fs';
import t from 'tap';
import { noExecutable } from '../testing/executable.ts';

// Every test of this folder again, with the executable as the program.
if (noExecutable) {
  t.test('the doors on LLRT', { skip: noExecutable }, () => {});
} else {
  process.env.LAMBDA_BOOTSTRAPS_PROGRAM = 'executable';
  const files = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith('.test.ts'));
  for (const file of files) if (!import.meta.url.endsWith(`/${file}`)) await import(`./${file}`);
}
