import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { frameKinds as coreKinds } from '@lambda-bootstraps/core';
import t from 'tap';
import { assetsRoot } from '../testing/ric-process.ts';
import { frameKinds } from './frame-kinds.ts';

const rapidClient = `${assetsRoot}/ric/4/rapid-client.node`;
const runtimeClient = `${assetsRoot}/ric/2/build/Release/runtime-client.node`;

/** Runs code in a process that has `native`, and gives what it prints and the bytes it writes as frames. */
async function runWith(
  modulePath: string,
  code: string,
  environment: Record<string, string> = { LAMBDA_BOOTSTRAPS_FRAMES: '3,4' },
) {
  const script = `
    const attempt = (act) => { try { return [act()]; } catch (error) { return [error.name, error.message]; } };
    const native = require(${JSON.stringify(modulePath)});
    ${code}`;
  const child = spawn(process.execPath, ['-e', script], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    env: environment,
  });
  const output = { stdout: '', stderr: '', frames: Buffer.alloc(0) };
  child.stdout!.on('data', (chunk) => (output.stdout += chunk));
  child.stderr!.on('data', (chunk) => (output.stderr += chunk));
  child.stdio[4]!.on('data', (chunk: Buffer) => (output.frames = Buffer.concat([output.frames, chunk])));
  await once(child, 'close');
  return output;
}

t.test('the wire is the core’s', async (t) => {
  t.strictSame({ ...frameKinds }, { ...coreKinds });
});

t.test('rapid-client.node', async (t) => {
  const { stdout, stderr, frames } = await runWith(
    rapidClient,
    `console.log(JSON.stringify([
      Object.keys(native).sort(),
      attempt(() => native.done('id')),
      attempt(() => native.done('id', 1)),
      attempt(() => native.error('id', '{}')),
      attempt(() => native.error('id', '{}', null)),
      attempt(() => native.done('a%2Fb', '"ü"')),
      attempt(() => native.error('100%', '{}', 'x')),
      process.env.LAMBDA_BOOTSTRAPS_FRAMES === undefined,
    ]));`,
  );
  t.equal(stderr, '');
  t.strictSame(JSON.parse(stdout), [
    ['done', 'error', 'next'],
    ['TypeError', 'Wrong number of arguments, expected 2'],
    ['TypeError', 'Wrong arguments'],
    ['TypeError', 'Wrong number of arguments, expected 3'],
    ['TypeError', 'Wrong arguments'],
    [null],
    [null],
    true,
  ]);
  t.equal(
    frames.toString('hex'),
    `0000000a030003${hex('a/b')}${hex('"ü"')}0000000e040004${hex('100%')}00000001${hex('x')}${hex('{}')}`,
    'ids stand in frames as they were before they were encoded',
  );
});

t.test('runtime-client.node', async (t) => {
  const { stdout, stderr, frames } = await runWith(
    runtimeClient,
    `console.log(JSON.stringify([
      Object.keys(native).sort(),
      attempt(() => native.next()),
      attempt(() => native.done('id', '{}')),
      attempt(() => native.initializeClient()),
      attempt(() => native.initializeClient(1)),
      attempt(() => native.initializeClient('agent')),
      attempt(() => native.initializeClient('agent')),
      attempt(() => native.done('id')),
      attempt(() => native.done('a%2Fb', '1')),
    ]));`,
  );
  t.equal(stderr, '');
  t.strictSame(JSON.parse(stdout), [
    ['done', 'error', 'initializeClient', 'next'],
    ['TypeError', 'Client not initialized'],
    ['TypeError', 'Client not initialized'],
    ['TypeError', 'Wrong number of arguments, expected 1'],
    ['TypeError', 'Wrong arguments'],
    [null],
    ['TypeError', 'Client already initialized'],
    ['TypeError', 'Wrong number of arguments, expected 2'],
    [null],
  ]);
  t.equal(frames.toString('hex'), `00000009030005${hex('a%2Fb')}${hex('1')}`);
});

t.test('a process that lambda-bootstraps did not start', async (t) => {
  const missing = await runWith(rapidClient, '', {});
  t.match(missing.stderr, /Error: LAMBDA_BOOTSTRAPS_FRAMES is missing: it must name two inherited descriptors/);
  const wrong = await runWith(runtimeClient, '', { LAMBDA_BOOTSTRAPS_FRAMES: 'three' });
  t.match(wrong.stderr, /Error: LAMBDA_BOOTSTRAPS_FRAMES is "three"/);
});

const hex = (text: string): string => Buffer.from(text).toString('hex');
