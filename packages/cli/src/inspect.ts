import type { Control } from '@lambda-bootstraps/control';
import { EventLog } from '@lambda-bootstraps/control/event-log';
import { authorityHost, type HttpHandler, invoke, isLoopback, type ListenOptions } from '@lambda-bootstraps/core';
import { listenForUpgrades, nodeHost } from '@lambda-bootstraps/host-node';
import { freshToken } from './control-token.ts';
import type { Inspected, InspectedServer } from './program.ts';

/**
 * Listens with the inspector beside the handler, below `/_inspector`. From the start events are kept; all else is loaded
 * when somebody asks for it. Where others than this machine can reach it, it wants a token.
 */
export async function listenInspected(
  options: ListenOptions,
  handler: HttpHandler,
  inspected: Inspected,
  version: string,
): Promise<InspectedServer> {
  const { sandbox } = inspected;
  const events = new EventLog();
  sandbox.subscribe((event) => events.append(sandbox.config.functionName, event));

  let token: string | undefined;
  let loading: Promise<Control> | undefined;
  const control = (): Promise<Control> => {
    loading ??= load(inspected, events, { version, token });
    return loading;
  };
  const server = await listenForUpgrades(
    options,
    (request, reply) =>
      isOfInspector(request.path) ? control().then((loaded) => loaded.handle(request, reply)) : handler(request, reply),
    (message, socket, head) => {
      // Unheard, the end of a connection would be ours while the inspector is loaded.
      socket.on('error', () => undefined);
      control().then(
        (loaded) => loaded.upgrade({ message, socket, head }),
        () => socket.destroy(),
      );
    },
  );
  if (!isLoopback(server.address)) token = inspected.token ?? freshToken();

  const closeControl = async () => (await loading)?.close();
  return {
    address: server.address,
    port: server.port,
    page: `http://${authorityHost(server.address)}:${server.port}/_inspector/${token === undefined ? '' : `#token=${token}`}`,
    close: async () => void (await Promise.all([closeControl(), server.close()])),
    stop: async () => void (await Promise.all([closeControl(), server.stop()])),
  };
}

async function load(
  { sandbox, concurrency }: Inspected,
  events: EventLog,
  options: { readonly version: string; readonly token: string | undefined },
): Promise<Control> {
  const { createControl } = await import('@lambda-bootstraps/control');
  const served = {
    get config() {
      return sandbox.config;
    },
    get isReady() {
      return sandbox.isReady;
    },
    settings: { concurrency },
    invoke: (event?: unknown, asked?: Parameters<typeof invoke>[2]) =>
      invoke({ sandbox, host: nodeHost }, event, asked),
  };
  return createControl({
    ...options,
    events,
    functions: {
      list: () => [served],
      get: (name) => (name === sandbox.config.functionName ? served : undefined),
    },
    page: async () => (await import('@lambda-bootstraps/inspector')).inspectorFiles(),
  });
}

/** Others that begin like it are paths of the API. */
const isOfInspector = (path: string): boolean => path === '/_inspector' || path.startsWith('/_inspector/');
