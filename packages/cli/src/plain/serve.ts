import {
  authorityHost,
  createInvokeApi,
  fail,
  type HttpHandler,
  type HttpServer,
  type ListenOptions,
} from '@lambda-bootstraps/core';
import { concurrencyOf } from '../concurrency.ts';
import type { Inspected, Program } from '../program.ts';
import { serveUntil } from '../serve-api.ts';
import { chooseLog } from './choose-log.ts';
import { configure, type PlainFlags } from './configure.ts';
import { tokenOf } from './control.ts';
import { openUrl, urlSettings } from './function-url.ts';
import { listenAddress } from './listen-address.ts';

/** `serve HANDLER`: the Invoke API on loopback, for any function name, and the function's URL beside it. */
export async function runServe(
  program: Program,
  flags: PlainFlags,
  handler: string,
  [extra]: readonly string[],
): Promise<number> {
  if (extra !== undefined) throw fail('ERR_TOO_MANY_ARGUMENTS', extra, 'lambda-bootstraps serve HANDLER');
  const listen = listenAddress(flags, '9001');
  const url = urlSettings(flags);
  const token = tokenOf(program);
  const concurrency = concurrencyOf(program, flags.value('concurrency'), program.processors);
  const sandbox = await configure(program, flags, handler, {
    ownStreams: true,
    concurrency,
    createLog: await chooseLog(program, flags),
  });
  const notice = (sentence: string) => program.write('stderr', `${program.calledAs}: ${sentence}\n`);
  const handle = createInvokeApi({ host: program.host, sandbox, notice, refuseForeign: true });
  const server = await listenAndInspect(program, flags, listen, handle, { sandbox, concurrency, token });
  const urlServer = url && (await openUrl(program, sandbox, url, { address: listen.address, notice }));
  const example = `http://${authorityHost(server.address)}:${server.port}/2015-03-31/functions/${sandbox.config.functionName}/invocations`;
  program.write('stderr', `Lambda API listening on port ${server.port}...\nInvoke it: curl -d '{}' ${example}\n`);
  if (server.page !== undefined) program.write('stderr', `Inspector: ${server.page}\n`);
  if (urlServer) {
    program.write('stderr', `Function URL: http://${authorityHost(urlServer.address)}:${urlServer.port}/\n`);
  }
  const stop = async () => void (await Promise.all([server.stop(), urlServer?.stop()]));
  return serveUntil(program, { stop }, sandbox);
}

async function listenAndInspect(
  program: Program,
  flags: PlainFlags,
  options: ListenOptions,
  handle: HttpHandler,
  inspected: Inspected,
): Promise<HttpServer & { readonly page?: string }> {
  if (flags.has('no-inspector')) return program.host.http.listen(options, handle);
  if (program.listenInspected) return program.listenInspected(options, handle, inspected);
  const { code, message } = fail('ERR_NODE_ONLY', 'The inspector');
  return program.host.http.listen(options, (request, reply) => {
    if (!request.path.startsWith('/_inspector')) return handle(request, reply);
    reply.send(404, { 'Content-Type': 'application/json' }, JSON.stringify({ error: { code, message } }));
  });
}
