import { stat } from 'node:fs/promises';
import { type Files, type GuessContext, type LaunchContext, LaunchFailure } from '@lambda-bootstraps/core';
import t from 'tap';
import { nodejs } from './index.ts';
import { createRuntime } from './runtime.ts';

const assets = ['ric/4/index.mjs', 'start/3.mjs', 'start/2.cjs'].map((path) => `/assets/${path}`);

/** A disk of empty files, all executable; a path may be given a content. */
function filesOf(paths: readonly string[], contents: Record<string, string> = {}): Files {
  const all = [...paths, ...Object.keys(contents)];
  const bytesOf = (path: string) => new TextEncoder().encode(contents[path] ?? '');
  return {
    read: async (path) => bytesOf(path),
    readStart: async (path, bytes) => bytesOf(path).subarray(0, bytes),
    stat: async (path) => (all.includes(path) ? { kind: 'file', executable: true } : undefined),
    list: async (folder) => {
      const inside = all.filter((path) => path.startsWith(`${folder}/`));
      return [...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0]!))];
    },
  } as Partial<Files> as Files;
}

interface Machine {
  readonly own?: readonly [path: string, version: string];
  readonly onPath?: Readonly<Record<string, string>>;
  readonly paths?: readonly string[];
  readonly contents?: Record<string, string>;
  readonly config?: object;
}

async function planOn(machine: Machine, runtime: string) {
  const [executable, version] = machine.own ?? [];
  const interpreter = executable !== undefined && version !== undefined ? { executable, version } : undefined;
  const notices: string[] = [];
  const context = {
    host: { files: filesOf(machine.paths ?? assets, machine.contents), architecture: 'x64' },
    config: {
      runtime,
      taskRoot: '/task',
      layers: [],
      runtimeDir: '/var/runtime',
      memorySizeMb: 256,
      environment: {},
      inheritedEnvironment: {},
      ...machine.config,
    },
    findExecutable: async (name: string) => machine.onPath?.[name],
    notice: (sentence: string) => notices.push(sentence),
  } as unknown as LaunchContext;
  const definition = createRuntime({ assetsRoot: '/assets', interpreter });
  const plan = await definition.plan(context);
  return { ...plan, node: plan.command[0], entry: plan.command.at(-1), flags: plan.command.slice(1, -1), notices };
}

t.test('guess', async (t) => {
  const guess = (handler: string | undefined, paths: readonly string[], version = 'v22.1.0') =>
    createRuntime({ assetsRoot: '/assets', interpreter: version ? { executable: '/node', version } : undefined }).guess(
      {
        host: { files: filesOf(paths) },
        taskRoot: '/task',
        layers: [],
        handler,
        findExecutable: async () => undefined,
      } satisfies GuessContext,
    );

  t.equal(await guess('index.handler', ['/task/index.js']), 'nodejs22.x');
  t.equal(await guess(undefined, ['/task/index.mjs']), 'nodejs22.x', 'the default handler');
  t.equal(await guess('src/v1.2/app.nested.handler', ['/task/src/v1.2/app.cjs']), 'nodejs22.x');
  t.equal(await guess('app.handler', ['/task/index.js']), undefined);
  t.equal(await guess('app.handler', ['/task/package.json']), 'nodejs22.x');
  t.equal(await guess('index', ['/task/index.js']), undefined, 'a handler without a dot names no module');
  t.equal(await guess('index.handler', ['/task/index.js'], 'v25.3.0'), 'nodejs24.x', 'the nearest that Lambda has');
  t.equal(await guess('index.handler', ['/task/index.js'], 'v30.0.0'), 'nodejs26.x');
  t.equal(await guess('index.handler', ['/task/index.js'], ''), 'nodejs26.x', 'no Node runs us');
});

t.test('the client is the one that Lambda has in the runtime, where the Node can run it', async (t) => {
  const entryFor = async (runtime: string, version: string) =>
    (await planOn({ own: ['/node', version] }, runtime)).entry;
  for (const runtime of ['nodejs26.x', 'nodejs24.x']) {
    t.equal(await entryFor(runtime, runtime.replace('nodejs', 'v').replace('x', '1.0')), '/assets/ric/4/index.mjs');
  }
  t.equal(await entryFor('nodejs22.x', 'v22.1.0'), '/assets/start/3.mjs', 'nodejs22.x takes handlers with a callback');
  t.equal(await entryFor('nodejs14.x', 'v14.1.0'), '/assets/start/3.mjs');
  t.equal(await entryFor('nodejs12.x', 'v12.1.0'), '/assets/start/2.cjs');
  t.equal(await entryFor('nodejs18.x', 'v24.1.0'), '/assets/start/3.mjs', 'a newer Node does not change the contract');
  t.equal(await entryFor('nodejs24.x', 'v20.1.0'), '/assets/start/3.mjs', '4.x asks for Node 22');
});

