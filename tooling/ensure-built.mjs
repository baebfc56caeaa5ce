import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { updateRegistry } from './registry.mjs';
import { listWorkspaces, root } from './workspaces.mjs';

/** What every package's build may read beside its own folder: as in turbo.json. */
const shared = ['tooling', 'tsconfig.base.json', 'turbo.json', 'package-lock.json'];

/**
 * Builds what is not built. turbo knows that too, by content, but takes its time to say so;
 * names, sizes and times of the sources answer in milliseconds.
 * @param {string} [only] this package and what it needs; all packages unless told
 * @returns {boolean} whether that is built now
 */
export const ensureBuilt = (only) => {
  const stamp = join(root, '.cache', only ? `built-${only}` : 'built');
  const packages = (only ? withDependencies(only) : listWorkspaces()).filter(({ manifest }) => manifest.scripts?.build);
  const before = fingerprint([...packages.map(({ folder }) => folder), ...shared]);
  const complete = packages.every(({ folder }) => existsSync(join(root, folder, 'dist')));
  if (complete && readIfThere(stamp) === before) return true;
  console.error('Building (turbo run build)…');
  updateRegistry();
  const turbo = spawnSync(
    process.execPath,
    [
      'node_modules/turbo/bin/turbo',
      'run',
      'build',
      '--output-logs=errors-only',
      ...(only ? [`--filter=${only}...`] : []),
    ],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    },
  );
  if (turbo.status !== 0) {
    console.error('The build failed: see above.');
    return false;
  }
  // The state before the build: what was edited meanwhile is built next time.
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, before);
  return true;
};

/**
 * A workspace and the workspaces that it depends on, however far.
 * @param {string} name
 */
const withDependencies = (name) => {
  const all = listWorkspaces();
  const wanted = new Set([name]);
  for (const one of wanted) {
    const dependencies = all.find(({ manifest }) => manifest.name === one)?.manifest.dependencies ?? {};
    for (const dependency of Object.keys(dependencies)) wanted.add(dependency);
  }
  return all.filter(({ manifest }) => wanted.has(manifest.name));
};

/** @param {string[]} paths */
const fingerprint = (paths) => {
  const hash = createHash('sha1');
  for (const path of paths) addToHash(hash, join(root, path));
  return hash.digest('hex');
};

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} path
 */
const addToHash = (hash, path) => {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return;
  if (!stats.isDirectory()) {
    hash.update(`${path}\0${stats.size}\0${stats.mtimeMs}\n`);
    return;
  }
  for (const name of readdirSync(path).sort()) if (isSource(name)) addToHash(hash, join(path, name));
};

/** @param {string} name */
const isSource = (name) => !/^(node_modules|__pycache__|dist|test|examples|\..*)$|\.(test\.ts|md|log)$/.test(name);

/** @param {string} file */
const readIfThere = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
