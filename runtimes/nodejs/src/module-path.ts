/**
 * NODE_PATH in Lambda's order, with each layer's folder for /opt: later layers lie over earlier ones.
 * Source: /var/runtime/bootstrap of nodejs24.x.
 */
export function modulePath(options: {
  readonly major: number;
  readonly layers: readonly string[];
  readonly runtimeDir: string;
  readonly taskRoot: string;
}): string {
  const { major, layers, runtimeDir, taskRoot } = options;
  const newestFirst = [...layers].reverse();
  const folders = [
    ...newestFirst.map((layer) => `${layer}/nodejs/node${major}/node_modules`),
    ...newestFirst.map((layer) => `${layer}/nodejs/node_modules`),
    `${runtimeDir}/node_modules`,
    runtimeDir,
    taskRoot,
  ];
  return folders.join(isWindowsPath(taskRoot) ? ';' : ':');
}

function isWindowsPath(path: string): boolean {
  return /^[A-Za-z]:[\\/]/.test(path);
}
