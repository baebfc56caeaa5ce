// `npm start`: from a fresh clone to a function's result. stdout is the function's alone.
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './install.mjs';
import { root } from './workspaces.mjs';

const subcommands = ['invoke', 'serve', 'init', 'rie', 'help', '--help', '-h', 'version', '--version', '-v'];
const example = ['--task-dir', relative(process.cwd(), join(root, 'runtimes/nodejs/examples/hello'))];

/** @param {string[]} args */
const commandLine = (args) => {
  const [first] = args;
  if (first === undefined) return ['invoke', 'index.handler', '{"name":"Lambda"}', ...example];
  if (subcommands.includes(first)) return args;
  return ['invoke', ...args, ...example];
};

if (Number.parseInt(process.versions.node, 10) < 20) {
  console.error(`Node.js 20 or newer is needed; this is ${process.version}.`);
  process.exit(1);
}
if (!ensureInstalled() || !ensureBuilt('lambda-bootstraps')) process.exit(1);

// npm passes a SIGTERM on to its shell, which dies of it and leaves this process behind, unasked.
const parent = process.ppid;
const watch = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(watch);
  process.kill(process.pid, 'SIGTERM');
}, 200);
watch.unref();

// In this process: signals, standard streams and the exit code need no passing on.
const program = join(root, 'packages/cli/dist/lambda-bootstraps');
process.argv = [process.execPath, program, ...commandLine(process.argv.slice(2))];
createRequire(import.meta.url)(program);
