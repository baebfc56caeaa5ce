// `npm run pictures -w @lambda-bootstraps/inspector`: the pictures of the page in docs/inspector, from a recording.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { buildPage } from '../../build-page.mjs';
import { templates } from '../page/model/templates.ts';
import { openBrowser } from './browser.ts';
import { RecordedPage } from './recorded-page.ts';
import { Recording } from './recording.ts';

const pictures = fileURLToPath(new URL('../../../../docs/inspector', import.meta.url));
const now = new Date(2026, 0, 2, 12, 4, 31, 120).getTime();

const template = (words: string): string => JSON.stringify(templates.find(({ name }) => name.includes(words))?.event);

const failure = JSON.stringify({
  errorType: 'TypeError',
  errorMessage: "Cannot read properties of undefined (reading 'items')",
  trace: [
    "TypeError: Cannot read properties of undefined (reading 'items')",
    '    at total (file:///var/task/src/orders.mjs:18:22)',
    '    at handler (file:///var/task/src/index.mjs:9:17)',
    '    at Runtime.handleOnceNonStreaming (file:///opt/aws-lambda-ric/dist/index.mjs:1213:16)',
    '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
  ],
});

/** A morning of a shop's function. */
function record(): { recording: Recording; cold: string; failed: string } {
  const recording = new Recording('orders', now - 20_000);
  const events = ['payload 2.0', 'SQS', 'payload 2.0', 'S3', 'EventBridge: event'].map(template);
  const warm = (count: number): void => {
    for (let index = 0; index < count; index++) {
      recording.wait(97 + ((index * 71) % 150));
      const durationMs = 1.2 + ((index * 37) % 53) / 6 + (index % 13 === 7 ? 21.4 : 0);
      const payload = events[(index * 3) % events.length] ?? '{}';
      recording.invoke({ payload, durationMs, logs: ['order taken'] });
    }
  };
  recording.invoke({ payload: events[0] ?? '{}', initMs: 187.4, durationMs: 31.2, logs: ['connected'] });
  warm(28);
  const words = '{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out after 3.00 seconds"}';
  recording.invoke({ payload: events[1] ?? '{}', durationMs: 3003, outcome: { kind: 'timeout', payload: words } });
  recording.invoke({ payload: events[0] ?? '{}', initMs: 171.9, durationMs: 28.4 });
  warm(19);
  const failed = recording.invoke({
    payload: template('Load Balancer'),
    durationMs: 4.12,
    logs: ['page 2 of the orders', `ERROR\tInvoke Error \t${failure.replace('"trace"', '"stack"')}`],
    outcome: { kind: 'function-error', errorType: 'TypeError', payload: failure },
  });
  warm(6);
  recording.wait(240);
  const cold = recording.invoke({
    payload: events[0] ?? '{}',
    initMs: 236.1,
    extensions: ['telemetry-agent', 'secrets'],
    durationMs: 88.3,
    logs: [
      'POST /orders/17',
      'asking the warehouse',
      '{"level":"warn","message":"slow answer of the warehouse","ms":44}',
      'order 17 is on its way',
    ],
    result: '{"statusCode":201,"headers":{"content-type":"application/json"},"body":"{\\"id\\":17,\\"total\\":12.50}"}',
    memoryMb: 71,
  });
  warm(3);
  recording.invoke({ payload: template('DynamoDB'), isRunning: true, logs: ['1 record'] });
  return { recording, cold, failed };
}

const views = [
  { name: 'light', colorScheme: 'light' },
  { name: 'dark', colorScheme: 'dark' },
] as const;

t.test('pictures', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'inspector-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await mkdir(pictures, { recursive: true });
  await buildPage(folder);
  const browser = await openBrowser(t);
  const { recording, cold, failed } = record();
  for (const { name, colorScheme } of views) {
    const hash = `#invocation=${name === 'light' ? cold : failed}`;
    const { page } = await RecordedPage.open(t, browser, { folder, events: recording.events, hash, colorScheme });
    await page.clock.setFixedTime(now);
    await page.setViewportSize({ width: 1200, height: 750 });
    await page.locator('.detail').waitFor();
    // What runs is drawn again now, by the fixed clock.
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  }
});
