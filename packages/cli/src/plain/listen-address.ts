import { fail, type ListenOptions } from '@lambda-bootstraps/core';
import type { ParsedArguments } from '../flags.ts';
import { parseNumber, portRule } from '../numbers.ts';

/**
 * Where to listen, as `--port` and `--host` say: on loopback unless told.
 * @throws LambdaBootstrapsError ERR_INVALID_NUMBER, ERR_INVALID_ARGUMENT
 */
export function listenAddress(flags: ParsedArguments<'port' | 'host'>, defaultPort: string): ListenOptions {
  const port = parseNumber('--port', flags.value('port') ?? defaultPort, portRule);
  const address = flags.value('host') ?? '127.0.0.1';
  // Listening takes no name for every address, which would open more than was meant.
  if (address === '') throw fail('ERR_INVALID_ARGUMENT', '--host', 'an address is needed, for example 127.0.0.1');
  return { address, port, source: '--port', addressSource: '--host' };
}
