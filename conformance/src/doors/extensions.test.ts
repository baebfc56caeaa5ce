import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { need } from '../../../tooling/needs.mjs';
import { buildOnce } from '../build-once.ts';
import { runDoor, type Served, serve } from './door-process.ts';

t.setTimeout(300_000);

const recorder = fileURLToPath(new URL('../../fixtures/layers/recorder', import.meta.url));

/** By the standard library of Python alone. */
const inPython = `#!/usr/bin/env python3
import json, os, urllib.request

API = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2020-01-01/extension"

def ask(path, headers, body=None):
    request = urllib.request.Request(API + path, data=body, headers=headers)
    return urllib.request.urlopen(request)

registered = ask("/register", {"Lambda-Extension-Name": "in-python"}, b'{"events": ["INVOKE", "SHUTDOWN"]}')
identifier = {"Lambda-Extension-Identifier": registered.headers["Lambda-Extension-Identifier"]}
while True:
    event = json.load(ask("/event/next", identifier))
    print("in Python:", event["eventType"], event.get("requestId") or event["shutdownReason"], flush=True)
    if event["eventType"] == "SHUTDOWN":
        break
`;

/** The folder that has the extension of conformance/fixtures/go-extension, compiled. */
function goExtension(): Promise<string> {
  const fixture = fileURLToPath(new URL('../../fixtures/go-extension', import.meta.url));
  const args = ['build', '-buildvcs=false'];
  return buildOnce({
    cache: fileURLToPath(new URL('../../../.cache/compiled', import.meta.url)),
    name: 'go-extension',
    sources: ['go.mod', 'main.go'].map((file) => join(fixture, file)),
    ingredients: args,
    into: async (folder) => {
      const env = { ...process.env, CGO_ENABLED: '0' };
      await promisify(execFile)('go', [...args, '-o', join(folder, 'in-go'), '.'], { cwd: fixture, env });
    },
  });
}

/** A layer with one extension: what it does after each event, `event` being in scope. */
function layerWith(t: Test, onEvent: string): string {
  const layer = t.testdir();
  mkdirSync(join(layer, 'extensions'));
  writeFileSync(join(layer, 'package.json'), '{ "type": "commonjs" }');
  const file = join(layer, 'extensions', 'mine');
  writeFileSync(
    file,
    `#!/usr/bin/env node
    const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension';
    (async () => {
      const registered = await fetch(api + '/register', {
        method: 'POST',
        headers: { 'Lambda-Extension-Name': 'mine' },
        body: '{"events":["INVOKE","SHUTDOWN"]}',
      });
      const headers = { 'Lambda-Extension-Identifier': registered.headers.get('lambda-extension-identifier') };
      for (;;) {
        const event = await (await fetch(api + '/event/next', { headers })).json();
        console.log('heard ' + event.eventType);
        ${onEvent}
      }
    })();`,
  );
  chmodSync(file, 0o755);
  return layer;
}

const serveWith = (t: Test, layer: string, flags: readonly string[] = []): Promise<Served> =>
  serve(t, 'index.echo', ['--layer', layer, ...flags]);

t.test('a single execution: the result, and the end of the extension', async (t) => {
  const ended = await runDoor(t, 'lambda-bootstraps', ['invoke', 'index.echo', '[1]', '--layer', recorder]);
  t.equal(ended.stdout, '[1]\n');
  t.equal(ended.code, 0);
  t.match(ended.stderr, /extension: INVOKE \S+ in time\n/);
  t.match(ended.stderr, /REPORT [^\n]*\n(.*\n)*extension: SHUTDOWN spindown in time\n/);
});

t.test('extensions in Go and in Python, side by side', { skip: need('go', 'python'), timeout: 280_000 }, async (t) => {
  const layer = t.testdir({ extensions: { 'in-python': inPython } });
  chmodSync(join(layer, 'extensions', 'in-python'), 0o755);
  copyFileSync(join(await goExtension(), 'in-go'), join(layer, 'extensions', 'in-go'));
  const ended = await runDoor(t, 'lambda-bootstraps', ['invoke', 'index.echo', '[1]', '--layer', layer]);
  t.equal(ended.stdout, '[1]\n');
  const [, requestId] = /START RequestId: (\S+)/.exec(ended.stderr) ?? [];
  for (const writer of ['extension:', 'in Python:']) {
    t.match(ended.stderr, `${writer} INVOKE ${requestId}\n`);
    t.match(ended.stderr, `${writer} SHUTDOWN spindown\n`);
  }
});

t.test('SIGTERM tells extensions of the end, and waits for theirs', async (t) => {
  const layer = layerWith(
    t,
    `if (event.eventType === 'SHUTDOWN') {
      await new Promise((resolve) => setTimeout(resolve, 300));
      console.log('done with ' + event.shutdownReason);
      return;
    }`,
  );
  const { door, invoke } = await serveWith(t, layer);
  t.equal((await invoke('1')).text, '1');
  door.child.kill('SIGTERM');
  const ended = await door.ended;
  t.match(ended.stdout, /heard INVOKE\nheard SHUTDOWN\ndone with spindown\n/);
  t.equal(ended.code, 0);
});

t.test('an extension that stays is killed when its time is over', async (t) => {
  const { door, invoke } = await serveWith(
    t,
    layerWith(t, "if (event.eventType === 'SHUTDOWN') setInterval(() => {}, 1e6), await new Promise(() => {});"),
  );
  await invoke('1');
  const signalledAt = performance.now();
  door.child.kill('SIGTERM');
  t.equal((await door.ended).code, 0);
  const tookMs = performance.now() - signalledAt;
  t.ok(tookMs > 1_000 && tookMs < 10_000, `${tookMs} ms`);
});

t.test('a second signal ends everything at once', async (t) => {
  const { door, invoke } = await serveWith(
    t,
    layerWith(t, "if (event.eventType === 'SHUTDOWN') setInterval(() => {}, 1e6), await new Promise(() => {});"),
  );
  await invoke('1');
  door.child.kill('SIGTERM');
  await door.hears('stdout', /heard SHUTDOWN/);
  const signalledAt = performance.now();
  door.child.kill('SIGTERM');
  t.equal((await door.ended).code, 0);
  t.ok(performance.now() - signalledAt < 1_500, 'the two seconds are not waited for');
});

t.test(
  'the caller does not wait for an extension that goes on; who comes next to the same environment does',
  async (t) => {
    const { invoke } = await serveWith(
      t,
      layerWith(t, 'if (event.requestId) await new Promise((resolve) => setTimeout(resolve, 1_500));'),
      ['--concurrency', '1'],
    );
    await invoke('"first"', { 'X-Amz-Log-Type': 'Tail' });
    const startedAt = performance.now();
    t.equal((await invoke('1')).text, '1');
    const firstMs = performance.now() - startedAt;
    t.equal((await invoke('2')).text, '2');
    const bothMs = performance.now() - startedAt;
    t.ok(firstMs < 1_400 && bothMs > 1_400, `${firstMs} ms, then ${bothMs} ms`);
  },
);

t.test('an extension that cannot be started is told by its file', async (t) => {
  const layer = t.testdir({ extensions: { broken: '#!/no/such/interpreter\n' } });
  chmodSync(join(layer, 'extensions', 'broken'), 0o755);
  const ended = await runDoor(t, 'lambda-bootstraps', ['invoke', 'index.echo', '[1]', '--layer', layer]);
  t.match(JSON.parse(ended.stdout), { errorType: 'Extension.LaunchError', errorMessage: /extensions\/broken/ });
  t.equal(ended.code, 1);
});
