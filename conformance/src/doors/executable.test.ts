import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { noExecutable } from '../../../packages/host-llrt/src/testing/executable.ts';

// Every test of this folder again, with the executable as the program.
const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const files = readdirSync(path('.')).filter(
  (file) => file.endsWith('.test.ts') && path(file) !== path(import.meta.url),
);
const timeout = 280_000;

t.setTimeout(2 * timeout);
if (noExecutable) t.test('the doors on LLRT', { skip: noExecutable }, () => {});
for (const file of noExecutable ? [] : files) {
  // Folders of its own: the same tests run on Node.js at the same time, and their fixtures have the same names.
  const env = { ...process.env, LAMBDA_BOOTSTRAPS_PROGRAM: 'executable', TAP_CWD: path('../../../.tap/executable') };
  t.spawn(
    process.execPath,
    [...process.execArgv, path(file)],
    { env, timeout, stdio: ['ignore', 'pipe', 'inherit'] },
    file,
  );
}
