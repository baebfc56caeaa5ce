import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce } from '../../../conformance/src/build-once.ts';
import { behaviours } from '../../../conformance/src/conformance-case.ts';
import {
  handlersBy,
  misbehaviours,
  speaksForItself,
  type Target,
  type TargetSource,
} from '../../../conformance/src/target.ts';
import { need } from '../../../tooling/needs.mjs';
import { cache, output, run } from '../../provided/conformance/compiled-target.ts';

const noStreaming = { skip: 'response streaming is not tried: the stand-in and older clients have none' };
const client = fileURLToPath(new URL('stand-in/client.mjs', import.meta.url));

const exceptions: Partial<Target['handlers']> = {
  streams: noStreaming,
  streamsThenFails: noStreaming,
  ...misbehaviours,
  diesAfterReply: speaksForItself,
};

/** .NET's compilers come from nowhere that the tests may ask, so a stand-in is in the place of `dotnet`. */
export const standIn = async (): Promise<Target> => {
  const folder = await buildStandIn();
  return {
    name: 'dotnet (a stand-in for dotnet and its client) by http',
    family: 'dotnet',
    runtimeName: 'dotnet8',
    taskRoot: `${folder}/task`,
    environment: {
      DOTNET_ROOT: `${folder}/dotnet`,
      LAMBDA_BOOTSTRAPS_DOTNET_CLIENT: `${folder}/runtime/Amazon.Lambda.RuntimeSupport.dll`,
    },
    handlers: handlersBy((behaviour) => `Behaviours::Behaviours.Function::${behaviour}`, exceptions),
  };
};

/** Folders as .NET, the image and `dotnet publish` leave them, of files that are there to be found. */
const buildStandIn = (): Promise<string> =>
  buildOnce({
    cache,
    name: 'dotnet',
    sources: [fileURLToPath(import.meta.url)],
    ingredients: [process.execPath, client],
    async into(folder) {
      const write = async (path: string, content: string): Promise<void> => {
        await mkdir(join(folder, path, '..'), { recursive: true });
        await writeFile(join(folder, path), content);
      };
      await write('dotnet/dotnet', `#!/bin/sh\nexec '${process.execPath}' '${client}' "$@"\n`);
      await chmod(join(folder, 'dotnet/dotnet'), 0o755);
      await write('dotnet/shared/Microsoft.NETCore.App/8.0.28/System.Runtime.dll', '');
      await write('runtime/Amazon.Lambda.RuntimeSupport.dll', '');
      for (const ending of ['dll', 'deps.json', 'runtimeconfig.json']) await write(`task/Behaviours.${ending}`, '');
    },
  });

const officialName = 'dotnet (Amazon.Lambda.RuntimeSupport, an executable assembly) by http';

/** The official client as a part of the function, where an SDK can build it. */
const official = async (): Promise<Target> => {
  const major = Number.parseInt(await output('dotnet', '--version'), 10);
  return officialIn(await buildFunction(`net${major}.0`), `dotnet${major}`);
};

/** @param taskRoot has the assembly `function.dll` by a folder for each behaviour */
export const officialIn = (taskRoot: string, runtimeName: string): Target => ({
  name: officialName,
  family: 'dotnet',
  runtimeName,
  taskRoot,
  handlers: handlersBy((behaviour) => `${behaviour}/function`, exceptions),
});

const buildFunction = (framework: string): Promise<string> => {
  const folderOf = (name: string) => fileURLToPath(new URL(`function/${name}`, import.meta.url));
  const args = ['-c', 'Release', `-p:TargetFramework=${framework}`];
  return buildOnce({
    cache,
    name: 'dotnet-function',
    sources: ['Function.cs', 'function.csproj'].map(folderOf),
    ingredients: args,
    async into(folder) {
      const intermediate = `-p:BaseIntermediateOutputPath=${join(folder, 'obj')}/`;
      await run('dotnet', [
        'publish',
        folderOf('function.csproj'),
        ...args,
        intermediate,
        '-o',
        join(folder, 'published'),
      ]);
      for (const name of behaviours) await symlink('published', join(folder, name));
    },
  });
};

export const targets: TargetSource = async () => {
  if (process.platform === 'win32') return [{ name: 'dotnet', missing: 'the stand-in is a shell script' }];
  const missing = need('dotnet');
  return [await standIn(), missing ? { name: officialName, missing } : await official()];
};
