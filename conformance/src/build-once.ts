import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Build {
  /** The folder of all builds. */
  readonly cache: string;
  readonly name: string;
  readonly sources: readonly string[];
  /** Whatever else the result depends on. */
  readonly ingredients: readonly string[];
  /** Fills an empty folder. */
  into(folder: string): Promise<void>;
}

/** The folder that a build fills. It is built once for the same sources and ingredients, whoever asks how often. */
export async function buildOnce(build: Build): Promise<string> {
  const built = join(build.cache, `${build.name}-${await keyOf(build)}`);
  if (existsSync(built)) return built;
  await mkdir(build.cache, { recursive: true });
  await alone(`${built}.lock`, async () => {
    if (!existsSync(built)) await buildAside(build, built);
  });
  return built;
}

async function keyOf({ sources, ingredients }: Build): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(ingredients));
  for (const source of sources) hash.update('\0').update(await readFile(source));
  return hash.digest('hex').slice(0, 16);
}

/** The folder appears whole, or not at all. */
async function buildAside(build: Build, built: string): Promise<void> {
  const folder = await mkdtemp(`${built}.part-`);
  try {
    await build.into(folder);
    await rename(folder, built);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Works while no other process does. */
async function alone(lock: string, work: () => Promise<void>): Promise<void> {
  while (!(await take(lock))) await sleep(100);
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** A lock is a file with its holder's process id; a link makes it appear with its content. */
async function take(lock: string): Promise<boolean> {
  const mine = `${lock}.${randomUUID()}`;
  await writeFile(mine, String(process.pid));
  try {
    await link(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = Number(await readFile(lock, 'utf8').catch(() => process.pid));
    if (!isAlive(holder)) await rm(lock, { force: true });
    return false;
  } finally {
    await rm(mine, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
