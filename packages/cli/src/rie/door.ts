import { createInvokeApi, createLog, createSandbox, fail } from '@lambda-bootstraps/core';
import { concurrencyOf } from '../concurrency.ts';
import { parseArguments } from '../flags.ts';
import { parseNumber, portRule } from '../numbers.ts';
import { exitCodes, type Program } from '../program.ts';
import { serveUntil } from '../serve-api.ts';
import { configureRie } from './configure.ts';
import { rieHelp } from './help.ts';
import { createRieLog, isLogged, logLevelOf } from './log.ts';
import { eventWords, execWords, rieTimeoutWords } from './words.ts';

const flagDefinitions = {
  'log-level': { takes: 'trace, debug, info, warn, error, fatal or panic' },
  'enable-init-caching': {},
  'runtime-api-address': { takes: 'HOST:PORT' },
  'runtime-interface-emulator-address': { takes: 'HOST:PORT' },
};

/** `aws-lambda-rie COMMAND [ARGUMENTS]`: the user's command is the runtime, and stays untouched. */
export async function runRieDoor(program: Program): Promise<number> {
  if (['--help', '-h'].includes(program.arguments[0] ?? '')) {
    program.write('stdout', rieHelp);
    return exitCodes.success;
  }
  // Flags are taken wherever they stand, also behind the handler; what is no flag of ours is the command's.
  const flags = parseArguments(program.arguments, flagDefinitions, { passUnknown: true });
  const api = address(
    '--runtime-interface-emulator-address',
    flags.value('runtime-interface-emulator-address') ?? '0.0.0.0:8080',
  );
  const runtimeApi = address('--runtime-api-address', flags.value('runtime-api-address') ?? '127.0.0.1:9001');
  const { config, runtime } = await configureRie(program, flags.positionals, {
    snapStart: flags.has('enable-init-caching'),
  });
  const { host, launcher, findExecutable } = program;
  const logLevel = logLevelOf(program, flags.value('log-level'));
  const log = createRieLog(program, logLevel);
  const notice = (sentence: string) => log('warn', sentence);
  const sandbox = createSandbox({
    host,
    launcher,
    config,
    runtime,
    findExecutable,
    notice,
    concurrency: concurrencyOf(program, undefined, 1),
    runtimeApi: { kind: 'own', ...runtimeApi },
  });
  sandbox.subscribe(
    createLog(config, {
      writeLine: (line) => program.write('stdout', `${line}\n`),
      writeOutput: (stream, bytes) => program.write(stream, bytes),
      initDuration: 'first',
      initLines: false,
    }),
  );
  sandbox.subscribe((event) => {
    if (event.type === 'environment-starting')
      log('info', execWords(flags.positionals, program.workingDirectory, config));
  });
  // Every invocation would pay for words that nobody reads.
  if (isLogged('debug', logLevel)) {
    sandbox.subscribe((event) => {
      if (event.type !== 'environment-starting' && event.type !== 'log') log('debug', eventWords(event));
    });
  }
  const server = await host.http.listen(api, createInvokeApi({ host, sandbox, notice, timeoutWords: rieTimeoutWords }));
  return serveUntil(program, server, sandbox);
}

function address(source: string, text: string): { address: string; port: number; source: string } {
  const match = /^(.*):(\d+)$/.exec(text);
  if (!match) throw fail('ERR_INVALID_ADDRESS', source, text);
  const port = parseNumber(source, match[2]!, portRule);
  return { address: match[1]!.replace(/^\[|\]$/g, '') || '0.0.0.0', port, source };
}
