import t from 'tap';
import { parseVersion } from './node-executable.ts';
import { nodeFlags } from './node-flags.ts';
import { nodeOf, nodeVersions } from './testing/nodes.ts';
import type { ClientMajor } from './testing/ric-process.ts';
import { testClient } from './testing/ric-suite.ts';

const full = process.env.LAMBDA_BOOTSTRAPS_FULL === '1';
const oldestNode: Readonly<Record<ClientMajor, number>> = { 2: 12, 3: 14, 4: 22 };

// All of them take longer than tap gives one file.
t.setTimeout(300_000);

for (const version of nodeVersions) {
  const major = Number(version.split('.')[0]);
  for (const client of [2, 3, 4] as const) {
    if (major < oldestNode[client]) continue;
    const name = `client ${client}.x on Node ${version}`;
    const skip = full ? false : `${name} runs only with LAMBDA_BOOTSTRAPS_FULL=1: it fetches that Node`;
    t.test(name, { skip }, async (t) => {
      const running = parseVersion(version)!;
      const flags = nodeFlags({ askedMajor: running.major, running, memorySizeMb: 128, nodeOptions: '' });
      await testClient(t, { client, flags, node: await nodeOf(version) });
    });
  }
}
