import type { FunctionConfig } from '@lambda-bootstraps/core';
import type { RubyVersion } from './ruby-executable.ts';

type Places = Pick<FunctionConfig, 'taskRoot' | 'layers' | 'runtimeDir'>;

/**
 * GEM_PATH in Lambda's order, with each layer's folder for /opt: later layers lie over earlier ones.
 * Source: "Working with layers for Ruby Lambda functions".
 * @param versions that of the function's gems, and that of the Ruby that runs them
 */
export function gemPath({ taskRoot, layers }: Places, versions: readonly RubyVersion[]): string {
  const folders = [...new Set(versions.map(([major, minor]) => `${major}.${minor}.0`))];
  const newestFirst = [...layers].reverse();
  const paths = folders.flatMap((version) => [
    `${taskRoot}/vendor/bundle/ruby/${version}`,
    ...newestFirst.map((layer) => `${layer}/ruby/gems/${version}`),
  ]);
  const separator = separatorFor(taskRoot);
  // Nothing behind the last separator stands for the Ruby's own folders of gems.
  return paths.join(separator) + separator;
}

/** RUBYLIB in Lambda's order. */
export function libraryPath({ taskRoot, layers, runtimeDir }: Places): string {
  const ofLayers = [...layers].reverse().map((layer) => `${layer}/ruby/lib`);
  return [taskRoot, `${runtimeDir}/lib`, ...ofLayers].join(separatorFor(taskRoot));
}

const separatorFor = (path: string): string => (/^[A-Za-z]:[\\/]/.test(path) ? ';' : ':');
