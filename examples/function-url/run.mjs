// Opens both functions' URLs, asks them as a browser would, and ends them. `node run.mjs [PROGRAM]`
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const [program = '../../packages/cli/dist/lambda-bootstraps'] = process.argv.slice(2);

async function open(handler, ...flags) {
  const always = ['--port', '0', '--url', '--url-port', '0', '--timeout', '30', '--concurrency', '1'];
  const server = spawn(program, ['serve', handler, ...always, ...flags], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  process.on('exit', () => server.kill('SIGKILL'));
  const url = await new Promise((resolve, reject) => {
    let heard = '';
    server.stderr.setEncoding('utf8').on('data', (text) => {
      heard += text;
      const found = /Function URL: (\S+)\/\n/.exec(heard);
      if (found) resolve(found[1]);
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`it ended before it served: ${heard}`)));
  });
  return { server, url };
}

async function close(server) {
  server.kill('SIGTERM');
  await once(server, 'exit');
}

const book = await open('index.handler');
const signed = await fetch(`${book.url}/`, {
  method: 'POST',
  body: new URLSearchParams({ name: 'Ada' }),
  redirect: 'manual',
});
console.log(`POST / → ${signed.status}, ${signed.headers.get('location')}`);
const page = await fetch(`${book.url}/`, { headers: { Cookie: 'visits=4' } });
console.log(`GET / → ${page.status}, ${page.headers.getSetCookie()}`);
console.log(/<p>.*<\/p>/.exec(await page.text())?.[0]);
const picture = await fetch(`${book.url}/picture.gif`);
const bytes = new Uint8Array(await picture.arrayBuffer());
console.log(`GET /picture.gif → ${picture.status}, ${picture.headers.get('content-type')}, ${bytes.length} bytes`);
await close(book.server);

const stream = await open('stream.handler', '--url-invoke-mode', 'RESPONSE_STREAM');
const startedAt = performance.now();
const answer = await fetch(`${stream.url}/?lines=3`);
for await (const chunk of answer.body) {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s: ${Buffer.from(chunk).toString().trimEnd()}`);
}
await close(stream.server);
