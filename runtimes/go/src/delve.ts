import { functionVariable, type LaunchContext, LaunchFailure } from '@lambda-bootstraps/core';

export interface DelveCommand {
  readonly command: readonly string[];
  /** What is said of it where timeouts are paused. */
  readonly option: string;
}

/**
 * The program under Delve, which waits for a debugger, where LAMBDA_BOOTSTRAPS_DELVE_PORT says so. Its options are those
 * that docker-lambda had as flags: the port (or ADDRESS:PORT), the path of `dlv`, and the version of its API.
 * @throws LaunchFailure when there is no `dlv`.
 */
export async function delveCommand(context: LaunchContext, program: string): Promise<DelveCommand | undefined> {
  const option = (name: string): string | undefined => {
    const variable = `LAMBDA_BOOTSTRAPS_DELVE_${name}`;
    return functionVariable(context.config, variable) || undefined;
  };
  const port = option('PORT');
  if (port === undefined) return undefined;
  const dlv = option('PATH') ?? (await context.findExecutable('dlv'));
  if (dlv === undefined) {
    throw new LaunchFailure('no Delve: dlv is not on PATH, and LAMBDA_BOOTSTRAPS_DELVE_PATH does not name it');
  }
  // Whoever reaches the port controls the program: other machines shall only where somebody says so.
  const listen = port.includes(':') ? port : `127.0.0.1:${port}`;
  const flags = [`--listen=${listen}`, '--headless=true', `--api-version=${option('API') ?? '2'}`];
  return { command: [dlv, ...flags, 'exec', program], option: `LAMBDA_BOOTSTRAPS_DELVE_PORT=${port}` };
}
