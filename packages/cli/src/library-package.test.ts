import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import ts from 'typescript';
import { functionFolder, runtime } from './testing/library-functions.ts';

// The library as it is published: built, by its name, without the conditions of this repository.
t.setTimeout(240_000);

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const program = `
async function main({ createSandbox, createLambdaService, LambdaBootstrapsError, ...others }, names) {
  const settings = { runtime: '${runtime}', taskDir: process.argv[2], timeoutMs: 60_000 };
  const sandbox = createSandbox(settings);
  const service = createLambdaService();
  service.create({ ...settings, functionName: 'orders' });
  const results = await Promise.all([sandbox.invoke(1), service.get('orders').invoke(2)]);
  await Promise.all([sandbox.close(), service.close()]);
  let known = false;
  try {
    createSandbox({ runtime: 'none' });
  } catch (error) {
    known = error instanceof LambdaBootstrapsError;
  }
  console.log(JSON.stringify({ events: results.map(({ payload }) => JSON.parse(payload).event), known, names }));
}
`;
const programs = {
  'required.cjs': `const library = require('lambda-bootstraps');${program}
main(library, Object.keys(library).sort());`,
  'required-late.cjs': `${program}
import('lambda-bootstraps').then((library) => main(library, Object.keys(library).sort()));`,
  'module.mjs': `import * as library from 'lambda-bootstraps';${program}
await main(library, Object.keys(library).sort());`,
};

t.test('by import, by require, and by import from CommonJS', async (t) => {
  const folder = functionFolder(t, programs);
  const said = [];
  for (const name of Object.keys(programs)) {
    const { stdout } = await run(process.execPath, [join(folder, name), folder]);
    said.push(JSON.parse(stdout));
    t.match(said.at(-1), { events: [1, 2], known: true }, name);
  }
  for (const { names } of said) t.strictSame(names, said[0].names, 'the same is there');
});

