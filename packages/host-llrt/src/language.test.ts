import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { llrtProgram, noExecutable } from './testing/executable.ts';

const run = promisify(execFile);
t.setTimeout(60_000);

t.test('the same program prints the same on Node and on LLRT', { skip: noExecutable }, async (t) => {
  const entry = new URL('./testing/language-program.ts', import.meta.url);
  const [onNode, onLlrt] = await Promise.all([
    run(process.execPath, [...process.execArgv, fileURLToPath(entry)]),
    llrtProgram(entry).then((program) => run(program)),
  ]);
  const [wanted, found] = [onNode, onLlrt].map(({ stdout }) => stdout.trim().split('\n'));
  t.ok((wanted?.length ?? 0) > 30);
  for (const [index, line] of wanted?.entries() ?? []) t.equal(found?.[index], line, line.slice(0, line.indexOf(':')));
});
