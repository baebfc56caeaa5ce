import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import t from 'tap';
import { updateRegistry } from './registry.mjs';
import { root } from './workspaces.mjs';

const pretendRuntime = `
  export const createRuntime = ({ assetsRoot }) => ({
    family: 'pretend-talk',
    names: ['pretend2', 'pretend1'],
    deprecated: ['pretend1'],
    defaultHandler: 'h',
    guess: async () => undefined,
    plan: async ({ config }) => ({
      command: ['/bin/sh', '-c', 'echo hello from ' + config.runtime + ' with assets in ' + assetsRoot + '; exit 3'],
      workingDirectory: config.taskRoot,
      environment: {},
      transport: 'http',
      telemetryLog: false,
    }),
  });
`;

t.test('the registry knows the folders', async (t) => {
  t.strictSame(updateRegistry({ check: true }), []);
});

t.test('a new family needs one folder and nothing else', async (t) => {
  const top = t.testdir();
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.base.json', 'tooling/tsconfig.tests.json']) {
    cpSync(join(root, file), join(top, file));
  }
  for (const folder of ['packages', 'runtimes']) {
    cpSync(join(root, folder), join(top, folder), {
      recursive: true,
      filter: (path) => !/[\\/](node_modules|dist|target|native|conformance|examples)$/.test(path),
    });
  }
  const family = join(top, 'runtimes/pretend-talk');
  mkdirSync(join(family, 'src'), { recursive: true });
  writeFileSync(
    join(family, 'package.json'),
    JSON.stringify({
      name: '@lambda-bootstraps/runtime-pretend-talk',
      version: '0.1.0',
      type: 'module',
      exports: { './runtime': './src/runtime.js', './package.json': './package.json' },
    }),
  );
  writeFileSync(join(family, 'src/runtime.js'), pretendRuntime);

  const changed = updateRegistry({ top });
  t.match(changed, ['packages/cli/src/registry.ts', 'packages/cli/package.json', 'packages/cli/tsconfig.json']);
  t.strictSame(updateRegistry({ top, check: true }), [], 'and then all is told');
  t.equal(
    JSON.parse(readFileSync(join(top, 'packages/cli/package.json'), 'utf8')).dependencies[
      '@lambda-bootstraps/runtime-pretend-talk'
    ],
    '0.1.0',
  );

  // What npm's workspaces do with the folders.
  const scope = join(top, 'node_modules/@lambda-bootstraps');
  mkdirSync(scope, { recursive: true });
  for (const name of ['core', 'host-node']) symlinkSync(join(top, 'packages', name), join(scope, name));
  const registry = readFileSync(join(top, 'packages/cli/src/registry.ts'), 'utf8');
  for (const [, folder, name] of registry.matchAll(/folder: '(.*?)', packageName: '@lambda-bootstraps\/(.*?)'/g)) {
    symlinkSync(join(top, 'runtimes', folder!), join(scope, name!));
  }
  const outfile = join(top, 'library.mjs');
  await build({
    entryPoints: [join(top, 'packages/cli/src/library.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['lambda-bootstraps-source'],
    nodePaths: [join(root, 'node_modules')],
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
    external: ['execa', 'chokidar'],
    logLevel: 'warning',
  });
  const { createSandbox } = await import(outfile);
  const sandbox = createSandbox({ runtime: 'pretend1', handler: 'h', taskDir: top });
  let said = '';
  sandbox.subscribe((event: { type: string; bytes?: Uint8Array }) => {
    if (event.type === 'log') said += Buffer.from(event.bytes ?? []).toString();
  });
  const answer = JSON.parse((await sandbox.invoke({})).payload);
  await sandbox.close();
  t.match(said, /^hello from pretend1 with assets in .*runtimes\/pretend-talk\/dist\n$/);
  t.match(answer, { errorType: 'Runtime.ExitError', errorMessage: /exit status 3/ });
});
