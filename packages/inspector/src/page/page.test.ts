import t, { type Test } from 'tap';
import { need } from '../../../../tooling/needs.mjs';
import { buildPage } from '../../build-page.mjs';
import { accessibilityErrors, openBrowser } from '../testing/browser.ts';
import { RecordedPage, type RecordedPageOptions } from '../testing/recorded-page.ts';
import { Recording } from '../testing/recording.ts';

t.setTimeout(400_000);

// The page in a real browser, with what a server has been recorded to say. With a real server it is driven by the tests
// of the doors.

const skip = need('chromium');
if (skip) {
  t.plan(0, skip);
  process.exit();
}

const folder = t.testdir({});
const sizes = await buildPage(folder);
const browser = await openBrowser(t);

const open = (t: Test, recording: Recording, more: Partial<RecordedPageOptions> = {}): Promise<RecordedPage> =>
  RecordedPage.open(t, browser, { folder, events: recording.events, ...more });

const start = (): Recording => new Recording('orders', Date.now() - 60_000);

t.test('is small', async (t) => {
  const [script] = sizes;
  t.equal(script?.name, 'inspector.js');
  t.ok(script && script.gzipBytes < script.limit, `${script?.gzipBytes} bytes of script with gzip`);
});

t.test('lists invocations with the newest on top, and opens them by keys', async (t) => {
  const recording = start();
  recording.invoke({ payload: '{"first":1}', initMs: 61.06, durationMs: 9.4 });
  recording.invoke({ payload: '{"second":2}', durationMs: 2.31 });
  const { page } = await open(t, recording);

  const rows = page.getByRole('row');
  await rows.filter({ hasText: 'second' }).waitFor();
  t.match(await rows.allInnerTexts(), [
    /^Status/,
    /ok.*"second":2.*2\.31 ms.*44 MB/s,
    /ok.*"first":1.*9\.40 ms.*61\.1 ms/s,
  ]);

  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await page.locator('[aria-selected=true]', { hasText: 'first' }).waitFor();
  await page.keyboard.press('Enter');
  const detail = page.getByRole('region', { name: 'Invocation' });
  t.match(await detail.innerText(), /Duration\s+9\.40 ms.*Init\s+61\.1 ms.*Timeline.*Init\s+61\.1 ms.*Handler/s);
  await page.keyboard.press('k');
  await detail.getByRole('heading', { name: 'second' }).waitFor();
  t.match(await detail.innerText(), /"second": 2.*"ok": true/s, 'the open one follows the cursor');
  await page.keyboard.press('Escape');
  await detail.waitFor({ state: 'detached' });

  await page.keyboard.press('/');
  await page.keyboard.type('first');
  await page.keyboard.press('Enter');
  await rows.filter({ hasText: 'second' }).waitFor({ state: 'detached' });
  t.equal(await rows.count(), 2, 'the head, and the one that the filter lets through');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys and filters' }).waitFor();
});

t.test('shows what an error says, its stack and its cause', async (t) => {
  const recording = start();
  const cause = { errorType: 'Error', errorMessage: 'no table', trace: ['Error: no table', '    at table.mjs:3:9'] };
  const payload = JSON.stringify({
    errorType: 'TypeError',
    errorMessage: 'orders is undefined',
    trace: ['TypeError: orders is undefined', '    at handler (index.mjs:5:21)'],
    cause,
  });
  recording.invoke({ outcome: { kind: 'function-error', errorType: 'TypeError', payload } });
  const { page } = await open(t, recording);
  await page.getByRole('row').filter({ hasText: 'error' }).click();
  const error = page.locator('.function-error').first();
  t.match(await error.innerText(), /^TypeError\s+orders is undefined\s+at handler \(index\.mjs:5:21\).*no table/s);
});

