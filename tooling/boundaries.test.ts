import t from 'tap';
import { checkBoundaries, findViolations } from './boundaries.mjs';

const core = { folder: 'packages/core', name: '@lambda-bootstraps/core', dependencies: [] };
const runtime = {
  folder: 'runtimes/python-mock',
  name: '@lambda-bootstraps/runtime-python',
  dependencies: ['@lambda-bootstraps/core', '@lambda-bootstraps/host-node'],
};
const hostNode = {
  folder: 'packages/host-node',
  name: '@lambda-bootstraps/host-node',
  dependencies: ['@lambda-bootstraps/core', 'execa'],
};
const cli = { folder: 'packages/cli', name: 'lambda-bootstraps', dependencies: ['@lambda-bootstraps/host-node'] };

const violations = (pkg: typeof core | typeof hostNode, text: string, file = 'src/planted.ts') =>
  findViolations(pkg, { file: `${pkg.folder}/${file}`, text });

t.test('what is allowed', async (t) => {
  t.strictSame(violations(core, "import { a } from './a.ts'; export { b } from '../b.ts';", 'src/x/y.ts'), []);
  t.strictSame(violations(runtime, "import '@lambda-bootstraps/core'; import 'node:fs';"), []);
  t.strictSame(violations(hostNode, "import { execa } from 'execa'; import http from 'node:http';"), []);
  t.strictSame(violations(cli, "import '@lambda-bootstraps/host-node/deep';"), []);
  t.strictSame(violations(core, "import t from 'tap'; import 'node:fs'; t.test('python');", 'src/a.test.ts'), []);
});

t.test('core imports nothing, least of all Node', async (t) => {
  for (const text of [
    "import fs from 'node:fs';",
    "import type { Readable } from 'node:stream';",
    "import 'fs';",
    "const fs = await import('node:fs');",
    "export { readFile } from 'node:fs/promises';",
    "type Stats = import('node:fs').Stats;",
  ]) {
    t.match(violations(core, text), [
      /^packages\/core\/src\/planted\.ts:1 imports .*: .* runs on hosts that are not Node$/,
    ]);
  }
  t.match(violations(core, "\nimport 'execa';"), [/:2 imports execa: .*core may import @smithy\/eventstream-codec$/]);
});

t.test('core names no runtime', async (t) => {
  t.equal(violations(core, "const name = 'python3.13';").length, 1);
  t.equal(violations(core, 'const pythonPath = 1;').length, 1);
  t.equal(violations(core, 'const x = `nodejs22.x`;').length, 1);
  t.equal(violations(core, "const names = ['go1.x', 'provided'];").length, 2);
  t.strictSame(
    violations(core, "// Python's client does it too\nconst words = 'go on, as provided by javascript';"),
    [],
  );
  t.strictSame(violations(runtime, "const name = 'python3.13';"), []);
});

t.test('runtimes and hosts know core only', async (t) => {
  t.match(violations(runtime, "import '@lambda-bootstraps/host-node';"), [/may import @lambda-bootstraps\/core$/]);
  t.match(violations(hostNode, "import 'lambda-bootstraps';"), [
    /may import @lambda-bootstraps\/core, chokidar, execa$/,
  ]);
});

t.test('no way around package.json or exports', async (t) => {
  t.match(violations(cli, "import 'ws';"), [/imports ws, which its package\.json does not list$/]);
  t.match(violations(cli, "import '../../core/src/bytes.ts';"), [/reaches into another package/]);
  t.match(violations(cli, "export * from './a.ts';\nexport * as b from './b.ts';"), [
    /:1 has an `export \*`/,
    /:2 has an/,
  ]);
});

t.test('this repository keeps to it', async (t) => {
  t.strictSame(checkBoundaries(), []);
});
