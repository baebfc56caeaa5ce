import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dockerLambda } from './docker-lambda.ts';
import { floor } from './floor.ts';
import { own } from './own.ts';
import { rie } from './rie.ts';
import type { Target } from './target.ts';

/**
 * The peers that PEER_RIE and PEER_DOCKER_LAMBDA_INIT name, the hosts of this project that are built, and the floor.
 * @throws Error for a file that is not there
 */
export function findTargets(environment: NodeJS.ProcessEnv): Target[] {
  const { PEER_RIE, PEER_DOCKER_LAMBDA_INIT } = environment;
  const targets = [
    ...(PEER_RIE ? [rie(resolve(PEER_RIE))] : []),
    ...(PEER_DOCKER_LAMBDA_INIT ? [dockerLambda(resolve(PEER_DOCKER_LAMBDA_INIT))] : []),
    own('Node host', (door) => [process.execPath, nodeProgram(door)], [process.execPath, nodeProgram('cli.cjs')]),
    ...(existsSync(executable('lambda-bootstraps')) ? [ownExecutable] : []),
    floor,
  ];
  const missing = targets.flatMap(({ files }) => files).find((file) => !existsSync(file));
  if (missing) throw new Error(`${missing} is not there${missing.includes('/dist/') ? ': npm run build' : ''}`);
  return targets.map((target) => ({ ...target, files: target.files.map((file) => realpathSync(file)) }));
}

const path = (relative: string): string => fileURLToPath(new URL(`../../packages/${relative}`, import.meta.url));
const nodeProgram = (name: string): string => path(`cli/dist/${name}`);
const executable = (door: string): string => path(`host-llrt/dist/${door}`);
const ownExecutable = own('executable', (door) => [executable(door)], [executable('lambda-bootstraps')]);
