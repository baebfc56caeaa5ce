import {
  createLog,
  createSandbox,
  defineFunction,
  type FunctionConfig,
  fail,
  type Sandbox,
} from '@lambda-bootstraps/core';
import { chooseRuntime } from '../choose-runtime.ts';
import { reasonOf } from '../event-source.ts';
import type { ParsedArguments } from '../flags.ts';
import { logFormatOf, systemLogLevelOf } from '../log-settings.ts';
import { memoryRule, parseNumber, timeoutRule } from '../numbers.ts';
import { resolvePath } from '../paths.ts';
import type { Program } from '../program.ts';
import { parseEnvFile, parseVariable } from '../variables.ts';
import { type AwsSettings, awsSettings } from './aws-settings.ts';
import type { PlainFlag } from './flags.ts';
import { javaScriptHandler } from './typescript-handler.ts';

export type PlainFlags = ParsedArguments<PlainFlag>;

/** What becomes of a sandbox's events for who looks on. */
export type CreateLog = typeof createLog;

/** The sandbox that the flags describe, its log on our streams: all on stderr, or (`ownStreams`) each on its own. */
export async function configure(
  program: Program,
  flags: PlainFlags,
  handler: string,
  options: { readonly ownStreams: boolean; readonly concurrency: number; readonly createLog?: CreateLog },
): Promise<Sandbox> {
  const taskRoot = await folder(program, '--task-dir', flags.value('task-dir') ?? '.');
  const layers = await Promise.all(flags.values('layer').map((layer) => folder(program, '--layer', layer)));
  const runtime = await chooseRuntime(program, { runtime: flags.value('runtime'), taskRoot, layers, handler });
  const notice = (sentence: string) => program.write('stderr', `${program.calledAs}: ${sentence}\n`);

  const isNodejs = runtime.definition.family === 'nodejs';
  const runnable = isNodejs ? await javaScriptHandler(program, taskRoot, handler) : handler;
  const facts = { handler: runnable, runtime: runtime.name, taskRoot, layers, aws: await awsSettings(program, notice) };
  const config = await functionConfig(program, flags, facts);
  // Said only now: whoever must mend the usage reads of that alone.
  if (!flags.has('runtime')) notice(`runtime ${runtime.name}, guessed from ${taskRoot}; name another with --runtime`);

  if (runtime.definition.deprecated?.includes(runtime.name)) notice(`${runtime.name} is deprecated on Lambda`);

  const { host, launcher, findExecutable } = program;
  const sandbox = createSandbox({
    host,
    launcher,
    config,
    runtime: runtime.definition,
    findExecutable,
    notice,
    concurrency: options.concurrency,
  });
  sandbox.subscribe(
    (options.createLog ?? createLog)(config, {
      writeLine: (line) => program.write('stderr', `${line}\n`),
      writeOutput: (stream, bytes) => program.write(options.ownStreams ? stream : 'stderr', bytes),
    }),
  );
  return sandbox;
}

async function functionConfig(
  program: Program,
  flags: PlainFlags,
  facts: Pick<FunctionConfig, 'handler' | 'runtime' | 'taskRoot' | 'layers'> & { readonly aws: AwsSettings },
): Promise<FunctionConfig> {
  const { environment: caller, host } = program;
  const timeout = flags.value('timeout');
  const memory = flags.value('memory');
  return defineFunction(
    {
      handler: facts.handler,
      runtime: facts.runtime,
      taskRoot: facts.taskRoot,
      layers: facts.layers,
      functionName: flags.value('function-name'),
      timeoutMs: timeout === undefined ? undefined : parseNumber('--timeout', timeout, timeoutRule) * 1000,
      memorySizeMb: memory === undefined ? undefined : parseNumber('--memory', memory, memoryRule),
      region: facts.aws.region,
      credentials: facts.aws.credentials,
      environment: await variables(program, flags),
      snapStart: flags.has('snap-start'),
      systemLogLevel: systemLogLevelOf(program, flags.value('system-log-level')),
      inheritedEnvironment: searchPath(caller.PATH),
      sources: { environment: '--env', functionName: '--function-name' },
    },
    { nowMs: host.clock.now(), randomId: host.randomId() },
  );
}

/** The caller's PATH, so that a bootstrap finds the tools of this machine, and then what Lambda has. */
const searchPath = (path: string | undefined): Record<string, string> => (path ? { PATH: `${path}:/opt/bin` } : {});

async function variables(program: Program, flags: PlainFlags): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const file of flags.values('env-file')) {
    const path = resolvePath(program.workingDirectory, file);
    const bytes = await program.host.files.read(path).catch((error: unknown) => {
      throw fail('ERR_FILE_UNREADABLE', '--env-file', path, reasonOf(error));
    });
    Object.assign(found, parseEnvFile(`--env-file ${file}`, bytes, program.environment));
  }
  for (const entry of flags.values('env')) Object.assign(found, parseVariable('--env', entry, program.environment));
  const format = flags.value('log-format');
  if (format !== undefined) found.AWS_LAMBDA_LOG_FORMAT = logFormatOf(format);
  return found;
}

async function folder(program: Program, flag: string, given: string): Promise<string> {
  const path = resolvePath(program.workingDirectory, given);
  const facts = await program.host.files.stat(path);
  if (facts?.kind !== 'directory') throw fail('ERR_NOT_A_DIRECTORY', flag, path);
  return path;
}
