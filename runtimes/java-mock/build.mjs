/**
 * Builds the package into dist/:
 *
 *     index.js, runtime.js      what hosts import
 *     lib/                      the unmodified runtime interface client and what it imports, as Maven has them
 *     native-client.jar         src/shim, compiled: it stands in for the client's native class
 *     archive.sh, archives/     makes class data archives; those for the JDKs of this machine
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDeclarations } from '../../tooling/build-library.mjs';
import { buildRuntimeEntries } from '../../tooling/build-runtime.mjs';
import { compile, findJdk, makeArchives, readFromJar } from './build/jdk.mjs';
import { vendor } from './build/vendor.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const cache = join(root, '../../.cache/maven');

const artifacts = JSON.parse(await readFile(join(root, 'maven-artifacts.json'), 'utf8'));

await Promise.all([buildRuntimeEntries(root), buildDeclarations(), buildClient()]);

async function buildClient() {
  const jdk = await findJdk();
  const jars = await vendor({ artifacts, cache });
  if (!jdk || !jars) {
    // The rest of the checkout is of use without; who runs a Java function is told where the files are missed.
    await removeClient();
    const missing = jdk ? "Maven, which fetches AWS's client (mvn)" : 'a JDK of Java 9 or newer (javac)';
    console.error(
      `runtimes/java-mock: THE FILES OF THE JAVA RUNTIMES ARE MISSING: the build needs ${missing}, and there is none ` +
        'here (apt-get install openjdk-17-jdk-headless maven).',
    );
    return;
  }
  const compiled = await compile({ jdk, sources: join(root, 'src/shim'), jars, cache });
  await copyFile(join(root, 'src/archive.sh'), join(dist, 'archive.sh'));
  const wanted = [
    ...jars.map(({ path, file }) => ({ from: path, to: join(dist, 'lib', file) })),
    { from: compiled, to: join(dist, 'native-client.jar') },
  ];
  // An archive holds for the very files that it was made from: what is as it should be stays.
  if (!(await Promise.all(wanted.map(isSame))).every(Boolean)) {
    await removeClient();
    await mkdir(join(dist, 'lib'), { recursive: true });
    for (const { from, to } of wanted) await copyFile(from, to);
    // The same licence as that of the other jars, of which not all carry it.
    const jar = join(cache, jars.at(-1).file);
    await writeFile(join(dist, 'lib/LICENSE'), await readFromJar({ jdk, jar, file: 'META-INF/LICENSE.txt', cache }));
  }
  if (!existsSync(join(dist, 'archives'))) await makeArchives(dist);
}

async function removeClient() {
  const parts = ['lib', 'native-client.jar', 'archives'];
  await Promise.all(parts.map((name) => rm(join(dist, name), { recursive: true, force: true })));
}

async function isSame({ from, to }) {
  if (!existsSync(to)) return false;
  const [one, other] = await Promise.all([readFile(from), readFile(to)]);
  return one.equals(other);
}
