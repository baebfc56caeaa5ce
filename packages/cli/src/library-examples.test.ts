import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { executable, noExecutable } from '../../../packages/host-llrt/src/testing/executable.ts';
import { buildGoFunction } from '../../../runtimes/provided/conformance/go-target.ts';
import { docker, noEngine } from '../../../tooling/images/docker.mjs';
import { need } from '../../../tooling/needs.mjs';
import { runtime } from './testing/library-functions.ts';

// The examples of the library, as their READMEs say; they use the package as it was built.
t.setTimeout(300_000);

const run = promisify(execFile);
const example = (path: string): string => fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url));

/** A program that serves, from its first lines on. */
async function start(t: Test, file: string, lines: number) {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(process.execPath, [example(file), '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  while (said.out.split('\n').length <= lines) {
    if (child.exitCode !== null) throw new Error(said.err);
    await Promise.race([once(child.stdout, 'data'), once(child, 'close')]);
  }
  return { child, said };
}

t.test('library: invocations from a program', async (t) => {
  const { stdout, stderr } = await run(process.execPath, [example('library/invoke.mjs')]);
  const lines = stdout.trimEnd().split('\n');
  t.strictSame(lines.slice(0, 2), [
    'success {"hello":"cold","from":"a library"}',
    'success {"hello":"warm","from":"a library"}',
  ]);
  t.match(lines[2], /^Unhandled .*"as asked"/);
  t.match(lines[3], /^Unhandled .*Task timed out after 2\.00 seconds/);
  t.equal(lines[4], 'success {"hello":"recovered","from":"a library"}');
  t.equal(stderr.match(/^\d+\.\d ms, cold start/gm)?.length, 5);
});

t.test('emulator: by its API', async (t) => {
  const { said } = await start(t, 'emulator/emulator.mjs', 1);
  const url = `${said.out.trim()}/2015-03-31/functions`;
  const ask = async (method: string, path: string, body?: unknown, headers = { Authorization: 'signed' }) => {
    const answer = await fetch(url + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    return { status: answer.status, error: answer.headers.get('x-amzn-errortype'), text: await answer.text() };
  };
  const create = {
    FunctionName: 'hello',
    Runtime: runtime,
    Handler: 'index.handler',
    Timeout: 60,
    Code: { S3Bucket: 'local', S3Key: example('emulator/hello') },
  };
  t.equal((await ask('POST', '/', create, {} as never)).status, 404, 'a request that nobody signed');
  t.match(await ask('POST', '/', create), { status: 201, text: /"FunctionName":"hello".*function:hello"/ });
  t.match(await ask('POST', '/', create), { status: 409, error: 'ResourceConflictException' });
  const invoke = () => ask('POST', '/hello/invocations', { name: 'you' });
  t.strictSame(JSON.parse((await invoke()).text), { hello: 'you' });
  t.equal((await ask('PUT', '/hello/configuration', { Environment: { Variables: { GREETING: 'hi' } } })).status, 200);
  t.strictSame(JSON.parse((await invoke()).text), { hello: 'you', greeting: 'hi' });
  t.equal((await ask('PUT', '/hello/code', { S3Bucket: 'local', S3Key: example('emulator/hello') })).status, 200);
  t.strictSame(JSON.parse((await invoke()).text), { hello: 'you', greeting: 'hi' });
  t.match(said.err, /asked for you/, "the function's log");
  t.match(await ask('PUT', '/hello/configuration', { Timeout: 1e9 }), {
    status: 400,
    error: 'InvalidParameterValueException',
  });
  t.equal((await ask('DELETE', '/hello')).status, 204);
  t.match(await ask('DELETE', '/hello'), { status: 404, error: 'ResourceNotFoundException' });
  t.match(await invoke(), { status: 404, error: 'ResourceNotFoundException' });
});

t.test('emulator: by the AWS CLI', { skip: need('awscli') }, async (t) => {
  const { said } = await start(t, 'emulator/emulator.mjs', 1);
  const home = t.testdir({ 'event.json': '{"name":"you"}' });
  const env = {
    ...{ PATH: process.env.PATH, HOME: home, AWS_EC2_METADATA_DISABLED: 'true', AWS_DEFAULT_REGION: 'us-east-1' },
    ...{ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
  };
  const endpoint = ['--endpoint-url', said.out.trim(), '--cli-read-timeout', '120'];
  const aws = async (...args: string[]) => (await run('aws', ['lambda', ...args, ...endpoint], { env })).stdout;
  const named = ['--function-name', 'hello'];
  const code = `S3Bucket=local,S3Key=${example('emulator/hello')}`;
  const settings = ['--runtime', runtime, '--handler', 'index.handler', '--timeout', '60', '--code', code];
  await aws('create-function', ...named, ...settings, '--role', 'arn:aws:iam::123456789012:role/any');
  await aws('update-function-configuration', ...named, '--environment', 'Variables={GREETING=welcome}');
  // Bytes of a file are the one way to give an event that both versions of the client understand alike.
  const out = join(home, 'out.json');
  const invoked = await aws('invoke', ...named, '--payload', `fileb://${home}/event.json`, out);
  t.equal(JSON.parse(invoked).StatusCode, 200);
  t.strictSame(JSON.parse(readFileSync(out, 'utf8')), { hello: 'you', greeting: 'welcome' });
  await aws('delete-function', ...named);
  await t.rejects(aws('invoke', ...named, out), /ResourceNotFoundException/);
});

t.test('serverless-plugin', async (t) => {
  const { child, said } = await start(t, 'serverless-plugin/run.mjs', 3);
  const [, url] = /--endpoint-url (\S+)/.exec(said.out) ?? [];
  const page = await fetch(`${url}/page/basket?name=Ada`);
  t.equal(page.headers.get('content-type'), 'text/html');
  t.equal(await page.text(), '<p>Ada is at /basket</p>');
  const invocation = `${url}/2015-03-31/functions/shop-dev-price/invocations`;
  const price = await fetch(invocation, { method: 'POST', body: '{"net":10}' });
  t.strictSame(await price.json(), { gross: 12, currency: 'EUR' });
  t.equal((await fetch(`${url}/price/`)).status, 404, 'a function without a URL has none');
  t.match(said.err, /price: START RequestId/);
  child.kill('SIGTERM');
  t.strictSame(await once(child, 'exit'), [0, null]);
});

const image = `lambda-bootstraps-library-${process.pid}`;
const skip = need('linux') || noExecutable || need('go') || (await noEngine(executable));

t.test('library: a launcher that starts containers', { skip }, async (t) => {
  const folder = t.testdir({ Dockerfile: 'FROM scratch\nCOPY empty /empty\n' });
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'empty/file'), '');
  const built = await docker('build', '--quiet', '--tag', image, folder);
  t.equal(built.code, 0, built.stderr);
  t.teardown(() => docker('rmi', '--force', image));
  const program = example('library/containers.mjs');
  const invoke = async (...words: string[]) => (await run(process.execPath, [program, ...words])).stdout;
  t.equal(
    await invoke(image, await buildGoFunction(), 'echo', '/var/task/bootstrap'),
    'success {"name":"cold"}\nsuccess {"name":"warm"}\n',
  );
  t.match(await invoke(image, folder, 'echo', '/var/task/bootstrap'), /^(Unhandled .*Runtime\.\w+.*\n){2}$/);
  t.match(await invoke('localhost:1/no-such-image', folder, 'echo'), /Runtime\.InvalidEntrypoint/);
  t.equal((await docker('ps', '--all', '--quiet', '--filter', `ancestor=${image}`)).stdout, '', 'none is left');
});
