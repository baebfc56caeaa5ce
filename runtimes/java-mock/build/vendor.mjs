import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
// Maven's own start script is a batch file on Windows.
const shell = process.platform === 'win32';

/**
 * The jars of these artifacts, byte for byte as published: from the cache, from the local repository of this user's Maven,
 * or else fetched by Maven from where it is configured to.
 * @param {{ artifacts: { artifact: string, sha256: string }[], cache: string }} wanted
 * @returns {Promise<{ file: string, path: string }[] | undefined>} undefined where Maven is needed and is not there
 */
export async function vendor({ artifacts, cache }) {
  const jars = artifacts.map((pinned) => ({ ...pinned, ...coordinates(pinned.artifact) }));
  await mkdir(cache, { recursive: true });
  const missing = [];
  for (const jar of jars) {
    if (await hasHash(join(cache, jar.file), jar.sha256)) continue;
    const local = join(homedir(), '.m2/repository', ...jar.group.split('.'), jar.name, jar.version, jar.file);
    if (await hasHash(local, jar.sha256)) await put(local, join(cache, jar.file));
    else missing.push(jar);
  }
  if (missing.length > 0 && !(await fetchJars(missing, cache))) return undefined;
  return jars.map(({ file }) => ({ file, path: join(cache, file) }));
}

async function fetchJars(jars, cache) {
  if (!(await hasMaven())) return false;
  const incoming = await mkdtemp(join(cache, 'incoming-'));
  try {
    // A project of its own: Maven resolves all of them in one run.
    await writeFile(join(incoming, 'pom.xml'), project(jars));
    const goal = ['dependency:copy-dependencies', '-DexcludeTransitive=true', '-DoutputDirectory=jars'];
    await run('mvn', ['--batch-mode', '--quiet', ...goal], { cwd: incoming, shell });
    for (const { artifact, sha256, file } of jars) {
      if (!(await hasHash(join(incoming, 'jars', file), sha256))) {
        throw new Error(`${artifact} is not what maven-artifacts.json pins (sha256 ${sha256}).`);
      }
      await rename(join(incoming, 'jars', file), join(cache, file));
    }
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
  return true;
}

const hasMaven = () =>
  run('mvn', ['--version'], { shell }).then(
    () => true,
    () => false,
  );

const project = (jars) => `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>client</artifactId>
  <version>1</version>
  <dependencies>
${jars.map(dependency).join('\n')}
  </dependencies>
</project>
`;

const dependency = ({ group, name, version }) =>
  `    <dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;

function coordinates(artifact) {
  const [group, name, version] = artifact.split(':');
  return { group, name, version, file: `${name}-${version}.jar` };
}

/** The file appears whole, or not at all. */
async function put(from, to) {
  await copyFile(from, `${to}.part`);
  await rename(`${to}.part`, to);
}

async function hasHash(file, sha256) {
  try {
    return (
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex') === sha256
    );
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}
