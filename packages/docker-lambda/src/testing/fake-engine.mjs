// A container engine for tests: it notes how it was called, and plays a container by a process of the door `init`, which
// like a container goes on when the client is killed. FAKE_ENGINE_FOLDER has its state.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const folder = process.env.FAKE_ENGINE_FOLDER ?? '';
const init = fileURLToPath(new URL('../../../cli/dist/init', import.meta.url));
const [command, ...rest] = process.argv.slice(2);
const call = {
  engine: process.env.FAKE_ENGINE_NAME,
  arguments: process.argv.slice(2),
  folder: process.cwd(),
  process: process.pid,
};
appendFileSync(join(folder, 'calls'), `${JSON.stringify(call)}\n`);

/** @typedef {{ pid: number, port?: number, removed: boolean }} State */

/** @param {string} name */
const stateOf = (name) => join(folder, `container-${name}`);

/**
 * @param {string} name
 * @returns {State}
 */
const read = (name) => {
  if (existsSync(stateOf(name))) return JSON.parse(readFileSync(stateOf(name), 'utf8'));
  console.error(`Error response from daemon: No such container: ${name}`);
  process.exit(1);
};

/** Flags of `docker run` that a test gives, and have a value. */
const valued = ['-v', '-e', '-p', '-m', '--name', '--label'];

/** @param {string[]} words */
const parseRun = (words) => {
  /** @type {Record<string, string[]>} */
  const flags = {};
  let index = 0;
  for (; words[index]?.startsWith('-'); index++) {
    const [flag = '', value] = (words[index] ?? '').split(/=(.*)/s);
    flags[flag] ??= [];
    flags[flag].push(value ?? (valued.includes(flag) ? (words[++index] ?? '') : ''));
  }
  const [image = '', ...argv] = words.slice(index);
  return { flags, image, argv };
};

/** @param {string} [wanted] */
const freePort = async (wanted = '') => {
  const server = createServer().listen(Number(wanted), '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' ? address?.port : undefined;
};

/** @param {string[]} words */
const run = async (words) => {
  const { flags, image, argv } = parseRun(words);
  const name = flags['--name']?.at(-1) ?? randomUUID();
  /** @type {Record<string, string | undefined>} */
  const environment = { PATH: process.env.PATH, AWS_EXECUTION_ENV: `AWS_Lambda_${image.split(':').at(-1)}` };
  for (const mount of flags['-v'] ?? []) {
    const [host, container] = mount.split(':');
    if (container === '/var/task') environment.LAMBDA_TASK_ROOT = host;
  }
  for (const entry of flags['-e'] ?? []) {
    const [variable = '', value = process.env[variable]] = entry.split(/=(.*)/s);
    if (value !== undefined) environment[variable] = value;
  }
  let port;
  const published = flags['-p']?.[0];
  if (published) {
    const wanted = published.split(':').at(-2);
    try {
      port = await freePort(wanted);
    } catch {
      console.error(
        `docker: Error response from daemon: Bind for 127.0.0.1:${wanted} failed: port is already allocated.`,
      );
      process.exit(125);
    }
  }
  // A container has ports of its own; here they are the machine's.
  environment.DOCKER_LAMBDA_API_PORT = String(port ?? (await freePort()));
  environment.DOCKER_LAMBDA_RUNTIME_PORT = environment.DOCKER_LAMBDA_API_PORT;

  const logs = { stdout: join(folder, `${name}.stdout`), stderr: join(folder, `${name}.stderr`) };
  const [stdout, stderr] = [openSync(logs.stdout, 'w'), openSync(logs.stderr, 'w')];
  const child = spawn(init, argv, {
    env: environment,
    cwd: environment.LAMBDA_TASK_ROOT ?? folder,
    stdio: ['-i' in flags ? 'inherit' : 'ignore', stdout, stderr],
    detached: true,
  });
  /** @type {State} */
  const state = { pid: child.pid ?? 0, removed: '--rm' in flags, ...(port ? { port } : {}) };
  writeFileSync(stateOf(name), JSON.stringify(state));
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT'])) process.on(signal, () => child.kill(signal));

  let ended = false;
  const code = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      ended = true;
      resolve(code ?? (signal === 'SIGKILL' ? 137 : 143));
    });
  });
  const copying = Promise.all([
    copy(logs.stdout, process.stdout, () => ended),
    copy(logs.stderr, process.stderr, () => ended),
  ]);
  process.exitCode = await code;
  if (state.removed) rmSync(stateOf(name), { force: true });
  await copying;
};

/**
 * Copies a file that grows.
 * @param {string} file
 * @param {NodeJS.WriteStream} to
 * @param {() => boolean} isWhole
 */
const copy = async (file, to, isWhole) => {
  const from = openSync(file, 'r');
  const buffer = Buffer.alloc(65_536);
  for (;;) {
    const whole = isWhole();
    const length = readSync(from, buffer);
    if (length > 0) to.write(Buffer.from(buffer.subarray(0, length)));
    else if (whole) break;
    else await sleep(10);
  }
  closeSync(from);
};

/** @param {number} pid */
const isAlive = (pid) => {
  const stat = `/proc/${pid}/stat`;
  try {
    process.kill(pid, 0);
    return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
  } catch {
    return false;
  }
};

/**
 * @param {string} name
 * @param {NodeJS.Signals} signal
 */
const end = async (name, signal) => {
  const { pid, removed } = read(name);
  try {
    process.kill(signal === 'SIGKILL' ? -pid : pid, signal);
  } catch {
    // It has ended.
  }
  while (isAlive(pid)) await sleep(10);
  if (removed) rmSync(stateOf(name), { force: true });
  console.log(name);
};

const name = rest.at(-1) ?? '';
switch (command) {
  case 'run': {
    const says = process.env.FAKE_ENGINE_SAYS;
    if (says === undefined) await run(rest);
    else {
      const { stdout = '', stderr = '', status = 0, hangs = false } = JSON.parse(says);
      process.stdout.write(stdout);
      process.stderr.write(stderr);
      process.exitCode = status;
      if (hangs) setInterval(() => {}, 60_000);
    }
    break;
  }
  case 'port':
    console.log(`127.0.0.1:${read(rest[0] ?? '').port}`);
    break;
  case 'stop':
    await end(name, 'SIGTERM');
    break;
  case 'kill':
    await end(name, 'SIGKILL');
    break;
  case 'rm':
    await end(name, 'SIGKILL');
    rmSync(stateOf(name), { force: true });
    break;
  default:
    console.error(`docker: '${command}' is not a docker command.`);
    process.exitCode = 1;
}
