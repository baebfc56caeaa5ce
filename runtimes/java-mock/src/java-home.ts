import type { LaunchContext } from '@lambda-bootstraps/core';

type Files = LaunchContext['host']['files'];

/** A Java that was found. */
export interface Java {
  readonly executable: string;
  /** 8, 11, 17 …; undefined when it could not be told without running it. */
  readonly major: number | undefined;
  /** Names this very build of Java, for example `17.0.15_6-Debian-amd64`; undefined when it has no release file. */
  readonly build: string | undefined;
}

export interface JavaSearch {
  readonly files: Files;
  /** The variable JAVA_HOME, if the function or its caller has one. */
  readonly javaHome: string | undefined;
  findExecutable(name: string): Promise<string | undefined>;
}

/** Where installers put a JDK each: Linux distributions, macOS. */
const jvmFolders = [
  { folder: '/usr/lib/jvm', home: '' },
  { folder: '/Library/Java/JavaVirtualMachines', home: '/Contents/Home' },
] as const;

/** Newer than any. */
const majorOfNone = 999;

/** In words, for the one who has none of them. */
export const placesOfJava = `JAVA_HOME, ${jvmFolders.map(({ folder }) => folder).join(', ')}, and java on PATH`;

/** The Java of that major version, or the one that comes nearest: the next newer one, else the newest. */
export async function findJava(search: JavaSearch, wanted: number): Promise<Java | undefined> {
  const found: Java[] = [];
  for await (const java of allJavas(search)) {
    if (java.major === wanted) return java;
    found.push(java);
  }
  const distance = ({ major = 0 }: Java): number => (major > wanted ? major - wanted : 1_000 + wanted - major);
  return found.sort((one, other) => distance(one) - distance(other))[0];
}

/** The newest Java of this machine. */
export const findNewestJava = (search: JavaSearch): Promise<Java | undefined> => findJava(search, majorOfNone);

/** Nearest first: JAVA_HOME, what installers have put in its place, `java` on PATH and what SDKMAN! has beside it. */
async function* allJavas(search: JavaSearch): AsyncGenerator<Java> {
  const { files, javaHome } = search;
  if (javaHome) yield* javaIn(files, javaHome);
  for (const { folder, home } of jvmFolders) {
    for (const name of [...(await files.list(folder))].sort()) yield* javaIn(files, `${folder}/${name}${home}`);
  }
  const path = await search.findExecutable('java');
  for (const java of [javaHome && `${javaHome}/bin/java`, path]) {
    const [, versions] = /^(.*\/candidates\/java)\/[^/]+\/bin\/java$/.exec(java || '') ?? [];
    if (!versions) continue;
    for (const name of [...(await files.list(versions))].sort()) yield* javaIn(files, `${versions}/${name}`);
  }
  if (path === undefined) return;
  const home = path.replace(/\/bin\/java$/, '');
  const release = await readRelease(files, home);
  if (release) yield { executable: path, ...release };
  else yield { executable: path, major: await majorInLauncher(files, path), build: undefined };
}

/** The Java whose home this is, if it is one. */
async function* javaIn(files: Files, home: string): AsyncGenerator<Java> {
  const executable = `${home}/bin/java`;
  const release = await readRelease(files, home);
  if (release && (await files.stat(executable))?.executable) yield { executable, ...release };
}

async function readRelease(files: Files, home: string): Promise<Omit<Java, 'executable'> | undefined> {
  const path = `${home}/release`;
  if ((await files.stat(path))?.kind !== 'file') return undefined;
  const text = asText(await files.readStart(path, 16_384));
  const field = (name: string): string => new RegExp(`^${name}="(.*)"`, 'm').exec(text)?.[1] ?? '';
  const major = majorOf(field('JAVA_VERSION'));
  if (major === undefined) return undefined;
  // archive.sh names its files by the same rule.
  const build = [field('JAVA_RUNTIME_VERSION') || field('JAVA_VERSION'), field('IMPLEMENTOR'), field('OS_ARCH')];
  return { major, build: build.join('-').replace(/[^A-Za-z0-9.-]/g, '_') };
}

/** A link in /usr/bin has no release file beside it; but the launcher knows its version, for `java --version`. */
async function majorInLauncher(files: Files, path: string): Promise<number | undefined> {
  const text = asText(await files.readStart(path, 65_536));
  return majorOf(/\0(1\.8\.0_\d+|\d+(\.\d+)*\+\d+)/.exec(text)?.[1] ?? '');
}

/** `17.0.15`, `25`, and `1.8.0_452`, as Java 8 has it. */
function majorOf(version: string): number | undefined {
  const [, major] = /^(?:1\.)?(\d+)/.exec(version) ?? [];
  return major === undefined ? undefined : Number(major);
}

/** A character a byte. In pieces: a call takes only so many arguments. */
function asText(bytes: Uint8Array): string {
  let text = '';
  for (let start = 0; start < bytes.length; start += 4096) {
    text += String.fromCharCode(...bytes.subarray(start, start + 4096));
  }
  return text;
}
