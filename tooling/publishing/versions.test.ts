import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { listFiles } from '../files.mjs';
import { need } from '../needs.mjs';
import { updateRegistry } from '../registry.mjs';
import { listWorkspaces, root } from '../workspaces.mjs';
import { npm } from './npm.mjs';
import { listPublished } from './stage.mjs';

// `npm run version-packages`, in a copy of this repository that is thrown away.
t.setTimeout(240_000);

const copy = realpathSync(mkdtempSync(join(tmpdir(), 'versions-')));
t.teardown(() => rmSync(copy, { recursive: true, force: true, maxRetries: 5 }));

const run = promisify(execFile);
/** The package that is versioned by itself. */
const alone = '@lambda-bootstraps/docker-lambda';

interface Plan {
  readonly releases: readonly { readonly name: string; readonly type: string; readonly newVersion: string }[];
}

async function git(...words: string[]): Promise<void> {
  await run('git', ['-c', 'user.name=nobody', '-c', 'user.email=nobody@example.test', ...words], { cwd: copy });
}

async function changeset(...words: string[]): Promise<void> {
  const tools = join(copy, 'node_modules');
  symlinkSync(join(root, 'node_modules'), tools, 'junction');
  await run(process.execPath, [join(tools, '@changesets/cli/bin.js'), ...words], { cwd: copy });
  rmSync(tools); // npm would take them for the copy's own
}

/** The pending changes of users' packages: names, and the first line of the words. */
function pending(top: string): { names: string[]; line: string }[] {
  const folder = join(top, '.changeset');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => {
      const [, head = '', words = ''] = readFileSync(join(folder, name), 'utf8').split(/^---$/m);
      const names = [...head.matchAll(/^['"](.+)['"]: (?:patch|minor|major)$/gm)].map(([, one = '']) => one);
      return { names, line: words.trim().split('\n')[0] ?? '' };
    });
}

function announce(bumps: Readonly<Record<string, string>>, words: string): void {
  const head = Object.entries(bumps).map(([name, bump]) => `'${name}': ${bump}\n`);
  writeFileSync(join(copy, '.changeset/announced.md'), `---\n${head.join('')}---\n\n${words}\n`);
}

const versions = (): Record<string, string> =>
  Object.fromEntries(listPublished(copy).map(({ manifest: { name, version = '' } }) => [name, version]));

const changelogOf = (name: string): string => {
  const { folder = '' } = listPublished(copy).find(({ manifest }) => manifest.name === name) ?? {};
  return readFileSync(join(copy, folder, 'CHANGELOG.md'), 'utf8');
};

t.test('every package that is new is in a changeset', async (t) => {
  const named = new Set(pending(root).flatMap(({ names }) => names));
  for (const { folder, manifest } of listPublished()) {
    t.ok(named.has(manifest.name) || existsSync(join(root, folder, 'CHANGELOG.md')), manifest.name);
  }
});

t.test('a release', { skip: need('git') }, async (t) => {
  for (const file of listFiles()) cpSync(join(root, file), join(copy, file));
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message=all');

  t.test('has the versions and the words that the changesets say', async (t) => {
    announce({ 'lambda-bootstraps': 'minor', [alone]: 'patch' }, 'Something\nnew.');
    const before = versions();
    const changes = pending(copy);
    await changeset('status', '--output=plan.json');
    const plan: Plan = JSON.parse(readFileSync(join(copy, 'plan.json'), 'utf8'));
    await changeset('version');
    t.same(pending(copy), [], 'the changesets are used up');
    const after = versions();
    const planned = plan.releases.filter(({ type }) => type !== 'none');
    t.same(Object.fromEntries(planned.map(({ name, newVersion }) => [name, newVersion])), after);
    for (const [name, version] of Object.entries(after)) t.not(version, before[name], `${name} ${version}`);
    for (const { names, line } of changes) {
      for (const name of names) t.ok(changelogOf(name).includes(`- ${line}\n`), `${name}: ${line}`);
    }
    t.match(changelogOf('lambda-bootstraps'), `## ${after['lambda-bootstraps']}\n`);
    t.match(changelogOf('lambda-bootstraps'), '- Something\n  new.\n');
  });

  t.test('is of one version, and of packages that find each other', async (t) => {
    const { [alone]: its, ...before } = versions();
    announce({ '@lambda-bootstraps/runtime-go': 'patch' }, 'Something mended.');
    await changeset('version');
    const { [alone]: unchanged, ...after } = versions();
    t.equal(unchanged, its, 'what nothing else is made of stays');
    t.equal(new Set(Object.values(after)).size, 1);
    t.notSame(after, before);
    for (const { folder, manifest } of listWorkspaces(copy)) {
      for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
        if (name in after) t.equal(range, manifest.private ? '*' : after[name], `${folder} needs ${name}`);
      }
    }
    t.same(updateRegistry({ top: copy, check: true }), []);
  });

  t.test('has a lock file that `npm ci` takes', async (t) => {
    await npm(copy, ['install', '--package-lock-only', '--offline', '--ignore-scripts']);
    const { packages } = JSON.parse(readFileSync(join(copy, 'package-lock.json'), 'utf8'));
    for (const { folder, manifest } of listWorkspaces(copy))
      t.equal(packages[folder].version, manifest.version, folder);
    await npm(copy, ['ci', '--dry-run', '--offline', '--ignore-scripts']);
  });
});
