import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';

t.setTimeout(180_000);

const options = fileURLToPath(new URL('typedoc.json', import.meta.url));
const typedoc = fileURLToPath(new URL('../node_modules/typedoc/bin/typedoc', import.meta.url));

t.test('the reference of the library is made of its types', async (t) => {
  const folder = t.testdir({});
  // A link that leads nowhere, or a type that is missing, is a warning, and a warning ends it.
  await promisify(execFile)(process.execPath, [typedoc, '--options', options, '--out', folder]);
  const page = (path: string) => readFileSync(join(folder, path), 'utf8');
  const overview = page('README.md');
  for (const name of ['createSandbox', 'createLambdaService', 'createRuntimeApi', 'nodeListener', 'fetchHandler']) {
    t.match(overview, `functions/${name}.md`);
  }
  t.match(page('functions/createSandbox.md'), /ERR_UNKNOWN_RUNTIME/, 'what a function throws');
  t.match(page('interfaces/LocalSandbox.md'), /invocations wait for none/, 'what a member is');
  t.match(page('interfaces/FunctionSettings.md'), /timeoutMs/, 'what is inherited');
});
