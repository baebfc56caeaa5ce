import type { RunOptions } from './options.ts';

/** In the order of docker-lambda: its users may compare. */
const callersVariables = [
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ACCOUNT_ID',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  ...['NAME', 'VERSION', 'MEMORY_SIZE', 'TIMEOUT', 'HANDLER'].map((name) => `AWS_LAMBDA_FUNCTION_${name}`),
  'AWS_LAMBDA_EVENT_BODY',
  'DOCKER_LAMBDA_USE_STDIN',
];

/**
 * The arguments of `docker run`.
 * @param ownArguments stand before the user's, which may therefore say otherwise
 */
export function runCommand(options: RunOptions, ownArguments: readonly string[] = []): string[] {
  const taskDir = options.taskDir ?? process.cwd();
  const command = ['run'];
  if (taskDir) command.push('-v', `${taskDir}:/var/task`);
  if (cleansUp(options)) command.push('--rm');
  if (options.addEnvVars) command.push(...callersVariables.flatMap((name) => ['-e', name]));
  command.push(...ownArguments, ...(options.dockerArgs ?? []));
  command.push(options.dockerImage || 'lambci/lambda:nodejs4.3', options.handler || 'index.handler');
  return command;
}

export const cleansUp = ({ cleanUp }: RunOptions): boolean => Boolean(cleanUp ?? true);

/** The command of the container engine. */
export const engineOf = ({ engine }: RunOptions): string => engine || process.env.LAMBDA_BOOTSTRAPS_ENGINE || 'docker';
