// Runs the plugin as the Serverless Framework would, which this example does without. `node run.mjs [PORT]`
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import Plugin from './plugin.cjs';

const [port] = process.argv.slice(2);
const service = JSON.parse(await readFile(new URL('serverless.json', import.meta.url), 'utf8'));
const serverless = { service, serviceDir: fileURLToPath(new URL('.', import.meta.url)) };
const log = { notice: (text) => console.log(text), info: (text) => console.error(text) };

await new Plugin(serverless, port === undefined ? {} : { port }, { log }).hooks['local:serve']();