t.test('shows a timeout as a bar that ends at the limit', async (t) => {
  const recording = start();
  const words = '{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out after 3.00 seconds"}';
  recording.invoke({ durationMs: 3004, outcome: { kind: 'timeout', payload: words } });
  const { page } = await open(t, recording);
  await page.getByRole('row').filter({ hasText: 'timeout' }).click();
  const timeline = page.locator('.timeline');
  t.match(await timeline.innerText(), /Handler\s+timed out\s*3\.00 s.*timeout, 3 s/s);
  const [bar, deadline] = await Promise.all(
    ['.handler .bar.failed', '.handler .deadline'].map((part) => timeline.locator(part).boundingBox()),
  );
  t.ok(Math.abs(bar!.x + bar!.width - deadline!.x) < 8, 'it ends where the limit is');
});

t.test('tells of what happens while it happens', async (t) => {
  const recording = start();
  recording.invoke();
  const recorded = await open(t, recording);
  const { page } = recorded;
  await page.getByRole('row').nth(1).waitFor();

  const told = recording.events.length;
  recording.invoke({ payload: '{"slow":true}', logs: ['the first line', 'and the second'] });
  const events = recording.events.slice(told);
  const firstLog = events.findIndex(({ type }) => type === 'log');
  recorded.tell(events.slice(0, firstLog + 1));
  await page.getByRole('row').filter({ hasText: 'running' }).click();
  const log = page.getByRole('log');
  await log.getByText('the first line').waitFor();
  t.equal(await log.getByText('and the second').count(), 0);
  recorded.tell(events.slice(firstLog + 1));
  await log.getByText('and the second').waitFor();
  await page.getByRole('row').filter({ hasText: 'ok' }).nth(1).waitFor();
  t.equal(await page.getByRole('row').filter({ hasText: 'running' }).count(), 0);
});

