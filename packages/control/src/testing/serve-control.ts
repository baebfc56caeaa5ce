import { fileURLToPath } from 'node:url';
import {
  defineFunction,
  fail,
  LambdaService,
  type RuntimeDefinition,
  type SettingsResolver,
} from '@lambda-bootstraps/core';
import { listenForUpgrades, nodeHost, nodeLauncher, type Strictness } from '@lambda-bootstraps/host-node';
import type { Test } from 'tap';
import { WebSocket } from 'ws';
import { createControl } from '../control.ts';
import { EventLog, type EventLogOptions } from '../event-log.ts';
import type { PageFiles } from '../page.ts';

const definition: RuntimeDefinition = {
  family: 'test',
  names: ['test1.x'],
  defaultHandler: 'function.handler',
  guess: () => Promise.resolve(undefined),
  plan: ({ config }) =>
    Promise.resolve({
      command: [process.execPath, fileURLToPath(new URL('runtime.mjs', import.meta.url))],
      workingDirectory: config.taskRoot,
      environment: {},
      transport: 'http',
      telemetryLog: false,
    }),
};

const resolve: SettingsResolver = ({ handler = definition.defaultHandler, runtime, taskDir = '.', ...settings }) => {
  if (runtime !== 'test1.x') throw fail('ERR_UNKNOWN_RUNTIME', String(runtime), 'test1.x');
  const context = { nowMs: Date.now(), randomId: nodeHost.randomId() };
  const config = defineFunction({ ...settings, handler, runtime, taskRoot: taskDir }, context);
  return {
    host: nodeHost,
    launcher: nodeLauncher,
    config,
    runtime: definition,
    concurrency: settings.concurrency ?? 1,
  };
};

export interface ServeOptions {
  /** None unless told: what is open to this machine alone. */
  readonly token?: string;
  /** The whole API, not the inspector's part of it alone. */
  readonly managed?: boolean;
  readonly log?: EventLogOptions;
  readonly page?: PageFiles;
  readonly onStop?: () => void;
  readonly strictness?: Strictness;
}

export const token = 'a-secret-of-the-tests';

/** A server of the control API with the Invoke API beside it, and clients for it. */
export async function serveControl(t: Test, options: ServeOptions = {}) {
  const { managed = false, page, strictness } = options;
  const events = new EventLog(options.log);
  const service = new LambdaService({
    host: nodeHost,
    resolve,
    refuseForeign: true,
    otherwise: (request, reply) => control.handle(request, reply),
  });
  service.subscribe((functionName, event) => events.append(functionName, event));
  const control = await createControl({
    functions: service,
    managed: managed ? service : undefined,
    events,
    version: '1.2.3',
    token: options.token,
    page: page && (() => Promise.resolve(page)),
    onStop: options.onStop,
  });
  const server = await listenForUpgrades(
    { address: '127.0.0.1', port: 0, source: '--port', strictness },
    service.handler,
    (message, socket, head) => control.upgrade({ message, socket, head }),
  );
  t.teardown(async () => {
    control.close();
    await service.close();
    await server.close();
  });
  const at = (path: string): string => `http://127.0.0.1:${server.port}${path}`;
  const authorization: Record<string, string> =
    options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` };
  return {
    server,
    service,
    control,
    events,
    port: server.port,
    at,
    /** Asks with the token, and JSON. */
    async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const init = { method, headers: { ...authorization, ...headers }, ...(text !== undefined && { body: text }) };
      const response = await fetch(at(path), init);
      const answer = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text: answer,
        json: answer ? JSON.parse(answer) : undefined,
      };
    },
    feed: (path: string, protocols: readonly string[] = [], headers: Record<string, string> = authorization) =>
      new FeedClient(t, `ws://127.0.0.1:${server.port}${path}`, protocols, headers),
  };
}

export interface FeedEvent {
  readonly seq: number;
  readonly type: string;
  readonly [name: string]: unknown;
}

export interface FeedMessage {
  readonly events?: readonly FeedEvent[];
  readonly lost?: number;
  readonly next: number;
}

/** One who listens to a feed. */
export class FeedClient {
  readonly socket: WebSocket;
  readonly messages: FeedMessage[] = [];
  readonly events: FeedEvent[] = [];
  /** How many it was told that are gone. */
  lost = 0;
  readonly opened: Promise<unknown>;
  /** The close's code; or the answer's status and text, where there was no WebSocket. */
  readonly ended: Promise<{ readonly code?: number; readonly status?: number | undefined; readonly text?: string }>;
  #heard: () => void = () => undefined;

  constructor(t: Test, url: string, protocols: readonly string[], headers: Record<string, string>) {
    this.socket = new WebSocket(url, [...protocols], { headers });
    this.opened = new Promise((resolve) => this.socket.once('open', resolve));
    this.ended = new Promise((resolve) => {
      this.socket.on('close', (code) => resolve({ code }));
      this.socket.on('unexpected-response', (_, response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode, text }));
      });
    });
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as FeedMessage;
      this.messages.push(message);
      this.events.push(...(message.events ?? []));
      this.lost += message.lost ?? 0;
      this.#heard();
    });
    t.teardown(() => this.socket.terminate());
  }

  /** Waits for messages until this is so. */
  async until(isSo: (client: this) => boolean): Promise<void> {
    while (!isSo(this)) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }
}
