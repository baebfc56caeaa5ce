import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import type { Test } from 'tap';
import type { FeedEvent, FeedMessage } from '../page/model/feed-event.ts';
import { newPage } from './browser.ts';

const origin = 'http://127.0.0.1:9001';

export interface RecordedPageOptions {
  /** Where the page has been built. */
  readonly folder: string;
  readonly events: readonly FeedEvent[];
  readonly hash?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly functions?: readonly string[];
}

/** The page with a server that was recorded: what it would say to a page is said, what it would hear is kept. */
export class RecordedPage {
  readonly page: Page;
  /** What was asked of the API: `POST functions/orders/invoke {"payload":{}}`. */
  readonly asked: string[] = [];
  readonly authorizations = new Set<string | undefined>();
  /** The addresses of the feeds that were opened. */
  readonly feeds: string[] = [];
  #feed: WebSocketRoute | undefined;
  #next = 1;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(t: Test, browser: Browser, options: RecordedPageOptions): Promise<RecordedPage> {
    const page = await newPage(t, browser, options.colorScheme);
    const recorded = new RecordedPage(page);
    await page.routeWebSocket(/\/_inspector\/v1\/feed/, (feed) => {
      recorded.#feed = feed;
      recorded.feeds.push(feed.url());
      if (recorded.feeds.length === 1) recorded.tell(options.events);
    });
    await recorded.#serve(options);
    await page.goto(`${origin}/_inspector/${options.hash ?? ''}`);
    return recorded;
  }

  /** The feed tells of more. */
  tell(events: readonly FeedEvent[]): void {
    this.#next = (events.at(-1)?.seq ?? this.#next - 1) + 1;
    this.say({ events, next: this.#next });
  }

  say(message: FeedMessage): void {
    this.#feed?.send(JSON.stringify(message));
  }

  /** The connection is lost. */
  async hangUp(): Promise<void> {
    await this.#feed?.close();
  }

  async #serve({ folder, functions = ['orders'] }: RecordedPageOptions): Promise<void> {
    await this.page.route(`${origin}/**`, async (route) => {
      const request = route.request();
      const name = new URL(request.url()).pathname.replace('/_inspector/', '') || 'index.html';
      if (!name.startsWith('v1/')) {
        const body = readFileSync(join(folder, name));
        return route.fulfill({ body, contentType: contentTypes[extname(name)] ?? 'text/plain' });
      }
      this.asked.push([request.method(), name.slice(3), request.postData()].filter(Boolean).join(' '));
      this.authorizations.add(request.headers().authorization);
      const facts = { runtime: 'nodejs22.x', handler: 'index.handler', timeoutMs: 3000, memorySizeMb: 128 };
      if (name === 'v1/functions') {
        return route.fulfill({ json: { functions: functions.map((functionName) => ({ functionName, ...facts })) } });
      }
      return route.fulfill({ json: { requestId: 'of the server', payload: null } });
    });
  }
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
};