/** What is right, and what the compiler must refuse. */
const body = `
const settings: FunctionSettings = { runtime: 'nodejs22.x', timeoutMs: 1_000, environment: { TABLE: 'orders' } };
const launcher: Launcher = {
  async launch(order, listener) {
    const [command]: readonly string[] = order.command;
    listener.onOutput('stdout', new Uint8Array());
    listener.onExit({ code: 0, signal: null });
    // @ts-expect-error: a code or a signal, not words
    listener.onExit('gone');
    if (command === undefined) throw new LaunchFailure('no command');
    return {
      sendFrame: () => undefined,
      drain: () => Promise.resolve(),
      peakMemoryBytes: () => undefined,
      terminate: () => undefined,
      kill: () => undefined,
    };
  },
};
const own: RuntimeDefinition = {
  family: 'own',
  names: ['own1.x'],
  defaultHandler: 'main',
  guess: () => Promise.resolve(undefined),
  plan: async ({ config }) => ({
    command: ['/bin/own', config.handler],
    workingDirectory: config.taskRoot,
    environment: {},
    transport: 'http',
    telemetryLog: false,
  }),
};
// @ts-expect-error: a transport that is none
const wrong: RuntimeDefinition = { ...own, plan: async () => ({ ...(await own.plan({} as never)), transport: 'smoke' }) };

async function sandboxes(): Promise<void> {
  const sandbox: LocalSandbox = createSandbox({ ...settings, runtime: own, launcher, onEvent: ({ at }) => void at.toFixed() });
  // @ts-expect-error: a runtime is needed
  createSandbox({ timeoutMs: 1 });
  // @ts-expect-error: there is no such setting
  createSandbox({ runtime: own, timeout: 1 });
  const { payload, functionError, report, logTail }: InvokeResult = await sandbox.invoke({ a: 1 }, { tail: true, report: true });
  const text: string = payload;
  const duration: number | undefined = report?.durationMs;
  // @ts-expect-error: it may be undefined
  const tail: string = logTail;
  if (functionError !== undefined) {
    const unhandled: 'Unhandled' = functionError;
    void unhandled;
  }
  for await (const event of sandbox.events) {
    // @ts-expect-error: not every event is of an invocation
    void event.requestId;
    if (event.type === 'events-lost') void event.count.toFixed();
    else if (event.type === 'log') void event.bytes.length;
    else if (event.type === 'invocation-completed') void event.report.maxMemoryUsedMb;
    // @ts-expect-error: there is no such event
    else if (event.type === 'lunch') break;
  }
  const stream: InvokeStream = sandbox.invokeWithStream({});
  for await (const chunk of stream) void chunk.byteLength;
  const ready: boolean = await sandbox.warm();
  await sandbox.update({ environment: { A: '1' } });
  // @ts-expect-error: variables are text
  await sandbox.update({ environment: { A: 1 } });
  // @ts-expect-error: what it was made with is not written to
  sandbox.settings = settings;
  void [text, duration, tail, ready];
  await sandbox[Symbol.asyncDispose]();
}

async function services(): Promise<void> {
  const service: LambdaService = createLambdaService({ concurrency: 4, onEvent: (name, { type }) => void [name.length, type] });
  const made: LocalSandbox = service.create({ ...settings, functionName: 'orders' });
  // @ts-expect-error: it is known by its name
  service.create(settings);
  const changed: LocalSandbox = await service.update('orders', { timeoutMs: 5 });
  const found: LocalSandbox | undefined = service.get('orders');
  const all: readonly LocalSandbox[] = service.list();
  const unsubscribe: () => void = service.subscribe(() => undefined);
  const { port }: { readonly port: number } = await service.listen({ port: 0 });
  createServer(nodeListener(service.handler, { prefix: '/lambda' }));
  const handle: (request: Request) => Promise<Response> = fetchHandler(service.handler);
  void [made, changed, found, all, unsubscribe, port, handle];
}

async function runtimes(): Promise<void> {
  const api: SharedRuntimeApi = createRuntimeApi();
  const environment: RuntimeEnvironment = await api.open({ functionName: 'orders', handler: 'app.handler' });
  // @ts-expect-error: whose environment?
  await api.open({ handler: 'app.handler' });
  const variables: Readonly<Record<string, string>> = environment.variables;
  environment.started({ kill: () => undefined });
  // @ts-expect-error: Lambda must be able to end it
  environment.started({});
  environment.exited({ code: null, signal: 'SIGKILL' });
  const { kind } = await environment.ended;
  const reason: 'shutdown' | 'exit' | string = kind;
  void [variables, reason];
}

function isClosed(error: unknown): boolean {
  if (!(error instanceof LambdaBootstrapsError)) return false;
  // @ts-expect-error: there is no such code
  if (error.code === 'ERR_WHATEVER') return false;
  return error.code === 'ERR_SANDBOX_CLOSED';
}
export { isClosed, runtimes, sandboxes, services, wrong };
`;
const imported = `import { createServer } from 'node:http';
import {
  createLambdaService, createRuntimeApi, createSandbox, fetchHandler, type FunctionSettings, type InvokeResult, type InvokeStream,
  LambdaBootstrapsError, type LambdaService, type Launcher, LaunchFailure, type LocalSandbox, nodeListener,
  type RuntimeDefinition, type RuntimeEnvironment, type SharedRuntimeApi,
} from 'lambda-bootstraps';`;
const resolutions = { node16: 'node16', nodenext: 'nodenext', bundler: 'preserve' };

for (const [moduleResolution, module] of Object.entries(resolutions)) {
  t.test(`types under moduleResolution ${moduleResolution}`, async (t) => {
    const folder = t.testdir({ 'module.mts': `${imported}${body}`, 'common.cts': `${imported}${body}` });
    const compilerOptions = {
      ...{
        module,
        moduleResolution,
        target: 'es2022',
        types: ['node'],
        typeRoots: [join(root, 'node_modules/@types')],
      },
      ...{ strict: true, noEmit: true, skipLibCheck: true, esModuleInterop: true },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }));
    const { stdout } = await run(process.execPath, [tsc, '-p', folder]).catch((failed) => failed);
    t.equal(stdout, '');
  });
}

t.test('require declares what import declares', async (t) => {
  const files = ['index.d.ts', 'index.d.cts'].map((name) => join(root, 'packages/cli/dist/lib', name));
  const options = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
  };
  const compiled = ts.createProgram(files, { ...options, noEmit: true, skipLibCheck: true });
  const checker = compiled.getTypeChecker();
  const namesOf = (file: string) => {
    const symbol = checker.getSymbolAtLocation(compiled.getSourceFile(file)!);
    return checker
      .getExportsOfModule(symbol!)
      .map(({ name }) => name)
      .sort();
  };
  const [byImport, byRequire] = files.map(namesOf);
  t.ok((byImport ?? []).length > 30);
  t.strictSame(byRequire, byImport);
});