t.test('sends events from templates, saves them, and sends what was sent once more', async (t) => {
  const recording = start();
  recording.invoke({ payload: '{"id":12345678901234567890}' });
  const recorded = await open(t, recording);
  const { page, asked } = recorded;
  await page.getByRole('row').nth(1).waitFor();

  await page.keyboard.press('n');
  await page.getByLabel('Start from').selectOption('SQS: message');
  const text = page.getByRole('textbox', { name: 'Event' });
  t.match(await text.inputValue(), /"eventSource": "aws:sqs"/);
  await text.fill('{"mine": ');
  await page.getByRole('button', { name: 'Send', disabled: true }).waitFor();
  await text.fill('{"mine": 1.0}');
  await page.getByPlaceholder('Name to save it under').fill('mine');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Send', disabled: false }).waitFor();
  await text.press('Control+Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  // The page asks for the functions now and then.
  const lastSent = (): string | undefined => asked.findLast((one) => one.startsWith('POST'));
  t.equal(lastSent(), 'POST functions/orders/invoke {"payload":{"mine": 1.0}}');

  // The feed tells of it: it is opened.
  const told = recording.events.length;
  recording.invoke({ payload: '{"mine": 1.0}' });
  recorded.tell(recording.events.slice(told));
  await page.getByRole('region', { name: 'Invocation' }).getByRole('heading', { name: '"mine"' }).waitFor();

  await page.getByRole('row').filter({ hasText: '1234567890' }).click();
  const isSent = page.waitForRequest(/invoke$/);
  await page.keyboard.press('r');
  await isSent;
  t.equal(lastSent(), 'POST functions/orders/invoke {"payload":{"id":12345678901234567890}}', 'to the letter');

  await page.reload();
  await page.getByRole('banner').waitFor();
  await page.keyboard.press('n');
  await page.getByLabel('Start from').selectOption('mine');
  t.equal(await text.inputValue(), '{"mine": 1.0}', 'saved events outlast the page');
});

t.test('scrolls through 10,000 invocations', async (t) => {
  const recording = start();
  for (let count = 0; count < 10_000; count++) recording.invoke({ payload: `{"count":${count}}` });
  const recorded = await open(t, recording);
  const { page } = recorded;
  await page.getByText('10,000').waitFor();
  const grid = page.getByRole('grid');
  t.equal(await grid.getAttribute('aria-rowcount'), '10001');

  await page.keyboard.press('End');
  await page.getByRole('row').filter({ hasText: '{"count":0}' }).waitFor();
  const { most, longestMs } = (await page.evaluate(scrollThrough)) as { most: number; longestMs: number };
  t.ok(most > 20 && most < 100, `only what can be seen is drawn: ${most} rows`);
  t.comment(`the longest frame took ${longestMs.toFixed(0)} ms`);

  // Half-way down what is read stays, though rows come in above.
  const middle = page.getByRole('row').filter({ hasText: '{"count":5000}' });
  await page.evaluate('document.querySelector(".grid").scrollTop = 30 * 4990');
  const before = await middle.boundingBox();
  const told = recording.events.length;
  for (let count = 0; count < 5; count++) recording.invoke({ payload: '{"late":true}' });
  recorded.tell(recording.events.slice(told));
  await page.getByText('10,005').waitFor();
  t.same(await middle.boundingBox(), before);
});

/** From end to end in so many frames; gives the most rows that were drawn, and the longest frame. */
const scrollThrough = `new Promise((resolve) => {
  const grid = document.querySelector('.grid');
  let step = 0, most = 0, longestMs = 0, last = performance.now();
  const frame = (now) => {
    longestMs = Math.max(longestMs, now - last);
    last = now;
    most = Math.max(most, grid.querySelectorAll('[role=row]').length);
    if (++step > 60) return resolve({ most, longestMs });
    grid.scrollTop = (grid.scrollHeight * step) / 60;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})`;

t.test('asks for what it missed after its connection was lost, and says what nobody has any more', async (t) => {
  const recording = start();
  recording.invoke();
  const recorded = await open(t, recording, { hash: '#token=a-secret' });
  const { page, feeds } = recorded;
  await page.getByRole('row').nth(1).waitFor();
  t.match(feeds, [/from=1$/]);
  t.same([...recorded.authorizations], ['Bearer a-secret'], 'the token goes along');

  await recorded.hangUp();
  await page.waitForFunction('document.querySelector(".feed").textContent === "live"', undefined, { polling: 50 });
  while (feeds.length < 2) await page.waitForTimeout(20);
  t.match(feeds[1], new RegExp(`from=${recording.events.length + 1}$`), 'from the next event on');
  recorded.say({ lost: 7, next: recording.events.length + 8 });
  await page.getByText('7 events were no longer kept').waitFor();
});

for (const colorScheme of ['light', 'dark'] as const) {
  t.test(`axe finds nothing in ${colorScheme}`, async (t) => {
    const recording = start();
    const payload =
      '{"errorType":"TypeError","errorMessage":"no","trace":["TypeError: no","    at node:internal/x:1:1"]}';
    recording.invoke({ initMs: 90, extensions: ['agent'], logs: ['{"level":"warn","message":"slow"}', 'and more'] });
    recording.invoke({ durationMs: 3001, outcome: { kind: 'timeout', payload: '{}' } });
    recording.invoke({
      logs: ['before it failed'],
      outcome: { kind: 'function-error', errorType: 'TypeError', payload },
    });
    recording.invoke({ isRunning: true });
    const { page } = await open(t, recording, { colorScheme, functions: ['orders', 'payments'] });
    await page.getByRole('row').nth(4).waitFor();
    t.same(await accessibilityErrors(page), [], 'in the list');
    for (const status of ['running', 'error', 'timeout', 'ok']) {
      await page.getByRole('row').filter({ hasText: status }).click();
      await page.locator('.detail header', { hasText: status }).waitFor();
      t.same(await accessibilityErrors(page), [], `with one open: ${status}`);
    }
    await page.keyboard.press('n');
    await page.getByRole('textbox', { name: 'Event' }).fill('no JSON');
    t.same(await accessibilityErrors(page), [], 'in the dialog');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    t.same(await accessibilityErrors(page), [], 'in the help');
  });
}

t.test('axe finds nothing where there is nothing', async (t) => {
  const { page } = await open(t, start());
  await page.getByText('Nothing was invoked yet').waitFor();
  t.same(await accessibilityErrors(page), []);
});
