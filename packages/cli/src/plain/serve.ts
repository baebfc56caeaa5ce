import { authorityHost, createInvokeApi, fail } from '@lambda-bootstraps/core';
import { concurrencyOf } from '../concurrency.ts';
import { parseNumber, portRule } from '../numbers.ts';
import type { Program } from '../program.ts';
import { serveUntil } from '../serve-api.ts';
import { configure, type PlainFlags } from './configure.ts';
import { openUrl, urlSettings } from './function-url.ts';

/** `serve HANDLER`: the Invoke API on loopback, for any function name, and the function's URL beside it. */
export async function runServe(
  program: Program,
  flags: PlainFlags,
  handler: string,
  [extra]: readonly string[],
): Promise<number> {
  if (extra !== undefined) throw fail('ERR_TOO_MANY_ARGUMENTS', extra, 'lambda-bootstraps serve HANDLER');
  const port = parseNumber('--port', flags.value('port') ?? '9001', portRule);
  const address = flags.value('host') ?? '127.0.0.1';
  // Listening takes no name for every address, which would open more than was meant.
  if (address === '') throw fail('ERR_INVALID_ARGUMENT', '--host', 'an address is needed, for example 127.0.0.1');
  const url = urlSettings(flags);
  const concurrency = concurrencyOf(program, flags.value('concurrency'), program.processors);
  const sandbox = await configure(program, flags, handler, { ownStreams: true, concurrency });
  const notice = (sentence: string) => program.write('stderr', `${program.calledAs}: ${sentence}\n`);
  const handle = createInvokeApi({ host: program.host, sandbox, notice, refuseForeign: true });
  const server = await program.host.http.listen({ address, port, source: '--port', addressSource: '--host' }, handle);
  const urlServer = url && (await openUrl(program, sandbox, url, { address, notice }));
  const example = `http://${authorityHost(server.address)}:${server.port}/2015-03-31/functions/${sandbox.config.functionName}/invocations`;
  program.write('stderr', `Lambda API listening on port ${server.port}...\nInvoke it: curl -d '{}' ${example}\n`);
  if (urlServer) {
    program.write('stderr', `Function URL: http://${authorityHost(urlServer.address)}:${urlServer.port}/\n`);
  }
  const stop = async () => void (await Promise.all([server.stop(), urlServer?.stop()]));
  return serveUntil(program, { stop }, sandbox);
}
