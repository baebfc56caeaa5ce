// Serves the function with the extension, invokes it twice and ends it. `node run.mjs [node|python] [PROGRAM]`
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const [language = 'node', program = '../../packages/cli/dist/lambda-bootstraps'] = process.argv.slice(2);
const flags = ['--task-dir', 'function', '--layer', `layers/${language}`, '--port', '0', '--timeout', '30'];
const server = spawn(program, ['serve', 'index.handler', ...flags], {
  cwd: fileURLToPath(new URL('.', import.meta.url)),
  stdio: ['ignore', 'inherit', 'pipe'],
});
process.on('exit', () => server.kill('SIGKILL'));

const address = await new Promise((resolve, reject) => {
  let heard = '';
  server.stderr.setEncoding('utf8').on('data', (text) => {
    process.stderr.write(text);
    heard += text;
    const found = /http:\/\/[\d.]+:\d+/.exec(heard);
    if (found) resolve(found[0]);
  });
  server.once('error', reject);
  server.once('exit', () => reject(new Error('it ended before it served')));
});

for (const event of ['{"start":"cold"}', '{"start":"warm"}']) {
  const response = await fetch(`${address}/2015-03-31/functions/test/invocations`, { method: 'POST', body: event });
  console.log(`answer: ${await response.text()}`);
}

server.kill('SIGTERM');
const [code] = await once(server, 'exit');
process.exitCode = code ?? 1;
