import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Java 8 runs what comes of it; javac has known the option since 9. */
const release = ['--release', '8'];
/** Since then Java can make archives of what it has loaded. */
const oldestForArchives = 13;

/**
 * A compiler: that of JAVA_HOME, or the one on PATH.
 * @returns {Promise<{ tool: (name: string) => string, version: string } | undefined>}
 */
export async function findJdk() {
  const home = process.env.JAVA_HOME;
  const inHome = (name) => join(home, 'bin', name);
  for (const tool of [...(home ? [inHome] : []), (name) => name]) {
    try {
      const { stdout } = await run(tool('javac'), ['--version']);
      return { tool, version: stdout.trim() };
    } catch {
      // None there, or Java 8, which does not know the option.
    }
  }
  return undefined;
}

/**
 * A jar of the classes below `sources`, made once for the same sources and compiler.
 * @returns {Promise<string>} its path
 */
export async function compile({ jdk, sources, jars, cache }) {
  const files = (await readdir(sources, { recursive: true })).filter((file) => file.endsWith('.java')).sort();
  const hash = createHash('sha256').update(jdk.version);
  for (const file of files) hash.update(`\0${file}\0`).update(await readFile(join(sources, file)));
  const compiled = join(cache, `native-client-${hash.digest('hex').slice(0, 16)}.jar`);
  if (existsSync(compiled)) return compiled;

  const work = await mkdtemp(join(cache, 'classes-'));
  try {
    const classPath = jars.map(({ path }) => path).join(delimiter);
    const lint = ['-Xlint:all,-options,-path', '-Werror', '-encoding', 'UTF-8'];
    await run(
      jdk.tool('javac'),
      [...release, ...lint, '-classpath', classPath, '-d', join(work, 'classes'), ...files],
      {
        cwd: sources,
      },
    );
    // Not compressed: it is read at every start.
    await run(jdk.tool('jar'), ['--create', '--no-manifest', '-0', '--file', join(work, 'jar'), '-C', 'classes', '.'], {
      cwd: work,
    });
    await rename(join(work, 'jar'), compiled);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return compiled;
}

/**
 * The licence that a jar carries, as text.
 * @param {{ jdk: { tool: (name: string) => string }, jar: string, file: string, cache: string }} wanted
 */
export async function readFromJar({ jdk, jar, file, cache }) {
  const work = await mkdtemp(join(cache, 'document-'));
  try {
    await run(jdk.tool('jar'), ['--extract', '--file', jar, file], { cwd: work });
    return await readFile(join(work, file));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Archives for the JDKs that this machine has, so that a checkout starts functions as fast as an image does. */
export async function makeArchives(dist) {
  if (process.platform === 'win32') return;
  for (const home of await listHomes()) {
    try {
      await run('sh', [join(dist, 'archive.sh'), home]);
    } catch (error) {
      // Functions start without one, too.
      console.error(`runtimes/java-mock: no class data archive for ${home}: ${error.stderr.trim()}`);
    }
  }
}

async function listHomes() {
  const folder = '/usr/lib/jvm';
  const names = existsSync(folder) ? await readdir(folder) : [];
  const candidates = [process.env.JAVA_HOME, ...names.map((name) => join(folder, name))].filter(
    (home) => home && existsSync(join(home, 'release')) && existsSync(join(home, 'bin/java')),
  );
  const homes = new Set(await Promise.all(candidates.map((home) => realpath(home))));
  const versions = await Promise.all([...homes].map(async (home) => ({ home, major: await majorOf(home) })));
  return versions.filter(({ major }) => major >= oldestForArchives).map(({ home }) => home);
}

async function majorOf(home) {
  const [, major] = /^JAVA_VERSION="(\d+)/m.exec(await readFile(join(home, 'release'), 'utf8')) ?? [];
  return Number(major);
}
