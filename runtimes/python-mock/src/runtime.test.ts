import { type Files, type GuessContext, type LaunchContext, LaunchFailure } from '@lambda-bootstraps/core';
import t from 'tap';
import { createRuntime } from './runtime.ts';

const assets = ['/assets/ric/4/bootstrap.py', '/assets/ric/2/bootstrap.py'];
const definition = createRuntime({ assetsRoot: '/assets' });

/** A disk of files, all executable: those of a path alone are empty. */
function filesOf(paths: readonly string[], contents: Record<string, string> = {}): Files {
  const all = [...paths, ...Object.keys(contents)];
  const bytesOf = (path: string) => new TextEncoder().encode(contents[path] ?? '');
  return {
    readStart: async (path, bytes) => bytesOf(path).subarray(0, bytes),
    stat: async (path) => (all.includes(path) ? { kind: 'file', executable: true } : undefined),
    list: async (folder) => {
      const inside = all.filter((path) => path.startsWith(`${folder}/`));
      return [...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0]!))];
    },
  } as Partial<Files> as Files;
}

interface Machine {
  readonly onPath?: Readonly<Record<string, string>>;
  readonly paths?: readonly string[];
  readonly contents?: Record<string, string>;
  readonly config?: object;
}

async function planOn(machine: Machine, runtime: string) {
  const notices: string[] = [];
  const onPath = Object.values(machine.onPath ?? {});
  const context = {
    host: { files: filesOf([...onPath, ...(machine.paths ?? assets)], machine.contents), architecture: 'x64' },
    config: {
      runtime,
      taskRoot: '/task',
      layers: [],
      maxConcurrency: 1,
      environment: {},
      inheritedEnvironment: {},
      ...machine.config,
    },
    findExecutable: async (name: string) => machine.onPath?.[name],
    notice: (sentence: string) => notices.push(sentence),
  } as unknown as LaunchContext;
  const plan = await definition.plan(context);
  return { ...plan, python: plan.command[0], notices };
}

t.test('guess', async (t) => {
  const guess = (handler: string | undefined, paths: readonly string[], machine: Machine = {}) =>
    definition.guess({
      host: { files: filesOf([...paths, ...Object.values(machine.onPath ?? {})], machine.contents) },
      taskRoot: '/task',
      layers: [],
      handler,
      findExecutable: async (name) => machine.onPath?.[name],
    } satisfies GuessContext);
  const python312 = { onPath: { python3: '/usr/bin/python3.12' } };

  t.equal(await guess('app.handler', ['/task/app.py'], python312), 'python3.12');
  t.equal(await guess(undefined, ['/task/lambda_function.py'], python312), 'python3.12', 'the default handler');
  t.equal(await guess('src/app.handler', ['/task/src/app.py'], python312), 'python3.12');
  t.equal(await guess('src.app.handler', ['/task/src/app/__init__.py'], python312), 'python3.12', 'a package');
  t.equal(await guess('app.handler', ['/task/app.js', '/task/requirements.txt'], python312), undefined);
  t.equal(await guess('app', ['/task/app.py'], python312), undefined, 'a handler without a dot names no module');
  t.equal(await guess('app.handler', ['/task/app.py']), 'python3.14', 'without a Python, the newest');
  const newer = { onPath: { python3: '/usr/bin/python3.19' } };
  t.equal(await guess('app.handler', ['/task/app.py'], newer), 'python3.15');
  const environment = { '/task/.venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.9.2\n' };
  const own = ['/task/app.py', '/task/.venv/bin/python'];
  t.equal(await guess('app.handler', own, { ...python312, contents: environment }), 'python3.9', 'its own environment');
});

t.test('names', async (t) => {
  t.ok(['python3.6', 'python3.7', 'python3.8', 'python3.14'].every((name) => definition.names.includes(name)));
  t.ok(definition.deprecated?.includes('python3.10'));
  t.notOk(definition.deprecated?.includes('python3.11'));
  t.match(definition.unsupported, { 'python2.7': String });
});

