import type { FunctionConfig, LaunchContext } from '@lambda-bootstraps/core';

type Files = LaunchContext['host']['files'];

/** Where the client itself looks for the jars of layers. */
const layersOnLambda = '/opt';

/** The client and what it needs, our stand-in for its native class first; archive.sh has the same order. */
export async function clientClassPath(files: Files, assetsRoot: string): Promise<readonly string[]> {
  return [`${assetsRoot}/native-client.jar`, ...(await jarsIn(files, `${assetsRoot}/lib`))];
}

/**
 * What layers bring. The client loads a function from its folder, from the jars in its `lib` and from those in
 * /opt/java/lib (CustomerClassLoader of 2.9.0), and cannot be told other folders. Where layers lie elsewhere, Java's own
 * class path has all of these, in the same order.
 */
export async function layerClassPath(files: Files, config: FunctionConfig): Promise<readonly string[]> {
  const { layers, taskRoot } = config;
  if (layers.every((layer) => layer === layersOnLambda)) return [];
  // In /opt a later layer lies over an earlier one, file by file.
  const jars = new Map<string, string>();
  for (const layer of layers) {
    for (const jar of await jarsIn(files, `${layer}/java/lib`)) jars.set(jar.slice(jar.lastIndexOf('/') + 1), jar);
  }
  if (jars.size === 0) return [];
  return [
    taskRoot,
    ...(await jarsIn(files, `${taskRoot}/lib`)),
    ...[...jars.keys()].sort().map((name) => jars.get(name)!),
  ];
}

/** By name, as the client sorts them. */
export async function jarsIn(files: Files, folder: string): Promise<readonly string[]> {
  const names = (await files.list(folder)).filter((name) => /.\.jar$/.test(name));
  return names.sort().map((name) => `${folder}/${name}`);
}
