import {
  executableFlaw,
  functionVariable,
  type GuessContext,
  type LaunchContext,
  LaunchFailure,
  type LaunchPlan,
  type RuntimeDefinition,
} from '@lambda-bootstraps/core';
import { delveCommand } from './delve.ts';
import { serverPortTransport } from './server-port.ts';

const name = 'go1.x';
const defaultHandler = 'handler';
const portVariable = '_LAMBDA_SERVER_PORT';

/** Go functions of the runtime go1.x: the handler names an executable in the function's folder. */
export function createRuntime(): RuntimeDefinition {
  return { family: 'go', names: [name], deprecated: [name], defaultHandler, guessRank: 60, guess, plan };
}

/** A handler's name that is a program's: `main`, and never `index.handler`. */
async function guess({ host, taskRoot, handler = defaultHandler }: GuessContext): Promise<string | undefined> {
  const facts = await host.files.stat(`${taskRoot}/${handler}`);
  return facts?.kind === 'file' && facts.executable ? name : undefined;
}

async function plan(context: LaunchContext): Promise<LaunchPlan> {
  const { config, host } = context;
  const program = `${config.taskRoot}/${config.handler}`;
  const flaw = await executableFlaw(program, host);
  if (flaw) throw new LaunchFailure(`fork/exec ${program}: ${flaw}`);
  const debug = await delveCommand(context, program);
  const port = await serverPort(context);
  return {
    command: debug?.command ?? [program],
    workingDirectory: config.taskRoot,
    environment: {
      AWS_EXECUTION_ENV: `AWS_Lambda_${name}`,
      ...(port !== undefined && { [portVariable]: String(port) }),
    },
    transport: port === undefined ? 'http' : serverPortTransport(host, port),
    telemetryLog: false,
    debuggerOption: debug?.option,
  };
}

/** The port that the program shall listen on; undefined where the variable is empty, which leaves it the Runtime API. */
async function serverPort({ config, host }: LaunchContext): Promise<number | undefined> {
  const wanted = functionVariable(config, portVariable);
  if (wanted !== undefined) return wanted === '' ? undefined : Number(wanted);
  // It is free once this one is closed. The program cannot choose itself: it would tell nobody.
  const server = await host.http.listen({ address: '127.0.0.1', port: 0, source: portVariable }, () => {});
  await server.close();
  return server.port;
}
