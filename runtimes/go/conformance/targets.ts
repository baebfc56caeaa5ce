import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce } from '../../../conformance/src/build-once.ts';
import { behaviours } from '../../../conformance/src/conformance-case.ts';
import { handlersBy, misbehaviours, type Target, type TargetSource } from '../../../conformance/src/target.ts';
import { need } from '../../../tooling/needs.mjs';
import { cache, olderThan, output, run } from '../../provided/conformance/compiled-target.ts';

const noInitError = { skip: 'aws-lambda-go never posts an init error: what fails before Start ends the process' };
const wholeAnswers = { skip: 'answers by net/rpc are whole' };
const noTenant = { 'the context has the tenant id': 'the messages of net/rpc have no tenant id' };

interface Client {
  readonly name: string;
  /** The folder of the function's source. */
  readonly source: string;
  readonly flags?: readonly string[];
  readonly exceptions?: Partial<Target['handlers']>;
  readonly skips?: Target['skips'];
}

const newest = '../../provided/conformance/go';
const byRpc = {
  exceptions: { streams: wholeAnswers, streamsThenFails: wholeAnswers, diesAfterReply: wholeAnswers },
  skips: noTenant,
};

const clients: readonly Client[] = [
  { name: 'go1.x (aws-lambda-go) by net/rpc', source: newest, ...byRpc },
  { name: 'go1.x (aws-lambda-go 1.13) by net/rpc', source: 'client-1.13', ...byRpc },
  { name: 'go1.x (aws-lambda-go without net/rpc) by http', source: newest, flags: ['-tags', 'lambda.norpc'] },
];

/** Why no function can be built here, or false. */
export const noGo = async (): Promise<string | false> =>
  need('go') || (await olderThan([1, 18], 'Go', ['go', 'version']));

export const targets: TargetSource = async () => {
  if (process.platform === 'win32') return [{ name: 'go1.x', missing: 'a handler without .exe is no program there' }];
  const missing = await noGo();
  return Promise.all(clients.map((client) => (missing ? { name: client.name, missing } : targetOf(client))));
};

const targetOf = async ({ name, source, flags, exceptions, skips = {} }: Client): Promise<Target> => ({
  name,
  family: 'go',
  runtimeName: 'go1.x',
  taskRoot: await buildFunction(source, flags),
  handlers: handlersBy((behaviour) => behaviour, {
    initThrows: noInitError,
    ...misbehaviours,
    ...exceptions,
  }),
  skips,
});

/** The folder that has the function by the name of each behaviour, for a handler is an executable. */
export async function buildFunction(source: string, flags: readonly string[] = []): Promise<string> {
  const fixture = fileURLToPath(new URL(source, import.meta.url));
  const args = ['build', ...flags, '-buildvcs=false'];
  return buildOnce({
    cache,
    name: 'go1.x',
    sources: ['go.mod', 'go.sum', 'main.go'].map((file) => join(fixture, file)),
    ingredients: [await output('go', 'version'), ...args],
    into: async (folder) => {
      const env = { ...process.env, CGO_ENABLED: '0' };
      await run('go', [...args, '-o', join(folder, 'function'), '.'], { cwd: fixture, env });
      for (const name of [...behaviours, 'panics']) await symlink('function', join(folder, name));
    },
  });
}