t.test('which Node runs it', async (t) => {
  const own = ['/home/me/.nvm/versions/node/v20.1.0/bin/node', 'v20.1.0'] as const;

  const same = await planOn({ own, onPath: { node20: '/usr/bin/node20' } }, 'nodejs20.x');
  t.match(same, { node: own[0], notices: [] }, 'our own');

  const named = await planOn({ own, onPath: { node18: '/usr/bin/node18' } }, 'nodejs18.x');
  t.match(named, { node: '/usr/bin/node18', notices: [] }, 'by name');

  const versions = ['v9.9.9', 'v18.9.0', 'v18.20.1', 'v18.3.0'].map((version) => own[0].replace('v20.1.0', version));
  const sibling = await planOn({ own, paths: [...assets, ...versions] }, 'nodejs18.x');
  t.match(sibling, { node: versions[2], notices: [] }, 'the newest that the version manager has');

  const header = {
    '/var/lang/include/node/node_version.h': '#define NODE_MAJOR_VERSION 18\n#define NODE_MINOR_VERSION 4\n',
  };
  const image = await planOn({ onPath: { node: '/var/lang/bin/node' }, paths: assets, contents: header }, 'nodejs18.x');
  t.match(image, { node: '/var/lang/bin/node', notices: [] }, 'the headers beside it tell its version');

  const other = await planOn({ own }, 'nodejs24.x');
  t.match(other, {
    node: own[0],
    notices: [/^nodejs24\.x is run by Node\.js 20 \(.*\), because no Node\.js 24 was found\.$/],
  });

  const unknown = await planOn({ onPath: { node: '/usr/bin/node' } }, 'nodejs22.x');
  t.match(unknown, { node: '/usr/bin/node', notices: [/^nodejs22\.x is run by a Node\.js of unknown version/] });

  const none = planOn({}, 'nodejs22.x');
  await t.rejects(none, new LaunchFailure('no Node.js to run nodejs22.x: neither node22 nor node is on PATH'));
});

t.test('flags are those of Lambda’s bootstrap', async (t) => {
  const flagsFor = async (runtime: string, version: string, config = {}) =>
    (await planOn({ own: ['/node', version], config }, runtime)).flags.join(' ');

  const memory = '--expose-gc --max-http-header-size 81920 --max-semi-space-size=12 --max-old-space-size=231';
  t.equal(await flagsFor('nodejs18.x', 'v18.1.0'), memory);
  t.equal(
    await flagsFor('nodejs22.x', 'v22.1.0'),
    `${memory} --no-experimental-require-module --no-experimental-detect-module`,
  );
  t.equal(await flagsFor('nodejs20.x', 'v20.19.0'), `${memory} --no-experimental-require-module`);
  t.equal(await flagsFor('nodejs20.x', 'v20.9.0'), memory, 'a Node that does not know the flag');
  t.equal(
    await flagsFor('nodejs22.x', 'v22.1.0', {
      environment: { NODE_OPTIONS: '--experimental-require-module --max_old_space_size=99' },
    }),
    '--expose-gc --max-http-header-size 81920 --no-experimental-detect-module',
    'NODE_OPTIONS wins',
  );
});

t.test('environment', async (t) => {
  const own = ['/node', 'v22.1.0'] as const;
  const plan = await planOn({ own, config: { layers: ['/first', '/second'] } }, 'nodejs22.x');
  t.strictSame(plan.environment, {
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
    LAMBDA_RUNTIME_DIR: '/assets/ric/3',
    NODE_PATH: [
      '/second/nodejs/node22/node_modules:/first/nodejs/node22/node_modules',
      '/second/nodejs/node_modules:/first/nodejs/node_modules',
      '/var/runtime/node_modules:/var/runtime:/task',
    ].join(':'),
  });
  t.match(plan, { workingDirectory: '/task', transport: 'frames', telemetryLog: true });

  const inherited = await planOn({ own, config: { inheritedEnvironment: { NODE_PATH: '/mine' } } }, 'nodejs22.x');
  t.equal(inherited.environment.NODE_PATH, '/mine');
});

