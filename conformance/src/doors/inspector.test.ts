import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { newPage, openBrowser } from '../../../packages/inspector/src/testing/browser.ts';
import { need } from '../../../tooling/needs.mjs';
import { freePort, invokeAt, programName, serve } from './door-process.ts';

t.setTimeout(280_000);

// The inspector of a real server, in a real browser.

const folder = t.testdir({
  'index.cjs': `
    const { existsSync } = require('node:fs');
    const soon = () => new Promise((resolve) => setTimeout(resolve, 20));
    exports.handler = async (event) => {
      console.log('began with', event.name);
      while (event.until && !existsSync(event.until)) await soon();
      if (event.fail) throw new RangeError('as asked');
      while (event.hang) await soon();
      console.log('ended');
      return { name: event.name };
    };
  `,
});

const served = (t: Test, timeout: number, ...flags: string[]) =>
  serve(t, 'index.handler', ['--task-dir', folder, '--timeout', String(timeout), ...flags]);

const noBrowser = programName === 'executable' ? 'the executable has no inspector' : need('chromium');

async function open(t: Test, port: number): Promise<Page> {
  const page = await newPage(t, await openBrowser(t));
  await page.goto(`http://127.0.0.1:${port}/_inspector`);
  await page.getByText('live', { exact: true }).waitFor();
  return page;
}

async function send(page: Page, event: string): Promise<void> {
  await page.keyboard.press('n');
  await page.getByRole('textbox', { name: 'Event' }).fill(event);
  // There is a function to send it to as soon as the page knows it.
  await page.getByRole('button', { name: 'Send', disabled: false }).waitFor();
  await page.keyboard.press('Control+Enter');
}

const row = (page: Page, text: string | RegExp) => page.getByRole('row').filter({ hasText: text });

t.test('an event is sent, its log arrives while it runs, and it is run again', { skip: noBrowser }, async (t) => {
  const { port, door } = await served(t, 120);
  t.match((await door.hears('stderr', /Inspector: (.*)\n/))[1], `http://127.0.0.1:${port}/_inspector/`);
  const page = await open(t, port);

  const until = join(folder, 'go-on');
  await send(page, JSON.stringify({ name: 'tea', until }));
  const detail = page.getByRole('region', { name: 'Invocation' });
  const log = detail.getByRole('log');
  await log.getByText('began with tea').waitFor();
  await row(page, /running.*tea/).waitFor();
  t.equal(await log.getByText('ended').count(), 0);
  writeFileSync(until, '');
  await log.getByText('ended').waitFor();
  await row(page, /ok.*tea.*ms/).waitFor();
  t.match(await detail.innerText(), /Timeline.*Init.*Handler.*Runtime overhead.*Result.*"name": "tea"/s);

  await page.keyboard.press('r');
  await row(page, /ok.*tea/)
    .nth(1)
    .waitFor();
  await detail.getByText('warm').waitFor();
});

t.test('an error shows its stack, a timeout its bar', { skip: noBrowser }, async (t) => {
  const { port } = await served(t, 1);
  const page = await open(t, port);
  await send(page, '{"fail":true}');
  const detail = page.getByRole('region', { name: 'Invocation' });
  await detail.getByRole('heading', { name: 'RangeError' }).waitFor();
  t.match(await detail.getByRole('region', { name: 'Stack' }).innerText(), /at exports\.handler .*index\.cjs:\d+/);

  await send(page, '{"hang":true}');
  await row(page, /timeout.*hang/).waitFor();
  const bar = detail.locator('.handler');
  await bar.getByText('timed out').waitFor();
  const [failed, deadline] = await Promise.all(
    ['.bar.failed', '.deadline'].map((part) => bar.locator(part).boundingBox()),
  );
  t.ok(failed && deadline && failed.x <= deadline.x && deadline.x <= failed.x + failed.width + 2, 'across the limit');
  t.match(await detail.innerText(), /Sandbox\.Timedout\s+RequestId: .* Error: Task timed out after 1\.00 seconds/);
});

t.test('no invocation is missed while the connection is lost', { skip: noBrowser }, async (t) => {
  const { port } = await served(t, 60);
  const line = await openLine(t, port);
  const page = await open(t, line.port);
  await invokeAt(port, '{"name":"before"}');
  await row(page, 'before').waitFor();

  line.cut();
  await page.getByText('connection lost').waitFor();
  for (const name of ['one', 'two', 'three']) await invokeAt(port, JSON.stringify({ name }));
  await line.mend();
  await row(page, /ok.*three/).waitFor();
  const names = (await page.getByRole('row').allInnerTexts()).flatMap((text) => /"name":"(\w+)"/.exec(text)?.[1] ?? []);
  t.same(names, ['three', 'two', 'one', 'before']);
});

t.test('where others are let in the page needs the token of its address', { skip: noBrowser }, async (t) => {
  const { port, door } = await served(t, 3, '--host', '0.0.0.0');
  const [, token] = await door.hears('stderr', /Inspector: .*#token=(\S+)\n/);
  const page = await newPage(t, await openBrowser(t));
  await page.goto(`http://127.0.0.1:${port}/_inspector/`);
  await page.getByRole('alert').getByText('A token is needed').waitFor();
  await page.goto('about:blank');
  await page.goto(`http://127.0.0.1:${port}/_inspector/#token=${token}`);
  await page.getByText('live', { exact: true }).waitFor();
  await send(page, '{"name":"known"}');
  await row(page, /ok.*known/).waitFor();
  t.pass();
});

t.test('who wants no inspector has none', { skip: programName === 'executable' }, async (t) => {
  const { port, door } = await served(t, 3, '--no-inspector');
  t.equal((await fetch(`http://127.0.0.1:${port}/_inspector/`)).status, 404);
  t.notMatch(door.stderr, 'Inspector:');
});

t.test('the executable says that it has none', { skip: programName === 'node' }, async (t) => {
  const { port } = await served(t, 3);
  const response = await fetch(`http://127.0.0.1:${port}/_inspector/`);
  t.equal(response.status, 404);
  t.match(await response.text(), /The inspector .*Node\.js/);
});

/** A connection to the server that can be cut and mended. */
async function openLine(t: Test, target: number): Promise<{ port: number; cut(): void; mend(): Promise<void> }> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  let server = createServer();
  const mend = async (): Promise<void> => {
    server = createServer((near) => {
      const far = connect(target, '127.0.0.1');
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far).pipe(near);
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const cut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  await mend();
  t.teardown(cut);
  return { port, cut, mend };
}