t.test('the client is the one of the runtime, where the Python can run it', async (t) => {
  const clientFor = async (runtime: string, python: string) =>
    (await planOn({ onPath: { python3: `/usr/bin/${python}` } }, runtime)).environment.LAMBDA_RUNTIME_DIR;
  t.equal(await clientFor('python3.14', 'python3.14'), '/assets/ric/4');
  t.equal(await clientFor('python3.10', 'python3.10'), '/assets/ric/4');
  t.equal(await clientFor('python3.9', 'python3.9'), '/assets/ric/2');
  t.equal(await clientFor('python3.9', 'python3.13'), '/assets/ric/2', 'a newer Python does not change the client');
  t.equal(await clientFor('python3.13', 'python3.9'), '/assets/ric/2', '4.x wants Python 3.10');
});

t.test('which Python runs it', async (t) => {
  const shims = '/home/me/.pyenv/shims';
  const versions = '/home/me/.pyenv/versions';
  const installed = ['3.11.2', '3.11.10', '3.12.1', '3.13.0t'].map((name) => `${versions}/${name}/bin/python3`);
  const pyenv = {
    onPath: { python3: `${shims}/python3`, 'python3.11': `${shims}/python3.11`, 'python3.13': `${shims}/python3.13` },
    paths: [...assets, ...installed],
    contents: { '/home/me/.pyenv/version': '3.12.1\n' },
  };

  const named = await planOn({ onPath: { 'python3.11': '/usr/bin/python3.11' } }, 'python3.11');
  t.match(named, { python: '/usr/bin/python3.11', notices: [] }, 'by name');

  const environment = { '/task/.venv/pyvenv.cfg': 'home = /usr/bin\nversion_info = 3.11.2.final.0\n' };
  const venv = {
    ...pyenv,
    paths: [...pyenv.paths, '/task/.venv/bin/python'],
    contents: { ...pyenv.contents, ...environment },
  };
  t.match(await planOn(venv, 'python3.11'), { python: '/task/.venv/bin/python', notices: [] }, "the function's own");
  t.match(await planOn(venv, 'python3.12'), { python: installed[2], notices: [] }, 'if it has the version');
  t.match(
    await planOn(venv, 'python3.9'),
    { python: '/task/.venv/bin/python', notices: [/^python3\.9 is run by Python 3\.11 \(/] },
    'or nothing has',
  );

  const active = {
    paths: [...assets, '/venv/bin/python'],
    contents: { '/venv/pyvenv.cfg': 'version = 3.10.1\n' },
    config: { inheritedEnvironment: { VIRTUAL_ENV: '/venv' } },
  };
  t.match(await planOn(active, 'python3.10'), { python: '/venv/bin/python', notices: [] }, 'one that is active');

  t.match(await planOn(pyenv, 'python3.11'), { python: installed[1], notices: [] }, 'behind a shim, the newest');
  t.match(await planOn(pyenv, 'python3.12'), { python: installed[2], notices: [] }, 'the one that pyenv has chosen');
  t.match(
    await planOn(pyenv, 'python3.13'),
    { python: installed[2], notices: [/because no Python 3\.13 was found/] },
    'a shim may have nothing behind it; a free-threaded Python is another one',
  );
  t.match(
    await planOn({ ...pyenv, contents: { ...pyenv.contents, '/task/.python-version': '3.11\n' } }, 'python3.9'),
    { python: installed[1], notices: [/^python3\.9 is run by Python 3\.11 /] },
    'the function may choose',
  );
  t.match(
    await planOn({ onPath: { python3: `${shims}/python3` }, paths: assets }, 'python3.12'),
    { python: `${shims}/python3`, notices: [/^python3\.12 is run by a Python of unknown version/] },
    'a shim that cannot be seen through',
  );

  const uvFolder = '/home/me/.local/share/uv/python/cpython-3.12.4-linux-x86_64-gnu/bin/python3.12';
  const uv = { onPath: { uv: '/home/me/.local/bin/uv', python3: '/usr/bin/python3' }, paths: [...assets, uvFolder] };
  t.match(await planOn(uv, 'python3.12'), { python: uvFolder, notices: [] }, "uv's");

  const beside = { onPath: { python3: '/usr/bin/python3' }, paths: [...assets, '/usr/bin/python3.11'] };
  t.match(await planOn(beside, 'python3.11'), { python: '/usr/bin/python3', notices: [] }, 'the name beside it');
  t.match(await planOn(beside, 'python3.14'), {
    python: '/usr/bin/python3',
    notices: ['python3.14 is run by Python 3.11 (/usr/bin/python3), because no Python 3.14 was found.'],
  });

  await t.rejects(
    planOn({}, 'python3.12'),
    new LaunchFailure(
      'no Python to run python3.12: neither python3.12 nor python3 is on PATH, and the function has no .venv',
    ),
  );
});

t.test('the launch plan', async (t) => {
  const onPath = { python3: '/usr/bin/python3.13' };
  const plan = await planOn({ onPath, config: { layers: ['/first', '/second'] } }, 'python3.12');
  t.strictSame(
    plan.command.slice(1),
    [
      '/assets/ric/4/bootstrap.py',
      '/second/python/lib/python3.12/site-packages',
      '/first/python/lib/python3.12/site-packages',
      '/second/python',
      '/first/python',
    ],
    'the layers, the last one first',
  );
  t.strictSame(plan.environment, {
    AWS_EXECUTION_ENV: 'AWS_Lambda_python3.12',
    LAMBDA_RUNTIME_DIR: '/assets/ric/4',
  });
  t.match(plan, { workingDirectory: '/task', transport: 'frames', telemetryLog: true, debuggerOption: undefined });

  const old = await planOn({ onPath: { python3: '/usr/bin/python3.6' } }, 'python3.6');
  t.match(old, { telemetryLog: false, environment: { PYTHONIOENCODING: 'utf-8' } }, '3.6 has no time.time_ns');
});

t.test('several invocations at once', async (t) => {
  const inheritedEnvironment = { AWS_LAMBDA_MAX_CONCURRENCY: '4' };
  const planFor = (minor: number, maxConcurrency = 4) => {
    const config = { inheritedEnvironment, maxConcurrency };
    return planOn({ onPath: { python3: `/usr/bin/python3.${minor}` }, config }, `python3.${minor}`);
  };
  t.match(await planFor(13), { transport: 'http', telemetryLog: false });
  await t.rejects(planFor(9), { message: /^AWS_LAMBDA_MAX_CONCURRENCY is 4, but python3\.9 takes one invocation/ });
  t.match(await planFor(9, 1), { transport: 'frames' });
});

t.test('a debugger', async (t) => {
  const planFor = (minor: number) => {
    const config = { environment: { LAMBDA_BOOTSTRAPS_DEBUGPY: '127.0.0.1:5678' } };
    return planOn({ onPath: { python3: `/usr/bin/python3.${minor}` }, config }, `python3.${minor}`);
  };
  const plan = await planFor(12);
  t.strictSame(plan.command.slice(1, -1), [
    ...['-X', 'frozen_modules=off'],
    ...['-m', 'debugpy', '--listen', '127.0.0.1:5678', '--wait-for-client'],
  ]);
  t.equal(plan.debuggerOption, 'debugpy --listen 127.0.0.1:5678 --wait-for-client');
  t.equal((await planFor(10)).command[1], '-m', 'an option of 3.11');
});

t.test('missing assets', async (t) => {
  const plan = planOn({ onPath: { python3: '/usr/bin/python3.13' }, paths: [] }, 'python3.13');
  await t.rejects(plan, {
    code: 'ERR_RUNTIME_ASSETS_MISSING',
    message: /python3\.13 .*\/assets\/ric\/4\/bootstrap\.py/,
  });
});
