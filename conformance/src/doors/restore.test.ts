import t, { type Test } from 'tap';
import { DoorProcess, freePort, invokeAt, runDoor } from './door-process.ts';
import { pythonIsMissing, pythonPackages } from './python-packages.ts';

const timeout = 280_000;
t.setTimeout(timeout);

const folder = t.testdir({
  // Tells its type of initialization, its key, and what each of the requests was answered.
  'runtime.mjs': `
    const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime';
    const seen = [process.env.AWS_LAMBDA_INITIALIZATION_TYPE, process.env.AWS_ACCESS_KEY_ID];
    for (const call of process.argv.slice(2)) {
      const [method, path, body] = call.split(' ');
      const answer = await fetch(api + path, { method, body });
      seen.push(answer.status + ' ' + ((await answer.text()) && answer.headers.get('content-type')));
    }
    for (;;) {
      const event = await fetch(api + '/invocation/next');
      const id = event.headers.get('lambda-runtime-aws-request-id');
      await fetch(api + '/invocation/' + id + '/response', { method: 'POST', body: JSON.stringify(seen) });
    }
  `,
  'main.py': `
from snapshot_restore_py import register_after_restore, register_before_snapshot
import os

seen = ["loaded"]
register_before_snapshot(lambda: seen.append("before the snapshot"))
register_after_restore(lambda: seen.append("after the restore"))
if os.environ.get("FAILS"):
    def fail():
        raise ValueError("it is not restored")
    register_after_restore(fail)

def handler(event, context):
    return seen
`,
});

/** The answer of a runtime under the emulator, on free ports. */
async function answerOf(t: Test, command: readonly string[], options: { flag?: boolean; environment?: object } = {}) {
  const [api, runtime] = [await freePort(), await freePort()];
  const args = [
    ...(options.flag === false ? [] : ['--enable-init-caching']),
    ...['--runtime-interface-emulator-address', `127.0.0.1:${api}`, '--runtime-api-address', `127.0.0.1:${runtime}`],
    ...command,
  ];
  const door = new DoorProcess(t, 'aws-lambda-rie', args, {
    cwd: folder,
    environment: { AWS_ACCESS_KEY_ID: 'the key', ...options.environment },
  });
  for (;;) {
    if ((await fetch(`http://127.0.0.1:${api}/2018-06-01/ping`).catch(() => undefined))?.ok) break;
    if (door.child.exitCode !== null) throw new Error(door.stderr);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return JSON.parse((await invokeAt(api, '{}')).text);
}

const runtime = (...calls: string[]): string[] => [process.execPath, `${folder}/runtime.mjs`, ...calls];
const json = 'application/json';

t.test('a runtime that asks is restored at once, before its first invocation', async (t) => {
  const answer = await answerOf(t, runtime('GET /restore/next', 'GET /restore/next'));
  t.strictSame(answer, ['snap-start', 'the key', '200 ', `403 ${json}`], 'and only once');
});

t.test('a failed restore is the answer', async (t) => {
  const error = '{"errorType":"Function.AfterRestoreError","errorMessage":"no"}';
  t.strictSame(await answerOf(t, runtime('GET /restore/next', `POST /restore/error ${error}`)), JSON.parse(error));
  const early = await answerOf(t, runtime(`POST /restore/error ${error}`));
  t.strictSame(early, ['snap-start', 'the key', `403 ${json}`], 'nothing was restored');
});

t.test('without the flag there are no such routes', async (t) => {
  const answer = await answerOf(t, runtime('GET /restore/next', 'POST /restore/error {}'), { flag: false });
  t.strictSame(answer, ['on-demand', 'the key', `404 ${json}`, `404 ${json}`]);
});

t.test('the official Python client runs its hooks', { skip: pythonIsMissing(), timeout }, async (t) => {
  const PYTHONPATH = await pythonPackages('awslambdaric==4.0.2');
  const command = ['python3', '-m', 'awslambdaric', 'main.handler'];
  const all = ['loaded', 'before the snapshot', 'after the restore'];
  t.strictSame(await answerOf(t, command, { environment: { PYTHONPATH } }), all);
  t.strictSame(await answerOf(t, command, { environment: { PYTHONPATH }, flag: false }), ['loaded']);
  t.match(await answerOf(t, command, { environment: { PYTHONPATH, FAILS: '1' } }), {
    errorType: 'ValueError',
    errorMessage: 'it is not restored',
  });
});

t.test('the plain door restores by a flag', { skip: pythonIsMissing(), timeout }, async (t) => {
  const args = ['invoke', 'main.handler', '--task-dir', folder, '--runtime', 'python3.13'];
  const restored = await runDoor(t, 'lambda-bootstraps', [...args, '--snap-start']);
  t.strictSame(JSON.parse(restored.stdout), ['loaded', 'before the snapshot', 'after the restore']);
  const failed = await runDoor(t, 'lambda-bootstraps', [...args, '--snap-start', '--env', 'FAILS=1']);
  t.match(JSON.parse(failed.stdout), { errorType: 'ValueError', errorMessage: 'it is not restored' });
  t.equal(failed.code, 1);
  const onDemand = await runDoor(t, 'lambda-bootstraps', args);
  t.strictSame(JSON.parse(onDemand.stdout), ['loaded']);
});
