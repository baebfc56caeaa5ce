import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Test } from 'tap';

/** A real browser, which ends with the test. It asks nobody on the network but the page's server. */
export async function openBrowser(t: Test): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
    timeout: 120_000,
  });
  t.teardown(() => browser.close());
  return browser;
}

/** A page whose own errors fail the test, and which is waited for as long as a busy machine needs. */
export async function newPage(t: Test, browser: Browser, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await browser.newPage({
    colorScheme,
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 1.25,
    reducedMotion: 'reduce',
  });
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => t.fail(`the page threw ${error.stack}`));
  t.teardown(() => page.close());
  return page;
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe has against the page as it is now, one line each. */
export async function accessibilityErrors(page: Page): Promise<string[]> {
  // By the debugger, for the page's own rules let no foreign script in.
  await page.evaluate(axeSource);
  const { violations } = (await page.evaluate('axe.run()')) as { violations: readonly Violation[] };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