t.test('several invocations at once', async (t) => {
  const planFor = (runtime: string, version: string, config: object) =>
    planOn({ own: ['/node', version], config: { maxConcurrency: 1, ...config } }, runtime);
  const four = { maxConcurrency: 4, environment: { AWS_LAMBDA_MAX_CONCURRENCY: '4' } };

  for (const runtime of ['nodejs22.x', 'nodejs26.x']) {
    const plan = await planFor(runtime, 'v22.1.0', four);
    t.match(plan, { entry: '/assets/ric/4/index.mjs', transport: 'http', telemetryLog: false }, runtime);
    t.match(plan.environment, { AWS_LAMBDA_NODEJS_WORKER_COUNT: '4' });
  }
  const many = await planFor('nodejs24.x', 'v24.1.0', { ...four, maxConcurrency: 64 });
  t.equal(many.environment.AWS_LAMBDA_NODEJS_WORKER_COUNT, '8', 'as many as the client has for one processor');
  const told = { ...four, inheritedEnvironment: { AWS_LAMBDA_NODEJS_WORKER_COUNT: '3' } };
  t.equal((await planFor('nodejs24.x', 'v24.1.0', told)).environment.AWS_LAMBDA_NODEJS_WORKER_COUNT, '3');

  await t.rejects(
    planFor('nodejs20.x', 'v22.1.0', four),
    new LaunchFailure(
      'AWS_LAMBDA_MAX_CONCURRENCY is 4, but nodejs20.x takes one invocation at a time here: several need nodejs22.x or ' +
        'newer. Without that, --concurrency or LAMBDA_BOOTSTRAPS_CONCURRENCY runs several environments with one ' +
        'invocation each.',
    ),
  );
  await t.rejects(planFor('nodejs24.x', 'v18.1.0', four), { message: /: several need Node\.js 20 or newer\. / });

  const one = { environment: { AWS_LAMBDA_MAX_CONCURRENCY: '1' } };
  t.match(await planFor('nodejs22.x', 'v22.1.0', one), { entry: '/assets/ric/4/index.mjs', transport: 'http' });
  t.match(await planFor('nodejs20.x', 'v22.1.0', one), { entry: '/assets/start/3.mjs', transport: 'frames' });
  const none = await planFor('nodejs24.x', 'v24.1.0', {});
  t.notOk('AWS_LAMBDA_NODEJS_WORKER_COUNT' in none.environment);
});

t.test('a wrapper script is given the command', async (t) => {
  const own = ['/node', 'v22.1.0'] as const;
  for (const variables of ['environment', 'inheritedEnvironment']) {
    const config = { [variables]: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' } };
    const plan = await planOn({ own, config }, 'nodejs22.x');
    t.strictSame([plan.node, plan.flags[0], plan.entry], ['/opt/wrapper', '/node', '/assets/start/3.mjs'], variables);
  }
});

t.test('missing assets', async (t) => {
  const plan = planOn({ own: ['/node', 'v22.1.0'], paths: [] }, 'nodejs22.x');
  await t.rejects(plan, { code: 'ERR_RUNTIME_ASSETS_MISSING', message: /nodejs22\.x .*\/assets\/start\/3\.mjs/ });
});

t.test('nodejs finds the assets of this package and the Node that runs us', async (t) => {
  const runtime = `nodejs${process.versions.node.split('.')[0]}.x`;
  const files = {
    stat: async (path: string) => ((await stat(path)).isFile() ? { kind: 'file', executable: false } : undefined),
  };
  const config = { runtime, taskRoot: '/task', layers: [], runtimeDir: '', environment: {}, inheritedEnvironment: {} };
  const plan = await nodejs.plan({
    host: { files },
    config,
    findExecutable: async () => undefined,
  } as unknown as LaunchContext);
  t.equal(plan.command[0], process.execPath);
  t.match(plan.command.at(-1), /runtimes\/nodejs\/dist\/(start\/[23]|ric\/4\/index)\.m?c?js$/);
  t.ok(nodejs.names.includes('nodejs22.x'));
});
