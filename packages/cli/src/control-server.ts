import { listenForUpgrades } from '@lambda-bootstraps/host-node';
import { freshToken } from './control-token.ts';
import { createLambdaService } from './library-service.ts';
import type { ControlServer, ControlServerOptions } from './program.ts';

/** What a server bears that starts processes for whoever knows its token. Milliseconds. */
const strictness = { headMs: 10_000, requestMs: 60_000, connections: 512 };

/**
 * Opens the control API, and beside it the Invoke API of the functions that are made by it.
 * @throws LambdaBootstrapsError ERR_PORT_IN_USE and its neighbours, naming the flags
 */
export async function openControl(options: ControlServerOptions, version: string): Promise<ControlServer> {
  // From node_modules, as an ES module: see the program's build.
  const { createControl, EventLog } = await import('@lambda-bootstraps/control');
  const { token = freshToken(), concurrency, notice } = options;
  const events = new EventLog();
  const service = createLambdaService({
    concurrency,
    notice,
    onEvent: (functionName, event) => events.append(functionName, event),
    otherwise: (request, reply) => control.handle(request, reply),
  });
  let stop: () => void = () => undefined;
  const stopRequested = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const control = await createControl({
    functions: service,
    managed: service,
    events,
    version,
    token,
    concurrency,
    page: async () => (await import('@lambda-bootstraps/inspector')).inspectorFiles(),
    onStop: stop,
  });
  const server = await listenForUpgrades({ ...options, strictness }, service.handler, (message, socket, head) =>
    control.upgrade({ message, socket, head }),
  );
  const end = (way: 'stop' | 'close') => async (): Promise<void> => {
    control.close();
    await server[way]();
  };
  return {
    server: { address: server.address, port: server.port, stop: end('stop'), close: end('close') },
    service,
    token,
    stopRequested,
  };
}
