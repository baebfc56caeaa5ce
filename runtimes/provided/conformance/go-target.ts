import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce } from '../../../conformance/src/build-once.ts';
import { misbehaviours, type TargetSource } from '../../../conformance/src/target.ts';
import { need } from '../../../tooling/needs.mjs';
import { cache, compiledTarget, olderThan, output, run } from './compiled-target.ts';

const name = 'provided (go, aws-lambda-go) by http';

export const goTarget: TargetSource = async () => {
  const missing = need('go') || (await olderThan([1, 18], 'Go', ['go', 'version']));
  if (missing) return [{ name, missing }];
  return [
    compiledTarget(name, await buildGoFunction(), {
      initThrows: { skip: 'aws-lambda-go never posts an init error: what fails before Start ends the process' },
      ...misbehaviours,
    }),
  ];
};

/** The folder that has the function as `bootstrap`, a static executable. */
export async function buildGoFunction(): Promise<string> {
  const fixture = fileURLToPath(new URL('go', import.meta.url));
  // -buildvcs: the same outside a git checkout; CGO_ENABLED: without a C compiler.
  const args = ['build', '-tags', 'lambda.norpc', '-buildvcs=false'];
  return buildOnce({
    cache,
    name: 'go',
    sources: ['go.mod', 'go.sum', 'main.go'].map((file) => join(fixture, file)),
    ingredients: [await output('go', 'version'), ...args],
    into: async (folder) => {
      const env = { ...process.env, CGO_ENABLED: '0' };
      await run('go', [...args, '-o', join(folder, 'bootstrap'), '.'], { cwd: fixture, env });
    },
  });
}
