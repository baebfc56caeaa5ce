import { authorityHost, fail } from '@lambda-bootstraps/core';
import type { ParsedArguments } from '../flags.ts';
import { exitCodes, type Program } from '../program.ts';
import { serveUntil } from '../serve-api.ts';
import type { ControlFlag } from './flags.ts';
import { listenAddress } from './listen-address.ts';

/**
 * `control`: the API by which programs in any language make, invoke and watch functions. Where it is and its token are
 * one line of JSON on stdout.
 */
export async function runControl(program: Program, flags: ParsedArguments<ControlFlag>): Promise<number> {
  if (!program.openControl) throw fail('ERR_NODE_ONLY', 'The control API');
  const [extra] = flags.positionals;
  if (extra !== undefined) throw fail('ERR_TOO_MANY_ARGUMENTS', extra, 'lambda-bootstraps control');
  const { server, service, token, stopRequested } = await program.openControl({
    ...listenAddress(flags, '9002'),
    token: tokenOf(program, flags),
    concurrency: program.processors,
    notice: (sentence) => program.write('stderr', `${program.calledAs}: ${sentence}\n`),
  });
  const endpoint = `http://${authorityHost(server.address)}:${server.port}`;
  program.write('stdout', `${JSON.stringify({ endpoint, token })}\n`);
  const functions = {
    drain: () => service.stop(),
    kill: () => void service.close(),
    close: () => service.close(),
  };
  const stopped = stopRequested.then(functions.drain).then(() => exitCodes.success);
  return serveUntil(program, server, functions, stopped);
}

const variable = 'LAMBDA_BOOTSTRAPS_TOKEN';

/**
 * What the flag says, else the variable, which no other user of the machine can see.
 * @throws LambdaBootstrapsError ERR_INVALID_ARGUMENT
 */
export function tokenOf(program: Program, flags?: ParsedArguments<ControlFlag>): string | undefined {
  const fromFlag = flags?.value('token');
  const token = fromFlag ?? (program.environment[variable] || undefined);
  // A WebSocket's subprotocol takes no others (RFC 6455, 4.1).
  if (token === undefined || /^[\w.~-]{8,200}$/.test(token)) return token;
  const source = fromFlag === undefined ? variable : '--token';
  throw fail('ERR_INVALID_ARGUMENT', source, 'it needs 8 to 200 letters, digits, -, _, . or ~');
}
