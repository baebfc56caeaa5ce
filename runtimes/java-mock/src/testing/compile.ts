import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildOnce } from '../../../../conformance/src/build-once.ts';
import { need } from '../../../../tooling/needs.mjs';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../../../.cache/compiled', import.meta.url));

export const assetsRoot = fileURLToPath(new URL('../../dist', import.meta.url));

/** Why no Java function can be run here, or false. Maven fetches the client when the runtime is built. */
export const noJava: string | false =
  (process.platform === 'win32' && 'needs linux: the frame transport for Java is for Unix') || need('jdk', 'maven');

/** The folder with the classes of the sources in a folder. They run on Java 11 and newer. */
export async function compileJava(folder: string): Promise<string> {
  const sources = (await readdir(folder)).filter((file) => file.endsWith('.java')).sort();
  const args = ['--release', '11', '-Xlint:-options', '-classpath', `${assetsRoot}/lib/*`];
  const { stdout: version } = await run('javac', ['--version']);
  return buildOnce({
    cache,
    name: 'java',
    sources: sources.map((file) => join(folder, file)),
    ingredients: [version, ...args.slice(0, 3), ...sources],
    into: async (classes) => {
      await run('javac', [...args, '-d', classes, ...sources], { cwd: folder });
    },
  });
}
