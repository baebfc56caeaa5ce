import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { errorTable } from './errors.ts';
import { FakeEngines, image } from './testing/fake-engines.ts';

// The package as it is published: built, by its name, without the conditions of this repository.
t.setTimeout(180_000);

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const engines = new FakeEngines(t);

t.test('import and require give one function and one class of errors', async (t) => {
  const file = join(t.testdir({}), 'program.mjs');
  writeFileSync(
    file,
    `import { createRequire } from 'node:module';
import dockerLambda, * as named from '@lambda-bootstraps/docker-lambda';
const required = createRequire(import.meta.url)('@lambda-bootstraps/docker-lambda');
console.log(JSON.stringify({
  same: required === dockerLambda,
  names: Object.keys(named).sort(),
  properties: Object.keys(dockerLambda).sort(),
  members: ['invoke', 'startStayOpen', 'DockerLambdaError'].every((name) => dockerLambda[name] === named[name]),
  result: required({ taskDir: '' }),
}));`,
  );
  engines.answers(t, { stdout: '[1]' });
  const names = ['DockerLambdaError', 'invoke', 'startStayOpen'];
  t.same(JSON.parse((await run(process.execPath, [file])).stdout), {
    same: true,
    names: [...names.slice(0, 1), 'default', ...names.slice(1)],
    properties: names,
    members: true,
    result: [1],
  });
});

const body = `
const options: DockerLambdaOptions = { dockerImage: 'mine', event: 1, dockerArgs: ['-m', '1G'] };
const total: { total: number } = dockerLambda<{ total: number }>(options);
const pid: number = dockerLambda({ ...options, returnSpawnResult: true }).pid;
const unknown: unknown = dockerLambda();
const text: string = dockerLambda();
// @ts-expect-error: there is no such option
dockerLambda({ dockerImages: 'mine' });
// @ts-expect-error: an image is needed
void dockerLambda.startStayOpen({});
async function stays(signal: AbortSignal): Promise<number | undefined> {
  const again: { total: number } = await dockerLambda.invoke<{ total: number }>({ spawnOptions: { signal } });
  const container: StayOpenContainer = await dockerLambda.startStayOpen({ dockerImage: 'mine', signal });
  const { functionError } = await container.invoke(1, { returnResponse: true });
  const endpoint: string = container.endpoint;
  await container[Symbol.asyncDispose]();
  try {
    return await container.invoke<number>({ endpoint, functionError, again });
  } catch (error) {
    return error instanceof dockerLambda.DockerLambdaError && error.code === 'ERR_FUNCTION' ? 1 : undefined;
  }
}
export { pid, stays, text, total, unknown };
`;

const consumers = {
  'module.mts': `import dockerLambda, { type DockerLambdaOptions, invoke, type StayOpenContainer } from '@lambda-bootstraps/docker-lambda';
${body}
export const same: typeof dockerLambda.invoke = invoke;
`,
  'interop.cts': `import dockerLambda, { type DockerLambdaOptions, type StayOpenContainer } from '@lambda-bootstraps/docker-lambda';
${body}
`,
  'required.cts': `import dockerLambda = require('@lambda-bootstraps/docker-lambda');
type DockerLambdaOptions = dockerLambda.DockerLambdaOptions;
type StayOpenContainer = dockerLambda.StayOpenContainer;
${body}
`,
};

/** In a bundler's world every file is a module: `import … = require()` needs `module: preserve`. */
const resolutions = { node16: 'node16', bundler: 'preserve' };

for (const [moduleResolution, module] of Object.entries(resolutions)) {
  t.test(`types under moduleResolution ${moduleResolution}`, async (t) => {
    const folder = t.testdir(consumers);
    const compilerOptions = {
      ...{
        module,
        moduleResolution,
        target: 'es2022',
        types: ['node'],
        typeRoots: [join(root, 'node_modules/@types')],
      },
      ...{ strict: true, noEmit: true, skipLibCheck: true, esModuleInterop: true, ignoreDeprecations: '6.0' },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }));
    const { stdout } = await run(process.execPath, [tsc, '-p', folder]).catch((failed) => failed);
    t.equal(stdout, '');
  });
}

t.test('the example', async (t) => {
  const example = join(root, 'examples/docker-lambda-module');
  const { stdout } = await run(process.execPath, [join(example, 'invoke.mjs'), image]);
  const promised = /\n```\n(once:[\s\S]*?)```/.exec(readFileSync(join(example, 'README.md'), 'utf8'))?.[1];
  t.equal(stdout, promised, 'prints what its README says');
  t.same(engines.containers(), []);
});

t.test('the README names every error', async (t) => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const code of Object.keys(errorTable)) t.ok(readme.includes(`| \`${code}\` |`), code);
});
