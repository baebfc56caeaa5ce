import type { FunctionConfig } from './function-config.ts';
import { functionVariable } from './function-variable.ts';

/**
 * The runtime's command behind the wrapper script that the function names, which is given the command as its arguments.
 * Lambda's own runtimes do this, OS-only ones do not ("Modifying the runtime environment", wrapper scripts).
 */
export function withExecWrapper(command: readonly string[], config: FunctionConfig): readonly string[] {
  const wrapper = functionVariable(config, 'AWS_LAMBDA_EXEC_WRAPPER');
  return wrapper ? [wrapper, ...command] : command;
}
